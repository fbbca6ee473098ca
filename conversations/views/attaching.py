"""What the page needs to attach files: where to, within which limits, and those of the draft."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from django.conf import settings

from conversations.attachments import ALLOWED
from conversations.models import Attachment
from conversations.views.attached import BLANK_FILE, BLANK_IMAGE, size_words
from conversations.views.attachments import described

PICKED: Final = (
    "image/jpeg,image/png,image/gif,image/webp,application/pdf,text/*,.md,.csv,.json,.xml,.yaml,.yml,.toml,.ini,"
    ".log,.sql,.tex,.py,.js,.ts,.tsx,.jsx,.rb,.php,.sh,.c,.h,.cpp,.cs,.go,.rs,.java,.kt,.swift,.svg,.diff"
)
"""What a file dialog offers first; telephones turn their own kinds of photographs into one of these."""


def attaching_choices(draft_files: Iterable[Attachment]) -> dict[str, Any]:
    """The part of the page's context that is about files. draft_files: read with their blobs."""
    limits = settings.LIMITS
    return {
        "attaching": {
            "allowed": f"{ALLOWED}, up to {size_words(limits.attachment_bytes)} each",
            "picked": PICKED,
            "most": limits.attachments_per_message,
            "bytes": limits.attachment_bytes,
            "draft": json.dumps([described(attachment) for attachment in draft_files]),
        },
        "blank_file": BLANK_FILE,
        "blank_image": BLANK_IMAGE,
    }
