"""The pages of the chat and the small requests they make.

- `pages`: the chat itself, new or of a conversation, and the list beside it
- `changes`: rename, configure, delete and restore a conversation; keep a draft
- `articles`, `rows`: what the templates of a message and of the list are given, for pages and for frames
"""
