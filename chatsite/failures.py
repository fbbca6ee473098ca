"""ASGI failures at the edge: a websocket nobody serves, and an exception nobody caught.

Daphne prints a whole traceback and cuts the connection for either. Here both end in a close frame with a
code, and in one line of log.
"""

import logging

from chatsite.origins import Application, Receive, Scope, Send

logger = logging.getLogger(__name__)
NO_SUCH_ROUTE = 4404
INTERNAL_ERROR = 4500  # RFC 6455 has 1011 for this, but Daphne's websocket library refuses to send it


async def refuse_websocket(scope: Scope, receive: Receive, send: Send) -> None:
    """Close a websocket before it is accepted: no route of ours has this path."""
    await receive()
    await send({"type": "websocket.close", "code": NO_SUCH_ROUTE})


class CleanFailure:
    """ASGI middleware that turns an exception out of a websocket application into a close with code 4500."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application. Connections other than websockets keep their own error handling."""
        if scope["type"] != "websocket":
            await self._application(scope, receive, send)
            return
        try:
            await self._application(scope, receive, send)
        except Exception:  # the last border before the server: whatever it is, the reader gets a clean close
            logger.exception("a websocket ended by an error, path %s", scope.get("path"))
            await send({"type": "websocket.close", "code": INTERNAL_ERROR})
