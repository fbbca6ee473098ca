"""Markdown to safe HTML, whole and streaming. No Django, no network, no state but a cache of highlighted
code.

The way of a message, one file each: `source` (repair and limits) → `markdown` (comrak: raw blocks) → `markup`
(our code blocks, `mathml`, tables, links) → `sanitiser` (always last). `blocks` does the second half per
block and remembers; `highlighter` colours code in another process; `holdback` decides what of a growing
message is shown; `patches` is the difference between two renderings; `render` puts it together.
"""

from conversations.rendering.patches import Patch, apply_patch, blocks_hash, diff_blocks
from conversations.rendering.render import (
    RENDERER_VERSION,
    Rendering,
    StreamRenderer,
    render_blocks,
    render_html,
    shutdown_highlighting,
)

__all__ = [
    "RENDERER_VERSION",
    "Patch",
    "Rendering",
    "StreamRenderer",
    "apply_patch",
    "blocks_hash",
    "diff_blocks",
    "render_blocks",
    "render_html",
    "shutdown_highlighting",
]
