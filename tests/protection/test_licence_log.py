"""The outcome of licence requests in the log."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from otnet_server.errors import ApiError
from otnet_server.protection.licence_log import LicenceEvent
from otnet_server.protection.licences import Licences
from otnet_server.protection.master_keys import VaultLocked
from otnet_server.protection.tokens import PlaybackClaims
from otnet_server.protocols import DrmSystem

CLAIMS = PlaybackClaims("org", "media", "session", "viewer", ("00" * 16,), 0)


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        (VaultLocked("m1"), "vault_locked"),
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
        return SimpleNamespace(media="media", user="user", refusal=None, ends_at="", max_quality=None)

    async def find(_: Any) -> Any:
        raise failure

    parts: list[Any] = [
        SimpleNamespace(find=find), None, SimpleNamespace(verify=verify), SimpleNamespace(add=logged.append),
    ]  # fmt: skip
    licences = Licences(*parts, find_access, lambda _: None)
    with pytest.raises(type(failure)):
        asyncio.run(licences.licence({}, DrmSystem.CLEARKEY, "token", b"{}"))
    assert [(e.user, e.outcome) for e in logged] == [("user", outcome)]
