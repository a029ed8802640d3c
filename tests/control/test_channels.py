"""Channels: what of their playout settings is refused when they are saved."""

from __future__ import annotations

from typing import Any

import pytest

from tests.control.services import ControlPlane, Person


def field_errors(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {e["field"]: e["reason"] for e in answer.json()["errors"]}


def test_unknown_scheduler_is_refused_with_the_names_of_those_that_exist(owner: Person) -> None:
    errors = field_errors(owner.post("channels", json={"name": "A", "scheduler": "grit"}))
    assert "day_templates, episodes, grid, loop, rotation, shuffle" in errors["scheduler"]
    channel = owner.make("channels", name="A")
    assert channel["scheduler"] == "grid" and channel["scheduler_settings"] == {}
    assert "scheduler" in field_errors(owner.patch(f"channels/{channel['id']}", json={"scheduler": "grit"}))


@pytest.mark.parametrize(
    ("scheduler", "settings", "field"),
    [
        ("loop", {"seed": 1}, "scheduler_settings.seed"),
        ("shuffle", {"no_repeat": -1}, "scheduler_settings.no_repeat"),
        ("rotation", {}, "scheduler_settings.turns"),
        ("rotation", {"turns": [{"category": "a", "titles": ["b"]}]}, "scheduler_settings.turns.0"),
        ("day_templates", {"blocks": [{"from": "7:00", "to": "08:00"}]}, "scheduler_settings.blocks.0.from"),
        ("shuffle", "text", "scheduler_settings"),
        ("shuffle", {"a\x00": 1}, "scheduler_settings"),
        ("shuffle", {"seed": 10**30}, "scheduler_settings"),
        ("shuffle", {"x": "y" * 50_000}, "scheduler_settings"),
    ],
)
def test_settings_that_the_scheduler_refuses_are_not_saved(
    owner: Person, scheduler: str, settings: Any, field: str
) -> None:
    values = {"name": "A", "scheduler": scheduler, "scheduler_settings": settings}
    assert list(field_errors(owner.post("channels", json=values))) == [field]


def test_deeply_nested_settings_are_refused(owner: Person) -> None:
    nested: Any = {}
    for _ in range(200):
        nested = {"a": [nested]}
    values = {"name": "A", "scheduler": "shuffle", "scheduler_settings": nested}
    assert list(field_errors(owner.post("channels", json=values))) == ["scheduler_settings"]


def test_scheduler_and_its_settings_are_checked_together(owner: Person) -> None:
    channel = owner.make("channels", name="A", scheduler="shuffle", scheduler_settings={"no_repeat": 4})
    path = f"channels/{channel['id']}"
    assert field_errors(owner.patch(path, json={"scheduler": "loop"})) == {
        "scheduler_settings.no_repeat": "is unknown or cannot be set here"
    }
    assert owner.patch(path, json={"scheduler": "loop", "scheduler_settings": {}}).status_code == 200
    turns = {"turns": [{"category": "news", "order": "shuffle"}]}
    saved = owner.patch(path, json={"scheduler": "rotation", "scheduler_settings": turns})
    assert saved.json()["scheduler_settings"] == turns
    reset = owner.patch(path, json={"scheduler": None, "scheduler_settings": None}).json()
    assert (reset["scheduler"], reset["scheduler_settings"]) == ("grid", {})


def test_channel_of_a_scheduler_that_was_removed_can_still_be_changed(studio: ControlPlane, owner: Person) -> None:
    channel = owner.make("channels", name="A")
    studio.set("channel", channel["id"], scheduler="gone")
    assert owner.patch(f"channels/{channel['id']}", json={"name": "B"}).status_code == 200
    assert "scheduler" in field_errors(
        owner.patch(f"channels/{channel['id']}", json={"scheduler_settings": {"no_repeat": 3}})
    )


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC"])
def test_time_zone_is_an_iana_name(owner: Person, zone: str) -> None:
    assert owner.make("channels", name="A", time_zone=zone)["time_zone"] == zone


@pytest.mark.parametrize(
    "zone",
    ["Berlin", "europe/berlin", "Europe", "CET+1", "../../etc/passwd", "/etc/localtime", "localtime", "", "Mars/X"],
)
def test_time_zone_that_does_not_exist_is_refused(owner: Person, zone: str) -> None:
    errors = field_errors(owner.post("channels", json={"name": "A", "time_zone": zone}))
    assert "IANA" in errors["time_zone"]


def test_settings_of_the_scheduler_are_not_public(studio: ControlPlane, owner: Person) -> None:
    owner.make("channels", name="A", status="on", scheduler="shuffle", scheduler_settings={"seed": 9})
    answer = owner.get("/api/v1/public/channels")
    assert answer.status_code == 200 and "scheduler" not in answer.text
