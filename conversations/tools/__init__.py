"""The functions a model may ask the site to call. No frames, no rows of turns: those are `turns`' business.

- `types`, `registry`, `threads`: what a tool is, and how a Python function becomes one
- `toolbox`: which tools the site offers now
- `calls`, `runner`, `budget`, `arguments`, `results`: one round of calls, from the model's text to results
- `builtin`: those that come with the site, one file each; they stand on `arithmetic`, `units` and `fetching`
"""

from conversations.tools.budget import Budget
from conversations.tools.calls import LIVE, Asked, Call, CallState, Decision
from conversations.tools.registry import tool
from conversations.tools.runner import CallLimits, run_calls
from conversations.tools.toolbox import available
from conversations.tools.types import BadArguments, Tool, ToolContext, ToolFailed

__all__ = [
    "LIVE",
    "Asked",
    "BadArguments",
    "Budget",
    "Call",
    "CallLimits",
    "CallState",
    "Decision",
    "Tool",
    "ToolContext",
    "ToolFailed",
    "available",
    "run_calls",
    "tool",
]
