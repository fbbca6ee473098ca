"""Server-sent events from bytes: every line ending, every place of a cut, and the limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.completions import BadAnswer
from conversations.completions.sse import EventDecoder, ServerSentEvent


def decode(*pieces: bytes, limit: int = 1_000_000) -> list[tuple[str, str]]:
    decoder = EventDecoder(limit)
    found: list[ServerSentEvent] = []
    for piece in pieces:
        found += decoder.feed(piece)
    return [(event.name, event.data) for event in found]


CASES = {
    "line feed": (b"data: a\n\ndata: b\n\n", ["a", "b"]),
    "carriage return": (b"data: a\r\rdata: b\r\r", ["a", "b"]),
    "both": (b"data: a\r\n\r\ndata: b\r\n\r\n", ["a", "b"]),
    "mixed": (b"data: a\r\n\ndata: b\r\r\n\n", ["a", "b"]),
    "several data lines": (b"data: a\ndata: b\n\n", ["a\nb"]),
    "no blank lines between objects": (
        b'data: {"a":1}\ndata: {"b":2} \n: between\ndata:{"c":3}\ndata: [DONE]\n\n',
        ['{"a":1}', '{"b":2} ', '{"c":3}', "[DONE]"],
    ),
    "an object over several lines": (
        b'data: {"a":[{\ndata: },\ndata: {\ndata: }]\ndata: }\n\n',
        ['{"a":[{\n},\n{\n}]\n}'],
    ),
    "empty data lines": (b"data\ndata:\n\n", ["\n"]),
    "no space after the colon": (b"data:a\n\n", ["a"]),
    "only one space is dropped": (b"data:  a\n\n", [" a"]),
    "comments": (b": hello\n:\ndata: a\n: between\n\n", ["a"]),
    "id and retry": (b"id: 7\nretry: 100\ndata: a\n\n", ["a"]),
    "unknown field": (b"datum: x\ndata: a\n\n", ["a"]),
    "byte order mark": (b"\xef\xbb\xbfdata: a\n\n", ["a"]),
    "mark later on is text": (b"data: a\n\n\xef\xbb\xbfdata: b\n\n", ["a"]),
    "no data, no event": (b"event: ping\n\ndata: a\n\n", ["a"]),
    "unfinished event": (b"data: a\n\ndata: b\n", ["a"]),
    "U+2028, U+2029 and U+0085 end no line": (
        "data: a\u2028b\u2029c\x85d\n\n".encode(),
        ["a\u2028b\u2029c\x85d"],
    ),
    "vertical tab and separators end no line": (
        b"data: a\x0bb\x0cc\x1cd\x1ee\n\n",
        ["a\x0bb\x0cc\x1cd\x1ee"],
    ),
    "bad bytes": (b"data: a\xffb\xc3\n\n", ["a\ufffdb\ufffd"]),
    "four-byte character": ("data: \U0001f600\n\n".encode(), ["\U0001f600"]),
}


@pytest.mark.parametrize("name", CASES)
def test_a_stream_means_the_same_cut_anywhere(name: str) -> None:
    stream, expected = CASES[name]
    for size in (1, 2, 3, 7, len(stream)):
        pieces = [stream[start : start + size] for start in range(0, len(stream), size)]
        assert [data for _, data in decode(*pieces)] == expected
    for cut in range(len(stream) + 1):
        assert [data for _, data in decode(stream[:cut], b"", stream[cut:])] == expected


def test_the_name_of_an_event_is_kept_for_one_event() -> None:
    assert decode(b"event: error\ndata: a\n\ndata: b\n\n") == [("error", "a"), ("", "b")]


def test_the_end_completes_what_lacks_only_its_last_line_ends() -> None:
    decoder = EventDecoder()
    assert [*decoder.feed(b"data: a\n\ndata: b"), *decoder.close()] == [("", "a"), ("", "b")]


def test_a_line_may_be_as_long_as_the_limit_and_no_longer() -> None:
    line = b"data: " + b"x" * 94
    assert decode(line + b"\n\n", limit=100) == [("", "x" * 94)]
    with pytest.raises(BadAnswer):
        decode(line + b"x\n\n", limit=100)


def test_a_line_without_end_is_refused_before_it_fills_the_memory() -> None:
    decoder = EventDecoder(1000)
    with pytest.raises(BadAnswer):
        for _ in range(100):
            list(decoder.feed(b"x" * 100))


def test_many_short_data_lines_count_together() -> None:
    with pytest.raises(BadAnswer):
        decode(b"data:\n" * 1001, limit=1000)


def test_events_before_an_overlong_line_are_given() -> None:
    decoder, found = EventDecoder(20), []
    with pytest.raises(BadAnswer):
        for event in decoder.feed(b"data: a\n\ndata: " + b"x" * 30):
            found.append(event.data)
    assert found == ["a"]


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n")), max_size=5),
    st.data(),
)
def test_any_text_arrives_as_it_was_sent(texts: list[str], data: st.DataObject) -> None:
    ending = data.draw(st.sampled_from(["\n", "\r", "\r\n"]))
    stream = "".join(f"data: {text}{ending}{ending}" for text in texts).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    pieces = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert [text for _, text in decode(*pieces)] == texts
