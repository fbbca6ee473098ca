"""One conversation on one socket: what it shows, kept up to date, and its running replies."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from chatsite.accounts.models import User
from chatsite.accounts.rights import Ticket
from conversations import protocol
from conversations.errors import NotFound
from conversations.models import Conversation
from conversations.sockets.doorkeeper import as_person
from conversations.store.branches import branch_before
from conversations.store.listing import Row, row_of
from conversations.store.outlines import branch_outline, messages_shown
from conversations.turns.lifecycle import current
from conversations.turns.viewing import Send, Stalled, Viewer
from conversations.views.articles import ArticleView, article_frame, article_views
from conversations.views.instructions import instructions_mark
from conversations.views.timeline import tools_frame


@dataclass(frozen=True)
class _Look:
    """What the database says a conversation shows."""

    revision: int
    title: str
    model: str
    path: list[UUID]
    changed: list[ArticleView]
    beside: list[UUID]
    running: list[UUID]
    older: bool
    instructions: str
    row: Row


class Watch:
    """`revision` is what the client has. Refreshed by whoever hears that the conversation changed.

    row: its line of the list, when it was last read.
    """

    def __init__(
        self,
        ticket: Ticket,
        frame: protocol.Open,
        send: Send,
        stalled: Callable[[], Awaitable[None]],
    ) -> None:
        self.conversation_id = frame.conversation
        self.revision = frame.revision
        self.row: Row | None = None
        self._ticket = ticket
        self._format: protocol.Format = frame.format
        self._send = send
        self._stalled = stalled
        self._path: set[UUID] | None = None
        self._viewers: dict[UUID, tuple[Viewer, asyncio.Task[None]]] = {}
        self._one_at_a_time = asyncio.Lock()

    async def refresh(self, *, ref: str | None = None, opening: bool = False) -> None:
        """Send what changed since `revision` and watch the running replies.

        Raises NotFound, SignedOut, ShutOut.
        """
        async with self._one_at_a_time:
            look = await as_person(self._ticket, self._look)
            self.row = look.row
            if opening or look.revision != self.revision:
                await self._show(look, ref)
            for generation_id in look.running:
                self._view(generation_id)

    def viewer(self, generation_id: UUID) -> Viewer | None:
        """This socket's viewer of a running reply."""
        found = self._viewers.get(generation_id)
        return found[0] if found else None

    def close(self) -> None:
        """Stop watching."""
        for _, task in self._viewers.values():
            task.cancel()
        self._viewers.clear()

    async def _show(self, look: _Look, ref: str | None) -> None:
        articles = await asyncio.to_thread(
            lambda: [article_frame(view, self._format) for view in look.changed]
        )
        await self._send(
            protocol.Conversation(
                ref=ref,
                conversation=self.conversation_id,
                revision=look.revision,
                title=look.title,
                model=look.model,
                path=look.path,
                messages=articles,
                older=look.older,
                instructions=look.instructions,
                beside=look.beside or None,
            )
        )
        self.revision = look.revision
        self._path = {*look.path, *look.beside}

    def _look(self, person: User) -> _Look:
        """One unit in the database. A client whose page is not known is sent all of it, if it changed."""
        conversation = Conversation.objects.visible_to(person).filter(pk=self.conversation_id).first()
        if conversation is None:
            raise NotFound("conversation")
        outline = branch_outline(conversation, leaf_id=conversation.current_leaf_id)
        shown = [*outline.steps, *outline.beside]
        if conversation.revision == self.revision:
            changed = []
        elif self._path is None:
            changed = shown
        else:
            changed = [step for step in shown if step.revision > self.revision or step.id not in self._path]
        return _Look(
            revision=conversation.revision,
            title=str(conversation),
            model=conversation.model,
            path=[step.id for step in outline.steps],
            beside=[step.id for step in outline.beside],
            changed=article_views(messages_shown([step.id for step in changed])),
            running=[step.generation_id for step in shown if step.generation_id and step.running],
            older=outline.older,
            instructions=instructions_mark(conversation),
            row=row_of(conversation),
        )

    def _view(self, generation_id: UUID) -> None:
        live = current().generations.find(generation_id)
        if live is None or generation_id in self._viewers:
            return
        viewer = Viewer(
            live,
            self._send,
            format=self._format,
            tools_frame=tools_frame,
            unacked_frames=settings.LIMITS.unacked_frames,
            unacked_seconds=settings.LIMITS.unacked_seconds,
        )
        self._viewers[generation_id] = viewer, asyncio.create_task(self._run(generation_id, viewer))

    async def _run(self, generation_id: UUID, viewer: Viewer) -> None:
        try:
            await viewer.run()
        except Stalled:
            await self._stalled()
        finally:
            if self.viewer(generation_id) is viewer:
                del self._viewers[generation_id]


def page_before(person: User, conversation_id: UUID, before: UUID) -> tuple[list[ArticleView], bool]:
    """The messages above `before` as shown, and whether there are more above those. Raises NotFound."""
    conversation = Conversation.objects.visible_to(person).filter(pk=conversation_id).first()
    if conversation is None:
        raise NotFound("conversation")
    if not conversation.messages.filter(pk=before).exists():
        raise NotFound("message")
    page = branch_before(conversation, message_id=before)
    return article_views(page.messages), page.older
