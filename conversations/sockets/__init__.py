"""What a websocket of the chat is made of, below `conversations.consumers`.

- `connection`: a socket before any frame: who may open one, when it closes, how it says so
- `claims`: a frame that asks for a reply, as the claim it stands for
- `watch`: one conversation on one socket: what it shows, kept up to date
- `rounds`: news of many changes, told once for each conversation
- `limits`: how many sockets, and how many frames a second
- `doorkeeper`: closes the sockets of people who may no longer use them
"""
