"""The route of `/mcp`.

The MCP SDK takes a third of the time in which the server starts, so it is imported with the first request.
"""

from __future__ import annotations

import asyncio
import importlib
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send


class McpRoute:
    """An ASGI application. The parameters are those of `api/mcp.py`'s `Mcp`."""

    def __init__(self, *parameters: Any) -> None:
        self._parameters = parameters
        self._mcp: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._mcp is None:
            module = await asyncio.to_thread(importlib.import_module, "otnet_server.api.mcp")
            self._mcp = self._mcp or module.Mcp(*self._parameters)
        await self._mcp(scope, receive, send)
