"""Files that become content: `parse_filename` is tested with real files in `tests/e2e/`."""

from __future__ import annotations

from typing import Any

from otnet_server.control.content_matching import ContentMatcher
from otnet_server.db.records import Records
from otnet_server.db.search import Search
from otnet_server.db.tables import FIRST
from otnet_server.events import Event
from tests.control.records import media
from tests.control.services import ControlPlane


def matched(studio: ControlPlane, path: str, **info: Any) -> dict[str, Any]:
    """The content that a new file becomes."""
    id = media(studio, FIRST, "File", "Films")
    (row,) = studio.rows("media", id=id)
    studio.set("revision", row["current"], path=path)
    studio.set("media", id, info=info)
    matcher = ContentMatcher(studio.server.core.db, Records(Search(True)))
    studio.run(matcher.on_event(Event(1, "", "media.planned", FIRST, {"media": id})))
    (row,) = studio.rows("media", id=id)
    return studio.owner.get(f"content/{row['content']}").json()


def test_another_file_of_an_episode_gets_no_number(studio: ControlPlane) -> None:
    first = matched(studio, "/films/Show/Show S01E02 The Bridge.mp4")
    assert (first["title"], first["episode_number"]) == ("The Bridge", 2)
    again = matched(studio, "/films/Show/Show S01E02 The Bridge 4K.mp4")
    assert again["id"] != first["id"] and again["episode_number"] is None
    assert (again["series"], again["season"]) == (first["series"], first["season"])


def test_a_file_is_matched_to_the_episode_of_its_own_season(studio: ControlPlane) -> None:
    show = studio.owner.make("series", title="Two Seasons")["id"]
    one, two = (studio.owner.make("seasons", series=show, number=n)["id"] for n in (1, 2))
    ids = [
        studio.owner.make("content", title="Pilot", kind="episode", series=show, season=season, episode_number=1)["id"]
        for season in (one, two)
    ]
    assert matched(studio, "/films/Two Seasons/Two Seasons S02E01.mp4")["id"] == ids[1]
    assert matched(studio, "/films/Two Seasons/Two Seasons S01E01.mp4")["id"] == ids[0]


def test_a_person_who_is_named_twice_is_credited_once(studio: ControlPlane) -> None:
    content = matched(studio, "/films/Twice.mp4", people=[("Ann", "actor"), ("Ann ", "actor"), ("Ann", "director")])
    assert [c["role"] for c in content["credits"]] == ["actor", "director"]
