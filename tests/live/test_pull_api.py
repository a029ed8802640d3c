"""The source of a channel by the API: set, shown without passwords, refused, removed."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from tests.control.services import ControlPlane
from tests.harness import until

URL = "rtsp://ann:secret@192.0.2.1:8554/camera?token=hidden"


@pytest.fixture
def pull(plane: ControlPlane) -> str:
    channel = plane.owner.make("channels", name=f"Night {secrets.token_hex(4)}")["id"]
    return f"channels/{channel}/pull"


def test_a_source_is_set_and_shown_without_its_passwords(plane: ControlPlane, pull: str, monkeypatch: Any) -> None:
    assert plane.owner.get(pull).status_code == 404
    url = "rtsp://ann:secret@cam.example.invalid:8554/camera?token=hidden"
    answer = plane.owner.put(pull, json={"url": url, "enabled": False})
    assert answer.status_code == 200, answer.text
    assert answer.json()["url"] == "rtsp://cam.example.invalid:8554/camera" and answer.json()["state"] == "off"
    answer = plane.owner.put(pull, json={"url": url})
    assert answer.json()["enabled"] is True
    [row] = plane.rows("channel_pull", channel=pull.split("/")[1])
    assert "secret" not in str(row) and "hidden" not in str(row)

    def failed() -> bool:
        shown = plane.owner.get(pull)
        assert "secret" not in shown.text and "hidden" not in shown.text
        return bool(shown.json()["state"] == "failed" and "does not exist" in shown.json()["problem"])

    until("the source has failed", failed, 20)
    assert plane.owner.delete(pull).status_code == 204 == plane.owner.delete(pull).status_code
    assert plane.owner.get(pull).status_code == 404
    actions = [entry["action"] for entry in plane.owner.items(f"audit_entries?record={pull.split('/')[1]}")]
    assert actions.count("pull_changed") == 3


@pytest.mark.parametrize(
    "url", [URL, "http://127.0.0.1/x.ts", "file:///etc/passwd", "rtmp://10.0.0.1/live/x", "", "x" * 3000, 5, None]
)
def test_an_address_that_is_not_allowed_is_refused(plane: ControlPlane, pull: str, url: Any) -> None:
    answer = plane.owner.put(pull, json={"url": url})
    assert answer.status_code == 422 and [e["field"] for e in answer.json()["errors"]] == ["url"]
    assert plane.owner.get(pull).status_code == 404


def test_keys_need_the_scope_to_change_channels(plane: ControlPlane, pull: str) -> None:
    reader, writer = plane.owner.key("channel:read"), plane.owner.key("channel:write")
    body = {"json": {"url": "rtmp://cam.example.invalid/live/x", "enabled": False}}
    assert reader.get(pull).status_code == reader.put(pull, **body).status_code == 403
    assert writer.put(pull, **body).status_code == 200 == writer.get(pull).status_code
    assert writer.delete(pull).status_code == 204
