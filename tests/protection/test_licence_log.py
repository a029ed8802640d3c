"""The outcome of licence requests in the log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from otnet_server.errors import ApiError
from otnet_server.protection.licence_log import LicenceEvent, LicenceLog
from otnet_server.protection.licences import Licences
from otnet_server.protection.master_keys import MasterKeyMissing
from otnet_server.protection.tokens import PlaybackClaims
from otnet_server.protocols import DrmSystem

CLAIMS = PlaybackClaims("org", "media", "session", "viewer", ("00" * 16,), 0)


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        (MasterKeyMissing("m1"), "vault_locked"),
        (ApiError(503, "drm_not_configured", "…"), "drm_not_configured"),
        (RuntimeError("unexpected"), "failed"),
        (asyncio.CancelledError(), "failed"),
    ],
)
def test_licence_that_was_not_given_is_not_logged_as_granted(failure: BaseException, outcome: str) -> None:
    logged: list[LicenceEvent] = []

    async def verify(_: str) -> PlaybackClaims:
        return CLAIMS

    async def find_access(*_: Any) -> Any:
        return SimpleNamespace(media="media", user="user", refusal=None, ends_at="", proof_key=None, max_quality=None,
                               of_channel=False)  # fmt: skip

    async def choice(_: str) -> Any:
        return SimpleNamespace(proof_required=False)

    async def find(_: Any) -> Any:
        raise failure

    possession = SimpleNamespace(check=lambda *_: None)
    parts: list[Any] = [
        SimpleNamespace(find=find), SimpleNamespace(choice=choice), SimpleNamespace(verify=verify), SimpleNamespace(add=logged.append),
    ]  # fmt: skip
    licences = Licences(*parts, find_access, lambda _: None, cast(Any, possession), cast(Any, None))
    with pytest.raises(type(failure)):
        asyncio.run(licences.licence({}, DrmSystem.CLEARKEY, "token", b"{}"))
    assert [(e.user, e.outcome) for e in logged] == [("user", outcome)]


class AwayDatabase:
    """Raises `error` while it is set, and remembers what is written."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.written: list[Any] = []

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Any]:
        if self.error is not None:
            raise self.error

        async def execute(_: Any, entries: list[Any]) -> None:
            self.written += entries

        yield SimpleNamespace(execute=execute)


@pytest.mark.parametrize(
    ("error", "written"),
    [
        (OperationalError("INSERT", {}, Exception("away")), ["one", "two"]),
        (IntegrityError("INSERT", {}, Exception("refused")), ["two"]),
    ],
    ids=["away", "refused"],
)  # fmt: skip
async def test_entries_wait_while_the_database_is_away(error: Exception, written: list[str]) -> None:
    database = AwayDatabase()
    log = LicenceLog(cast(Any, database))
    database.error = error
    log.add(LicenceEvent("org", "media", "session", None, "clearkey", "clearkey", 1, "one", 1))
    await log.flush()
    database.error = None
    log.add(LicenceEvent("org", "media", "session", None, "clearkey", "clearkey", 1, "two", 1))
    await log.stop()
    assert [entry["outcome"] for entry in database.written] == written
