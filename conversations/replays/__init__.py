"""Replays: the stored request of a reply, sent again a number of times to see whether it gives the same.

- replay: the whole of it; at most one of a person is running.
- run: the request sent once more, with tools round after round, and what came of it.
- original: what the model said in the reply that is replayed.
- recorded: calls of the original, with the results that it was given. A replay runs no tool.

Reading order: comparing, report and sentences (pure), recording (what goes out, pure), receiving, rounds (the
calls of a run), bench (one replay being made), benches (those of this process). The rows are in
`models.replay`, their writes in `store.replays` and `store.replay_runs`.
"""
