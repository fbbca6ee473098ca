"""What a websocket of the chat is made of, below `conversations.consumers`.

- `watch`: one conversation on one socket: what it shows, kept up to date
- `limits`: how many sockets, and how many frames a second
- `doorkeeper`: closes the sockets of people who may no longer use them
"""
