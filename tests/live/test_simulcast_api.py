"""Simulcast targets of channels: a resource whose key is never returned, and a stream that reaches them."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from otnet_server.control.simulcast_targets import MAX_TARGETS
from tests.control.services import ControlPlane

TARGET = {"name": "Social", "url": "rtmps://live.example.org/app", "key": "abcd-1234"}


@pytest.fixture
def channel(plane: ControlPlane) -> str:
    return str(plane.owner.make("channels", name=f"Night {secrets.token_hex(4)}")["id"])


def test_the_key_of_a_target_is_never_returned(plane: ControlPlane, channel: str) -> None:
    made = plane.owner.make("simulcast_targets", channel=channel, **TARGET)
    path = f"simulcast_targets/{made['id']}"
    changed = plane.owner.patch(path, json={"name": "Other", "key": "efgh-5678"})
    assert changed.status_code == 200, changed.text
    [row] = plane.rows("simulcast_target", id=made["id"])
    entries = plane.rows("audit_entry", record=made["id"])
    events = plane.rows("change")
    for text in (str(made), changed.text, plane.owner.get(path).text, str(row), str(entries), str(events)):
        assert "abcd-1234" not in text and "efgh-5678" not in text and "sealed" not in str(made)
    service = plane.server.live._targets
    [target] = plane.run(service.enabled(channel))
    assert (target.name, target.url, target.key) == ("Other", TARGET["url"], "efgh-5678")
    assert "efgh" not in repr(target)
    plane.owner.patch(path, json={"enabled": False})
    assert plane.run(service.enabled(channel)) == []
    assert plane.owner.delete(path).status_code == 204


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "https://live.example.org/app"}, "url"),
        ({"url": "rtmp://127.0.0.1/app"}, "url"),
        ({"url": "rtmp://localhost/app"}, "url"),
        ({"url": "rtmp://169.254.169.254/app"}, "url"),
        ({"url": "rtmp://live.example.org:22/app"}, "url"),
        ({"url": "rtmp://user:pw@live.example.org/app"}, "url"),
        ({"url": "rtmp://live.example.org"}, "url"),
        ({"url": "file:///etc/passwd"}, "url"),
        ({"key": ""}, "key"),
    ],
)
def test_targets_that_are_none_are_refused(
    plane: ControlPlane, channel: str, change: dict[str, Any], field: str
) -> None:
    answer = plane.owner.post("simulcast_targets", json={"channel": channel, **TARGET, **change})
    assert answer.status_code == 422, answer.text
    assert [e["field"] for e in answer.json()["errors"]] == [field]


def test_a_channel_has_so_many_targets_at_most(plane: ControlPlane, channel: str) -> None:
    for n in range(MAX_TARGETS):
        plane.owner.make("simulcast_targets", channel=channel, **{**TARGET, "name": f"Social {n}"})
    assert plane.owner.post("simulcast_targets", json={"channel": channel, **TARGET}).status_code == 422
