"""The official client reads every kind of answer: whole, streamed, several choices, usage, limits, seeds."""

from typing import Any

import httpx

from tests.providers import Provider

MODEL = "gpt-4-1106-preview"
WORDS = "scenario: tokens count=12"
WORDS_TEXT = " ".join(f"w{number}" for number in range(1, 13))


def ask(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


def test_whole_reply_has_text_usage_cost_and_fingerprint(client: Any) -> None:
    raw = client.chat.completions.with_raw_response.create(model=MODEL, messages=ask(WORDS))
    reply = raw.parse()
    assert reply.choices[0].message.content == WORDS_TEXT
    assert reply.choices[0].message.role == "assistant"
    assert reply.choices[0].finish_reason == "stop"
    assert reply.usage.completion_tokens == 12
    assert reply.usage.total_tokens == reply.usage.prompt_tokens + 12
    assert reply.system_fingerprint.startswith("fp_")
    spent = reply.model_dump()["meta"]["usage"]
    assert float(raw.headers["x-aimlapi-usd-spent"]) == spent["usd_spent"] > 0
    assert int(raw.headers["x-aimlapi-credits-used"]) == spent["credits_used"] > 0


def test_streamed_reply_has_one_chunk_for_each_token(client: Any) -> None:
    chunks = list(client.chat.completions.create(model=MODEL, messages=ask(WORDS), stream=True))
    assert chunks[0].choices[0].delta.role == "assistant"
    texts = [chunk.choices[0].delta.content for chunk in chunks[1:-1]]
    assert len(texts) == 12
    assert "".join(texts) == WORDS_TEXT
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert chunks[-1].model_dump()["meta"]["usage"]["usd_spent"] > 0
    assert len({(chunk.id, chunk.created, chunk.model) for chunk in chunks}) == 1


def test_usage_arrives_in_a_last_chunk_without_choices(client: Any) -> None:
    chunks = list(
        client.chat.completions.create(
            model=MODEL, messages=ask(WORDS), stream=True, stream_options={"include_usage": True}
        )
    )
    assert chunks[-1].choices == []
    assert chunks[-1].usage.completion_tokens == 12
    assert chunks[-1].model_dump()["meta"]["usage"]["credits_used"] > 0
    assert all(chunk.usage is None for chunk in chunks[:-1])
    assert "meta" not in chunks[-2].model_dump()


def test_several_choices_are_interleaved_by_index(client: Any) -> None:
    chunks = list(client.chat.completions.create(model=MODEL, messages=ask(WORDS), stream=True, n=2))
    texts = {0: "", 1: ""}
    order = []
    for chunk in chunks:
        if chunk.choices[0].delta.content:
            texts[chunk.choices[0].index] += chunk.choices[0].delta.content
            order.append(chunk.choices[0].index)
    assert texts == {0: WORDS_TEXT, 1: WORDS_TEXT}
    assert order == [0, 1] * 12
    whole = client.chat.completions.create(model=MODEL, messages=ask(WORDS), n=3)
    assert [choice.index for choice in whole.choices] == [0, 1, 2]


def test_max_tokens_ends_the_reply_with_length(client: Any) -> None:
    for limit in ({"max_tokens": 5}, {"max_completion_tokens": 5}):
        choice = client.chat.completions.create(model=MODEL, messages=ask(WORDS), **limit).choices[0]
        assert (choice.message.content, choice.finish_reason) == ("w1 w2 w3 w4 w5", "length")


def test_a_stop_sequence_ends_the_text_before_it(client: Any) -> None:
    for stop in ("w7", ["zzz", " w7"]):
        choice = client.chat.completions.create(model=MODEL, messages=ask(WORDS), stop=stop).choices[0]
        assert (choice.message.content.rstrip(), choice.finish_reason) == ("w1 w2 w3 w4 w5 w6", "stop")


def test_the_same_seed_gives_the_same_reply(client: Any) -> None:
    replies = [
        client.chat.completions.create(model=MODEL, messages=ask("Tell me about otters"), seed=7)
        for _ in range(4)
    ]
    assert len({reply.choices[0].message.content for reply in replies}) == 1
    assert len({reply.system_fingerprint for reply in replies}) == 1


def test_without_a_seed_replies_vary(client: Any) -> None:
    texts = {
        client.chat.completions.create(model=MODEL, messages=ask("Tell me about otters"))
        .choices[0]
        .message.content
        for _ in range(3)
    }
    assert len(texts) == 3
    assert all("canned" in text and "otters" in text for text in texts)


def test_log_probabilities_belong_to_the_tokens(client: Any) -> None:
    whole = client.chat.completions.create(
        model=MODEL, messages=ask(WORDS), logprobs=True, top_logprobs=3
    ).choices[0]
    assert "".join(entry.token for entry in whole.logprobs.content) == WORDS_TEXT
    assert all(bytes(entry.bytes).decode() == entry.token for entry in whole.logprobs.content)
    assert all(entry.logprob <= 0 and len(entry.top_logprobs) == 3 for entry in whole.logprobs.content)
    chunks = client.chat.completions.create(model=MODEL, messages=ask(WORDS), logprobs=True, stream=True)
    streamed = [
        entry.token
        for chunk in chunks
        if chunk.choices[0].logprobs
        for entry in chunk.choices[0].logprobs.content
    ]
    assert "".join(streamed) == WORDS_TEXT


def test_continue_goes_on_where_the_text_was_cut(client: Any) -> None:
    for question in ("Show me a table and some code", WORDS):
        whole = client.chat.completions.create(model=MODEL, messages=ask(question), seed=1)
        text = whole.choices[0].message.content
        for cut in (5, len(text) // 2, len(text) - 1):
            messages = [
                *ask(question),
                {"role": "assistant", "content": text[:cut]},
                {"role": "user", "content": "Please continue exactly where you stopped."},
            ]
            rest = client.chat.completions.create(model=MODEL, messages=messages)
            assert text[:cut] + rest.choices[0].message.content == text


def test_a_new_question_that_says_continue_is_no_instruction_to_continue(client: Any) -> None:
    messages = [
        *ask("Tell me about otters"),
        {"role": "assistant", "content": "Otters are"},
        {"role": "user", "content": "Do beavers continue to build in winter?"},
    ]
    reply = client.chat.completions.create(model=MODEL, messages=messages)
    assert "beavers" in reply.choices[0].message.content


def test_continue_after_somebody_elses_words_says_so(client: Any) -> None:
    messages = [
        *ask("Tell me about otters"),
        {"role": "assistant", "content": "Otters are"},
        {"role": "user", "content": "continue"},
    ]
    reply = client.chat.completions.create(model=MODEL, messages=messages)
    assert "cannot tell where" in reply.choices[0].message.content


def test_client_request_id_is_echoed_only_in_the_documented_alphabet(provider: Provider) -> None:
    body = {"model": MODEL, "messages": ask(WORDS)}
    for given, echoed in (
        ("a.B_9:-", True),
        ("x" * 128, True),
        ("x" * 129, False),
        ("a b", False),
        ("é", False),
    ):
        answer = httpx.post(
            f"{provider.base_url}/chat/completions",
            json=body,
            headers={b"Authorization": b"Bearer sk-test-provider", b"X-Client-Request-Id": given.encode()},
        )
        assert answer.status_code == 200
        assert (answer.headers.get("x-client-request-id") == given) is echoed
        assert answer.headers["x-inference-id"]
