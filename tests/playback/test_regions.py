"""Titles that are available in some countries only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from otnet_server.playback.visibility import is_available, limits_regions
from tests.control.services import Client, ControlPlane, control_plane
from tests.playback.test_countries import write_database
from tests.playback.titles import REVISION, STATES, content_in, files_of, ready_media

RULES: tuple[tuple[Any, bool, dict[str | None, bool]], ...] = (
    (None, False, {"DE": True, None: True}),
    ({"mode": "allow", "countries": ["DE", "AT"]}, True, {"DE": True, "AT": True, "FR": False, None: False}),
    ({"mode": "deny", "countries": ["DE"]}, True, {"DE": False, "FR": True, None: False}),
    ({"mode": "allow", "countries": []}, True, {"DE": False, None: False}),
    ({"mode": "deny", "countries": []}, False, {"DE": True, None: True}),
)
IN_GERMANY, IN_FRANCE, UNKNOWN = "198.51.100.9", "203.0.113.9", "192.0.2.9"
ONLY_GERMANY = {"mode": "allow", "countries": ["DE"]}


@pytest.mark.parametrize(("rule", "limits", "available"), RULES)
def test_rules(rule: Any, limits: bool, available: dict[str | None, bool]) -> None:
    assert limits_regions(rule) is limits
    assert {country: is_available(rule, country) for country in available} == available


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    folder = tmp_path_factory.mktemp("regions")
    countries = {"198.51.100.0/24": {"country": {"iso_code": "DE"}}, "203.0.113.0/24": {"country": {"iso_code": "FR"}}}
    server = {"country_database": write_database(folder / "countries.mmdb", countries)}
    with control_plane(folder / "data", server=server) as plane:
        yield plane


def title_in_germany(studio: ControlPlane, state: str) -> tuple[str, str, list[str]]:
    """(content, media, the paths of its files) of a title that is available in Germany only."""
    content = content_in(studio.owner, state)
    assert studio.owner.patch(f"content/{content}", json={"regions": ONLY_GERMANY}).status_code == 200
    media = ready_media(studio, state, content)
    revision = f"{REVISION[:-1]}{STATES.index(state)}"
    return content, media, [path.replace(REVISION, revision) for path in files_of(media)]


def statuses(client: Client, paths: list[str]) -> set[tuple[int, str]]:
    answers = [client.get(path) for path in paths]
    return {(a.status_code, a.json()["code"] if a.status_code >= 400 else "") for a in answers}


def test_public_title_plays_in_its_regions_only(studio: ControlPlane) -> None:
    content, media, files = title_in_germany(studio, "public")
    paths = [*files, f"/api/v1/playback/{content}", f"/api/v1/playback/{media}", f"/api/v1/media/{media}"]
    for _ in range(2):  # the second time, permissions are remembered
        assert statuses(studio.anonymous(address=IN_GERMANY), paths) == {(200, "")}
        for address in (IN_FRANCE, UNKNOWN):
            assert statuses(studio.anonymous(address=address), paths) == {(403, "not_in_region")}, address
            assert studio.anonymous(address=address).get(f"/embed/{content}").status_code == 403
    german = studio.anonymous(address=IN_GERMANY)
    assert german.get(f"/embed/{content}").status_code == 200
    assert "session" not in german.get(f"/api/v1/playback/{content}").json()
    for path in ("", "/waveform.json"):
        answer = german.get(f"/api/v1/playback/{content}{path}")
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    for path in files:
        assert "public" not in german.get(path).headers["cache-control"], "a shared cache does not know the country"
    assert studio.owner.get(files[0]).status_code == 200, "staff"
    spoofed = {"X-Forwarded-For": IN_GERMANY, "Forwarded": f"for={IN_GERMANY}", "CF-IPCountry": "DE"}
    assert studio.anonymous(address=IN_FRANCE).get(files[0], headers=spoofed).status_code == 403


def test_playback_session_is_refused_in_other_regions(studio: ControlPlane) -> None:
    content, _, files = title_in_germany(studio, "members")
    assert statuses(studio.anonymous(address=IN_FRANCE), files) == {(403, "not_in_region")}
    assert statuses(studio.anonymous(address=IN_GERMANY), files) == {(401, "sign_in")}
    viewer = studio.owner.colleague("audience", address=IN_GERMANY)
    configuration = viewer.get(f"/api/v1/playback/{content}").json()
    prefix = configuration["sources"]["hls"].partition("/media/")[0]
    for address, expected in ((IN_GERMANY, {(200, "")}), (IN_FRANCE, {(403, "not_in_region")})):
        client = studio.anonymous(address=address)
        assert statuses(client, [prefix + path for path in files]) == expected
        heartbeat = client.post(f"{configuration['session']['url']}/heartbeat")
        assert heartbeat.status_code == next(iter(expected))[0]


def test_private_titles_do_not_exist_in_any_region(studio: ControlPlane) -> None:
    content, _, files = title_in_germany(studio, "private")
    for address in (IN_GERMANY, IN_FRANCE):
        paths = [*files, f"/api/v1/playback/{content}"]
        assert statuses(studio.anonymous(address=address), paths) == {(404, "not_found")}


def test_change_of_regions_takes_effect(studio: ControlPlane) -> None:
    content, _, files = title_in_germany(studio, "unlinked")
    studio.owner.post(f"content/{content}/publish", json={})
    french = studio.anonymous(address=IN_FRANCE)
    assert french.get(files[0]).status_code == 403
    assert studio.owner.patch(f"content/{content}", json={"regions": None}).status_code == 200
    assert french.get(files[0]).status_code == 200


def test_studio_reports_titles_that_refuse_without_a_database(
    studio: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, files = title_in_germany(studio, "entitled")
    assert studio.owner.get("overview").json()["refused_by_region"] == 0
    monkeypatch.setattr(studio.server.playback.authorization, "countries", None)
    assert studio.owner.get("overview").json()["refused_by_region"] > 0
    assert statuses(studio.anonymous(address=IN_GERMANY), files) == {(403, "not_in_region")}
    rival = studio.organization("Rival Films", "rival@example.org")
    assert rival.get("overview").json()["refused_by_region"] == 0


def test_database_that_can_not_be_read_stops_the_start(tmp_path: Path) -> None:
    with (
        pytest.raises(Exception, match="country database"),
        control_plane(tmp_path / "data", server={"country_database": tmp_path / "missing.mmdb"}),
    ):
        pass
