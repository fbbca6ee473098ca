"""A limit on what one HTTP request may carry, kept while it arrives.

Daphne reads a whole body into a temporary file before the application hears of the request, so Django's own
limits come too late: anybody could fill the disk. Here the connection is answered with 413 at the first byte
too many, whether the length was announced or not. Attached files have a limit of their own.

Browsers and proxies send the rest all the same, and those that meet a closed connection then lose the answer:
people would read that the site cannot be reached. So the rest is read and dropped for a while.
"""

from typing import Any

from daphne import http_protocol
from django.conf import settings

ATTACHMENTS = b"/attachments"
LINGER_SECONDS = 30
LINGER_BYTES = 1 << 30
ANSWER = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class LimitedRequest(http_protocol.WebRequest):  # type: ignore[misc]  # daphne has no types
    """Daphne's request, which stops reading at `LIMITS.body_bytes`, or at `attachment_bytes` of a file."""

    _refused = False
    _limit = 0
    _dropped = 0
    _end: Any = None

    def gotLength(self, length: int | None) -> None:
        """Twisted's callback with the announced length, None for a chunked body."""
        super().gotLength(length)
        # Twisted gives a request its path once the body is there, which is too late.
        path = self.channel._path.partition(b"?")[0]
        limits = settings.LIMITS
        self._limit = limits.attachment_bytes if path == ATTACHMENTS else limits.body_bytes
        if length is not None and length > self._limit:
            self._refuse()

    def handleContentChunk(self, data: bytes) -> None:
        """Twisted's callback with a piece of the body."""
        if self._refused:
            self._dropped += len(data)
            if self._dropped > LINGER_BYTES:
                self.channel.loseConnection()
        elif self.content.tell() + len(data) > self._limit:
            self._refuse()
        else:
            super().handleContentChunk(data)

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:
        """Twisted's callback with the whole request."""
        if self._refused:
            self.channel.loseConnection()
        else:
            super().requestReceived(command, path, version)

    def connectionLost(self, reason: Any) -> None:
        """Twisted's callback when the connection is gone."""
        if self._end is not None and self._end.active():
            self._end.cancel()
        super().connectionLost(reason)

    def _refuse(self) -> None:
        self._refused = True
        self.channel.transport.write(ANSWER)
        self._end = self.channel.callLater(LINGER_SECONDS, self.channel.loseConnection)


def limit_bodies() -> None:
    """Make Daphne use `LimitedRequest`; it has no option for the class."""
    http_protocol.WebRequest = LimitedRequest
