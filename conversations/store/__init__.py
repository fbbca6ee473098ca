"""The only writer of rows.

Each function is one unit of work: keyword-only, synchronous, atomic, called in one hop from the event
loop (`conversations.store.threads.in_database`). Claims (a message, its reply, the generation) are stored
before anything is sent to the model's host; later writes to a generation carry its lease's epoch and
change nothing when somebody else has won. News of what was committed leave through `conversations.bus`.

- `turns`: claim a turn, an edit, another reply, a continuation: exactly once per client id
- `guards`: what a turn is refused for
- `generations`, `growing`: checkpoint, finish, interrupt; the texts of many replies at once
- `conversations`: rename, configure, delete, restore, choose a branch
- `drafts`: keep and read what is not sent yet
- `receiving`, `attachments`, `blobs`: a file that has arrived, its rows, its bytes beside the database
- `attached_texts`, `sweeping`: read a file by its name; remove those that nobody has any more
- `branches`: read the tree: a page of a branch, siblings, a whole branch
- `outlines`, `belongings`, `rows`: what a reply's beginning and end read of it, in few queries
- `prompts`: what a request is made from, as values
- `listing`: read the sidebar, by keyset
- `mcp_servers`: which MCP servers are to be used
- `searching`: find words in a person's own messages
- `rendered`: the safe HTML kept beside the Markdown
- `mending`: which JSON replies the model may be asked to mend
- `titles`, `changes`, `threads`: the title of a conversation, its revisions, the way into the database
"""
