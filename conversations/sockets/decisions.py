"""What a person says to a tool call that waits for them."""

from __future__ import annotations

from chatsite.accounts.rights import Ticket
from conversations import protocol
from conversations.errors import Refused
from conversations.sockets.doorkeeper import as_person
from conversations.store.approvals import tool_approve_always, tool_call_owned
from conversations.turns.lifecycle import current


async def decide(ticket: Ticket, frame: protocol.ToolDecide) -> None:
    """Carry the decision out. Raises NotFound, and Refused when there is nothing to decide any more."""
    call = await as_person(ticket, lambda person: tool_call_owned(person=person, call_id=frame.call))
    live = current().generations.find(call.generation_id)
    if live is None or not live.calls.decide(frame.call, frame.decision):
        raise Refused(
            "not_possible", "Nobody is asked about this call any more: what was decided first holds."
        )
    if frame.decision == "always":
        await as_person(ticket, lambda person: tool_approve_always(person=person, call_id=frame.call))
