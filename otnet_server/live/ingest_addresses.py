"""The addresses for encoders.

The ingests of a process say at which address they receive, or why they do not. Where another process of the server has
the port, the address of that process is the answer: each process announces its addresses as the names of leases, with
placeholders for what differs between stream keys.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import astuple

from otnet_server.cluster.leases import LeasedService, Leases
from otnet_server.errors import OtnetError
from otnet_server.logs import log
from otnet_server.protocols import Ingest, IngestUrlRequest

PLUGINS = {"rtmp": "ingest_rtmp", "srt": "ingest_srt", "whip": "ingest_whip"}
PLACEHOLDERS = IngestUrlRequest("{h}", "{k}", "{p}", "{s}")
PREFIX = "ingest:"
MAX_NAME = 120  # characters of the name of a lease


class IngestAddresses:
    def __init__(self, leases: Leases, ingests: Sequence[Ingest]) -> None:
        self._leases, self._ingests = leases, ingests
        self._announced: list[LeasedService] = []

    async def start(self) -> None:
        """Tell the other processes where the ingests, which were started, receive."""
        await self._leases.forget_expired(PREFIX)
        for ingest in self._ingests:
            name = f"{PREFIX}{ingest.protocol}:{secrets.token_hex(4)}:{_url(ingest, PLACEHOLDERS)}"
            if not name.endswith(":") and problem_of(ingest) is None and len(name) <= MAX_NAME:
                self._announced.append(LeasedService(self._leases, name, _Nothing()))
                await self._announced[-1].start()

    async def stop(self) -> None:
        for announced in self._announced:
            await announced.stop()

    async def find(self, request: IngestUrlRequest) -> tuple[dict[str, str], dict[str, OtnetError]]:
        """The address for each protocol, and for the protocols without one the reason."""
        urls: dict[str, str] = {}
        problems: dict[str, OtnetError] = {}
        for ingest in self._ingests:
            problem = problem_of(ingest)
            if problem is not None:
                problems.setdefault(ingest.protocol, problem)
            elif url := _url(ingest, request):
                urls.setdefault(ingest.protocol, url)
        if problems.keys() - urls.keys():
            urls = {**await self.announced(request), **urls}
        for protocol in PLUGINS.keys() - {ingest.protocol for ingest in self._ingests}:
            problems[protocol] = not_enabled(protocol)
        return urls, {protocol: problem for protocol, problem in problems.items() if protocol not in urls}

    async def announced(self, request: IngestUrlRequest) -> dict[str, str]:
        """The addresses at which the processes of the server receive."""
        urls: dict[str, str] = {}
        for name in await self._leases.held_by_any(PREFIX):
            _, protocol, _, url = name.split(":", 3)
            host = f"[{request.host}]" if ":" in request.host else request.host
            values = (host, *astuple(request)[1:])
            for placeholder, value in zip(astuple(PLACEHOLDERS), values, strict=True):
                url = url.replace(placeholder, value)
            urls[protocol] = url
        return urls


class _Nothing:
    """The component of a lease that only says that a process lives."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


def problem_of(ingest: Ingest) -> OtnetError | None:
    """Why an ingest receives nothing; None while it does."""
    problem = getattr(ingest, "problem", None)
    return problem if isinstance(problem, OtnetError) else None


def not_enabled(protocol: str) -> OtnetError:
    return OtnetError(
        "not_enabled",
        f"This server does not receive streams by {protocol.upper()}: the plugin “{PLUGINS[protocol]}” is off.",
        "Add it to “enabled” in [plugins] of the configuration, and start the server again.",
    )


def _url(ingest: Ingest, request: IngestUrlRequest) -> str:
    try:
        return ingest.url(request)
    except Exception as e:
        log.error("an ingest has no address", ingest=ingest.name, why=type(e).__name__)
        return ""
