"""A branch of a conversation as a completion request. Pure: the same branch makes the same request."""

from __future__ import annotations

from conversations.completions import AssistantMessage, CompletionRequest, Message, SystemMessage, UserMessage
from conversations.parameters import request_fields
from conversations.store.prompts import Material

CONTINUE = "Continue your last message from exactly where it stopped. Do not repeat or comment on any of it."


def request_for(material: Material) -> CompletionRequest:
    """The request: system prompt, history, and for a continuation the cut reply with a word on what to do.

    Replies without text (they failed) are left out. Raises InvalidRequest.
    """
    messages: list[Message] = []
    if material.system_prompt:
        messages.append(SystemMessage(content=material.system_prompt))
    for said in material.history:
        if said.by_model and said.text:
            messages.append(AssistantMessage(content=said.text))
        elif not said.by_model:
            messages.append(UserMessage(content=said.text))
    if material.prefix:
        messages += [AssistantMessage(content=material.prefix), UserMessage(content=CONTINUE)]
    return CompletionRequest(
        model=material.model, messages=tuple(messages), **request_fields(material.parameters)
    )
