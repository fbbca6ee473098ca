"""The pages of the chat and the small requests they make.

- `pages`: the chat itself, new or of a conversation, and the list beside it
- `changes`: rename, configure, delete and restore a conversation; keep a draft
- `details`: what is known of one reply
- `context`, `schemas`: what a message would take before it is sent; whether a JSON schema is one
- `attachments`, `attaching`, `attached`: files over HTTP, what is needed to attach them, how they are shown
- `articles`, `rows`, `choices`: what the templates of a message, of the list
  and of the models are given, for pages and for frames
"""
