"""What goes up to the model with the next message: shown before it is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from conversations.completions import Model
from conversations.completions.pricing import INPUT, OUTPUT
from conversations.errors import Refused
from conversations.parameters import checked_parameters
from conversations.store.prompts import Material, draft_material
from conversations.tools import available
from conversations.turns.lifecycle import model_list
from conversations.turns.offer import Offer, offer_of
from conversations.turns.prompt import ledger_of
from conversations.turns.trimming import Ledger, Line, Why
from conversations.views.abilities import needs_of, warnings
from conversations.views.amounts import money
from conversations.views.answers import id_or_none, ids_of, person_of, refusal
from conversations.views.attached import attached_words, kinds_sent
from conversations.views.choices import WITHDRAWN, ModelChoice, model_choices

EXCERPT_CHARACTERS = 80

_WHY_WORDS: dict[Why, str] = {
    Why.SYSTEM: "always sent",
    Why.NEWEST: "always sent",
    Why.FITS: "sent",
    Why.NO_ROOM: "not sent: no room",
    Why.EMPTY: "not sent: has no text",
}


@dataclass(frozen=True)
class LineView:
    """One message of the list. `excerpt`: how it begins, plain text; `why`: what becomes of it, in words."""

    who: str
    excerpt: str
    tokens: str
    sent: bool
    why: str


@dataclass(frozen=True)
class Phrase:
    """A part of the line below the message box. `warns`: something will not be as expected."""

    text: str
    warns: bool = False


@require_POST
def context(request: HttpRequest) -> HttpResponse:
    """Form: conversation (empty for a new chat), text, attachments (ids, by spaces), model; system_prompt
    and parameters of a new chat.

    Answers with a line; with all of its messages when the form says list. Changes nothing: it is a POST
    because a message is too long for an address.
    """
    form = request.POST
    try:
        material = draft_material(
            person=person_of(request),
            conversation_id=id_or_none(form.get("conversation", "")),
            model=form.get("model", ""),
            system_prompt=form.get("system_prompt", ""),
            parameters=_parameters(form.get("parameters", "")),
            text=form.get("text", ""),
            attachment_ids=ids_of(form.get("attachments", "")),
        )
    except Refused as refused:
        return refusal(refused)
    return shown(request, material)


def shown(request: HttpRequest, material: Material) -> HttpResponse:
    """What goes up, as a line, or as the list when the form says so."""
    known = model_list()
    model = known.find(material.model) if known else None
    offer = offer_of(material.parameters, available())
    ledger = ledger_of(material, model, offer)
    (choice,) = model_choices([material.model], known)
    if "list" not in request.POST:
        needs = needs_of(material.parameters, tools=len(offer.tools), files=kinds_sent(ledger, material))
        warned = warnings(needs, material.model, known, settings.COMPLETIONS_MODELS)
        phrases = line_phrases(ledger, choice, model, material.parameters, warned)
        if material.n and material.n > 1:
            phrases.append(Phrase(f"{material.n} replies, each paid for"))
        return render(request, "_context_line.html", {"phrases": phrases})
    whole = {
        "model": choice,
        "phrases": list_phrases(ledger, model, replies=material.n or 1),
        "lines": [_line(*pair) for pair in zip(ledger.lines, _texts(material, offer), strict=True)],
    }
    return render(request, "_context_list.html", whole)


def _parameters(text: str) -> dict[str, Any]:
    """Parameters as JSON; none for nothing. Raises Refused."""
    try:
        raw = json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        raise Refused("bad_frame", "The parameters cannot be read.") from error
    if not isinstance(raw, dict):
        raise Refused("bad_frame", "The parameters cannot be read.")
    return checked_parameters(raw)


def line_phrases(
    ledger: Ledger,
    choice: ModelChoice,
    model: Model | None,
    parameters: Mapping[str, Any],
    warned: Sequence[str] = (),
) -> list[Phrase]:
    """The line below the message box: how much goes up, what does not, what that costs, and what may fail.

    warned: what the model may not be able to do, in phrases.
    """
    phrases = [Phrase(amount(ledger).capitalize())]
    if choice.withdrawn:
        phrases.append(Phrase(f"{choice.name} is {WITHDRAWN}", warns=True))
    phrases += [Phrase(words, warns=True) for words in warned]
    phrases += tool_phrases(ledger, parameters)
    if ledger.too_long:
        phrases.append(
            Phrase("too long for this model: shorten the message or choose another one", warns=True)
        )
    if ledger.cut:
        phrases.append(Phrase(f"{older_messages(ledger.cut)} will not be sent", warns=True))
    cost = _cost(model, INPUT, ledger.total)
    return [*phrases, Phrase(f"about {cost}")] if cost else phrases


def list_phrases(ledger: Ledger, model: Model | None, *, replies: int = 1) -> list[Phrase]:
    """What the list begins with, in sentences. replies: how many are asked for."""
    phrases = [Phrase(f"{amount(ledger)}.".capitalize())]
    if ledger.room is not None and ledger.room >= 0:
        phrases.append(
            Phrase(
                f"{ledger.reply:,} tokens are kept free for the reply, and about {ledger.room:,} are left."
            )
        )
    elif ledger.too_long:
        phrases.append(Phrase("That leaves no room for a reply: the server will refuse it.", warns=True))
    elif ledger.room is not None:
        phrases.append(Phrase("That leaves less room for the reply than it may need.", warns=True))
    if ledger.cut:
        phrases.append(Phrase(f"{older_messages(ledger.cut)} will not be sent.".capitalize(), warns=True))
    sending, reply = _cost(model, INPUT, ledger.total), _cost(model, OUTPUT, ledger.reply)
    if sending and reply:
        each = "a reply" if replies == 1 else f"each of {replies} replies"
        phrases.append(
            Phrase(f"Sending costs about {sending}, and {each} of {ledger.reply:,} tokens {reply} more.")
        )
    return phrases


def tool_phrases(ledger: Ledger, parameters: Mapping[str, Any]) -> list[Phrase]:
    """How many tools are offered, and which of those that are switched on are not."""
    names = parameters.get("tools", [])
    offered = len(names) - len(ledger.missing_tools)
    phrases = [Phrase(f"{offered} tool{'' if offered == 1 else 's'}")] if offered else []
    if ledger.missing_tools:
        missing = ", ".join(ledger.missing_tools)
        phrases.append(Phrase(f"not offered by this site now: {missing}", warns=True))
    return phrases


def amount(ledger: Ledger) -> str:
    """How much goes up, of how much there is room for."""
    of = f" of {ledger.context:,}" if ledger.context is not None else ""
    return f"about {ledger.total:,}{of} tokens"


def older_messages(count: int) -> str:
    """So many of them, in words."""
    return "1 older message" if count == 1 else f"{count:,} older messages"


def _cost(model: Model | None, unit: str, count: int) -> str:
    """In words; empty where the price is not known."""
    pricing = model.pricing if model else None
    rate = pricing.rate(unit) if pricing else None
    return money(rate.cost(count), pricing.currency) if pricing and rate else ""


def _texts(material: Material, offer: Offer) -> list[str]:
    system = [material.system_prompt] if material.system_prompt else []
    tools = [", ".join(tool.title for tool in offer.tools.values())] if offer.tools else []
    said = [f"{said.text} {attached_words(said.attached)}".strip() for said in material.history]
    return system + tools + said


def _line(line: Line, text: str) -> LineView:
    begins = " ".join(text[:EXCERPT_CHARACTERS].split())
    excerpt = f"{begins}…" if len(text) > EXCERPT_CHARACTERS else begins
    return LineView(_who(line), excerpt, f"{line.tokens:,}", line.sent, _WHY_WORDS[line.why])


def _who(line: Line) -> str:
    if line.role == "user":
        return "You" if line.id else "This message"
    return {"system": "Instructions", "tools": "Tools"}.get(line.role, "Assistant")
