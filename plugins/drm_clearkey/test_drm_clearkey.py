from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from otnet_server import DrmError, DrmSystem, LicenceRequest
from otnet_server.testing import checks, drm, enabled
from plugins.drm_clearkey import ClearKey, Settings


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def challenge(*key_ids: bytes) -> bytes:
    return json.dumps({"kids": [encoded(key_id) for key_id in key_ids], "type": "temporary"}).encode()


CASE = drm.DrmCase(ClearKey, Settings(), {DrmSystem.CLEARKEY: challenge(drm.KEYS[0].id)})


@pytest.mark.parametrize("check", checks(drm), ids=lambda c: c.__name__)
async def test_conformance(check: Callable[..., Any]) -> None:
    await check(CASE)


def request(body: bytes) -> LicenceRequest:
    expires_at = datetime.now(UTC) + timedelta(hours=1)
    return LicenceRequest(DrmSystem.CLEARKEY, body, "title", "cenc", drm.KEYS[:2], "s", "v", expires_at, Settings())


async def test_licence_has_the_allowed_keys_among_the_requested_ones() -> None:
    response = await ClearKey().licence(request(challenge(*(key.id for key in drm.KEYS))))
    document = json.loads(response.body)
    assert response.content_type == "application/json" and document["type"] == "temporary"
    assert {k["kid"]: k["k"] for k in document["keys"]} == {encoded(k.id): encoded(k.value) for k in drm.KEYS[:2]}


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"kids": [1]}', b'{"kids": "\xff"}', b"[" * 100_000])
async def test_challenge_that_is_not_of_clear_key_is_refused(body: bytes) -> None:
    with pytest.raises(DrmError) as refused:
        await ClearKey().licence(request(body))
    assert refused.value.status == 400


async def test_other_keys_are_refused() -> None:
    with pytest.raises(DrmError) as refused:
        await ClearKey().licence(request(challenge(drm.KEYS[2].id)))
    assert (refused.value.status, refused.value.code) == (403, "not_authorized")


def test_the_plugin_registers_clear_key(tmp_path: Path) -> None:
    assert list(enabled("drm_clearkey", data=tmp_path).drm()) == ["clearkey"]
