"""What a file is and what becomes of it before it is kept: told by its content, never by its name.

- *kind*: image, pdf or text; anything else is refused
- *prepared*: what is kept of a file. An image is made anew, without metadata, upright and small enough; a
  text is UTF-8; a PDF stays as it is, once it could be read
- `recognition`, `names`, `texts`, `estimates`: small and safe, done in this process
- `preparing`: what needs a decoder, in a process of its own (`worker`, `images`, `documents`)

Knows no Django and nothing of the site.
"""

from conversations.attachments.estimates import image_tokens, pdf_tokens
from conversations.attachments.names import clean_name, named_as
from conversations.attachments.preparing import PREPARER, Image, Preparer, Unusable
from conversations.attachments.recognition import ALLOWED, HEAD_BYTES, Kind, recognised
from conversations.attachments.texts import TEXT_CHARACTERS, NotText, cut_text, quoted, read_text

__all__ = [
    "ALLOWED",
    "HEAD_BYTES",
    "PREPARER",
    "TEXT_CHARACTERS",
    "Image",
    "Kind",
    "NotText",
    "Preparer",
    "Unusable",
    "clean_name",
    "cut_text",
    "image_tokens",
    "named_as",
    "pdf_tokens",
    "quoted",
    "read_text",
    "recognised",
]
