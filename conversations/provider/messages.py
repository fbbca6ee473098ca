"""The documented form of `messages`: roles, contents, parts, and tool messages that answer their calls."""

from collections.abc import Sequence
from typing import Any

from .errors import Refusal, bad_parameter
from .prompt import text_of

Json = dict[str, Any]

ROLES = ("system", "developer", "user", "assistant", "tool")
PARTS = {
    "system": ("text",),
    "developer": ("text",),
    "user": ("text", "image_url", "file"),
    "assistant": ("text", "refusal"),
    "tool": (),
}
IMAGE_PREFIXES = (
    "https://",
    "http://",
    *(f"data:image/{kind};base64," for kind in ("jpeg", "png", "gif", "webp")),
)
PDF_PREFIX = "data:application/pdf;base64,"


def text(message: Json) -> str:
    """The text of a message that has been checked."""
    return text_of(message)


def check(messages: object) -> None:
    """Raise `Refusal` 400 naming the first message that is not as documented."""
    if not isinstance(messages, list) or not messages:
        raise bad_parameter("messages", "a list of at least one message", messages)
    for index, message in enumerate(messages):
        _check_message(f"messages[{index}]", message)
    _check_answers(messages)


def _check_message(where: str, message: object) -> None:
    if not isinstance(message, dict):
        raise bad_parameter(where, "an object", message)
    role = message.get("role")
    if role not in ROLES:
        raise bad_parameter(f"{where}.role", f"one of {', '.join(ROLES)}", role)
    if role == "tool" and not isinstance(message.get("tool_call_id"), str):
        raise bad_parameter(f"{where}.tool_call_id", "a string", message.get("tool_call_id"))
    if role == "assistant":
        _check_calls(f"{where}.tool_calls", message.get("tool_calls"))
        if message.get("content") is None and (message.get("tool_calls") or message.get("refusal")):
            return
    _check_content(f"{where}.content", role, message.get("content"))


def _check_content(where: str, role: str, content: object) -> None:
    if isinstance(content, str):
        return
    if not isinstance(content, list) or not PARTS[role]:
        raise bad_parameter(where, "a string or a list of parts" if PARTS[role] else "a string", content)
    for index, part in enumerate(content):
        here = f"{where}[{index}]"
        kind = part.get("type") if isinstance(part, dict) else None
        if kind not in PARTS[role]:
            raise bad_parameter(f"{here}.type", f"one of {', '.join(PARTS[role])}", kind)
        if kind == "image_url":
            _check_image(here, part.get("image_url"))
        elif kind == "file":
            _check_file(here, part.get("file"))
        elif not isinstance(part.get(kind), str):
            raise bad_parameter(f"{here}.{kind}", "a string", part.get(kind))


def _check_image(where: str, image: object) -> None:
    url = image.get("url") if isinstance(image, dict) else None
    if not isinstance(url, str) or not url.startswith(IMAGE_PREFIXES):
        raise bad_parameter(
            f"{where}.image_url.url", "an http(s) URL or a base64 data URL of a JPEG, PNG, GIF or WebP", url
        )
    detail = image.get("detail", "auto") if isinstance(image, dict) else None
    if detail not in ("low", "high", "auto"):
        raise bad_parameter(f"{where}.image_url.detail", "one of low, high, auto", detail)


def _check_file(where: str, file: object) -> None:
    data = file.get("file_data") if isinstance(file, dict) else None
    if not isinstance(data, str) or not data.startswith(PDF_PREFIX):
        raise bad_parameter(f"{where}.file.file_data", "a base64 data URL of a PDF", data)


def _check_calls(where: str, calls: object) -> None:
    if calls is None:
        return
    if not isinstance(calls, list):
        raise bad_parameter(where, "a list of calls", calls)
    for index, call in enumerate(calls):
        function = call.get("function") if isinstance(call, dict) else None
        named = isinstance(function, dict) and all(
            isinstance(function.get(key), str) for key in ("name", "arguments")
        )
        if not named or not isinstance(call.get("id"), str):
            raise bad_parameter(f"{where}[{index}]", "an object with id, type and function", call)


def _check_answers(messages: Sequence[Json]) -> None:
    """Every call is answered by a tool message right after it, and every tool message answers a call."""
    open_calls: set[str] = set()
    for index, message in enumerate(messages):
        if message["role"] == "tool":
            if message["tool_call_id"] not in open_calls:
                raise Refusal(
                    400,
                    f"Invalid value for 'messages[{index}].tool_call_id': expected the id of a call in the "
                    f"assistant message before it, received {message['tool_call_id']!r}.",
                    code="invalid_value",
                    parameter="messages",
                )
            open_calls.discard(message["tool_call_id"])
            continue
        if open_calls:
            break
        open_calls = {call["id"] for call in message.get("tool_calls") or ()}
    if open_calls:
        raise Refusal(
            400,
            "Invalid value for 'messages': expected a tool message for each call, received none for "
            f"{', '.join(sorted(open_calls))}.",
            code="invalid_value",
            parameter="messages",
        )
