"""The rows: conversations, their tree of messages, the generations that wrote the replies, the tools these
called, what their calls cost, replays, drafts, presets, attached files, MCP servers.

Only `conversations.store` writes them. Every look-up for a person starts at
`Conversation.objects.visible_to(person)`.
"""

from conversations.models.attachment import Attachment, AttachmentKind, Blob
from conversations.models.conversation import Conversation
from conversations.models.draft import Draft
from conversations.models.generation import ACTIVE, Generation, State
from conversations.models.ledger import OPEN, EntryState, LedgerEntry, Purpose, Source
from conversations.models.mcp_server import McpServer
from conversations.models.message import Message, Role
from conversations.models.preset import Preset
from conversations.models.replay import Replay, ReplayRun
from conversations.models.token_logprobs import TokenLogprobs
from conversations.models.tool_call import LIVE_CALLS, CallState, ToolCall

__all__ = [
    "ACTIVE",
    "LIVE_CALLS",
    "OPEN",
    "Attachment",
    "AttachmentKind",
    "Blob",
    "CallState",
    "Conversation",
    "Draft",
    "EntryState",
    "Generation",
    "LedgerEntry",
    "McpServer",
    "Message",
    "Preset",
    "Purpose",
    "Replay",
    "ReplayRun",
    "Role",
    "Source",
    "State",
    "TokenLogprobs",
    "ToolCall",
]
