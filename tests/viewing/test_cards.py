"""Cards, rows of the home page and their JSON, made from rows of the database."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from otnet_server.api.model_json import json_object, model_response
from otnet_server.api.playback import player_poster
from otnet_server.catalogue.cards import home_row, images_by_shape, resume_position, series_card, title_card
from otnet_server.catalogue.rows import ContentRow, MediaRow, ProgressRow, SeriesRow
from otnet_server.read_model.catalogue import Hero, ResumePosition, extend
from otnet_server.read_model.pictures import Picture

NO_IMAGES = images_by_shape({}, None)
STILL = Picture("media/m/r/poster.jpg", "/images/m/m/r", 1280, 720)
POSTER = Picture("artwork/a/v.jpg", "/images/a/a/v", 800, 1200, "A train")
CONTENT = ContentRow(
    id="c1", organization="o1", slug="night-train", title="Night Train", kind="film", synopsis=None, tagline="Wait.",
    original_language=None, release_date="2026-03-14", age_rating=12, series=None, season=None, episode_number=4,
    status="published", visibility="public", published_from=None, published_until=None, updated_at="2026-01-01",
)  # fmt: skip
SERIES = SeriesRow(id="s1", slug=None, title="The Signal Box", kind="podcast", synopsis=None, website=None)
MEDIA = MediaRow(id="m1", content="c1", state="encoding", duration_s=90.0, current="r1", playing="r1")


def test_title_card_contains_its_main_media() -> None:
    card = title_card(CONTENT, MEDIA, NO_IMAGES, None, None)
    assert (card.year, card.watch, card.playable, card.state, card.media) == (
        2026,
        "/watch/c1",
        True,
        "encoding",
        "m1",
    )
    assert card.subtitle == "Wait."
    waiting = title_card(CONTENT, None, NO_IMAGES, None, None)
    assert (waiting.watch, waiting.playable, waiting.state, waiting.duration_s) == (None, False, "waiting", None)


def test_subtitle_of_an_episode_names_its_series() -> None:
    assert title_card(CONTENT, MEDIA, NO_IMAGES, SERIES, None).subtitle == "The Signal Box · 4"


def test_series_without_a_slug_is_addressed_by_its_id() -> None:
    card = series_card(SERIES, NO_IMAGES, 3)
    assert (card.slug, card.href, card.type, card.episodes) == ("s1", "/series/s1", "series", 3)


@pytest.mark.parametrize(("position_s", "resumes"), [(9.9, False), (10, True), (569, True), (570, False)])
def test_titles_resume_between_ten_seconds_and_95_percent(position_s: float, resumes: bool) -> None:
    position = resume_position(ProgressRow("c1", position_s, 600, "2026-01-01"))
    assert position == (ResumePosition(position_s=position_s, duration_s=600) if resumes else None)


def test_row_has_the_shape_of_most_pictures() -> None:
    card = title_card(CONTENT, MEDIA, NO_IMAGES, None, None)
    poster, still = images_by_shape({"poster": POSTER}, None), images_by_shape({}, STILL)
    assert home_row("new", "new", [card]).shape == "still"
    assert home_row("new", "new", [replace(card, images=i) for i in (poster, still, poster)]).shape == "poster"


def test_json_contains_only_the_fields_of_the_declared_class() -> None:
    """The storage key of a picture is not in the JSON, nor are the fields of a subclass."""
    card = title_card(CONTENT, MEDIA, images_by_shape({"poster": POSTER}, STILL), None, None)
    hero = extend(Hero, card, synopsis="A guard counts.")
    row = json_object(home_row("new", "new", [hero]))
    assert "synopsis" not in row["items"][0]
    poster = {"base": "/images/a/a/v", "width": 800, "height": 1200, "widths": [160, 320, 480, 640], "alt": "A train"}
    assert row["items"][0]["images"]["poster"] == poster
    assert json.loads(bytes(model_response(hero).body)) == json_object(hero)
    assert json_object(hero)["synopsis"] == "A guard counts."


@pytest.mark.parametrize(
    ("state", "playing", "watch", "shown"),
    [
        ("ready", "r1", True, "ready"),
        ("encoding", "r1", True, "encoding"),
        ("encoding", None, True, "encoding"),
        ("failed", "r1", False, "failed"),
        ("failed", None, False, "failed"),
        ("failed", "r0", True, "ready"),
    ],
    ids=["ready", "encoding", "not yet", "failed half-way", "failed", "a new file failed, the one before plays"],
)
def test_title_that_failed_is_not_offered_to_watch(state: str, playing: str | None, watch: bool, shown: str) -> None:
    media = MEDIA._replace(state=state, playing=playing)
    card = title_card(CONTENT, media, NO_IMAGES, None, None)
    assert (card.watch is not None, card.state) == (watch, shown)
    assert card.playable is (watch and playing is not None)


def test_player_shows_uploaded_artwork_before_the_still_of_the_video() -> None:
    backdrop = Picture("artwork/b/v.jpg", "/images/a/b/v", 1920, 1080, "A bridge")
    assert player_poster(images_by_shape({"backdrop": backdrop, "poster": POSTER}, STILL), "video") == backdrop
    assert player_poster(images_by_shape({"poster": POSTER}, STILL), "video") == STILL
    assert player_poster(images_by_shape({"poster": POSTER}, None), "video") == POSTER
    assert player_poster(images_by_shape({"poster": POSTER}, STILL), "audio") == POSTER
    assert player_poster(NO_IMAGES, "video") is None
