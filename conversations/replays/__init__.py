"""Replays: the stored request of a reply, sent again a number of times to see whether it gives the same.

- replay: the whole of it; at most one of a person is running.
- run: one of its calls, and the text that came of it.
- original: what the model said in the reply that is replayed.

Reading order: comparing and report (pure), receiving, bench (one replay being made), benches (those of this
process). The rows are in `models.replay`, their writes in `store.replays`.
"""
