"""Manifests compared with the files in `golden/`, byte for byte.

After an intended change, `OTNET_TEST_WRITE_GOLDEN=1 pytest tests/manifests/test_golden_manifests.py` writes them again; the
difference belongs in the review.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from otnet_server.manifests import dash, hls
from otnet_server.manifests.storyboard import storyboard
from otnet_server.media.presentation import Kind, Presentation
from otnet_server.media.revision_presentation import presentation_of
from tests.manifests.presentations import EPOCH, revision, several
from tests.plans import plan, title

GOLDEN = Path(__file__).with_name("golden")


def film() -> Presentation:
    return presentation_of(revision("film", 21))


def growing() -> Presentation:
    """A source that can't be seeked, of which the first chunks are published."""
    made = title(plan(exact=False))
    made.add_pieces({("video", 0): {}, ("video", 1): {}, ("audio-eng-stereo", 0): {}})
    return presentation_of(made, EPOCH)


def two_films() -> Presentation:
    return several(
        (revision("one", 20), None),
        (revision("two", 10, rate=30, width=640, height=360, language="deu", subtitles=False), (2.0, 8.0)),
    )


def channel() -> Presentation:
    """The last twelve seconds at 06:00:26 of a channel of three films, of which the last is on air."""
    films = [(revision(name, 12), None) for name in ("one", "two", "three")]
    return replace(several(*films, kind=Kind.LIVE).between(Fraction(14), Fraction(26)), window=Fraction(12))


def live() -> Presentation:
    """An open period: eight seconds of a live stream."""
    made = several((revision("live", 60), None), kind=Kind.LIVE).between(Fraction(0), Fraction(8))
    return replace(made, periods=tuple(replace(p, duration=None) for p in made.periods), window=Fraction(60))


PRESENTATIONS = {"film": film, "growing": growing, "two films": two_films, "channel": channel, "live": live}


def documents(presentation: Presentation) -> dict[str, str | None]:
    names = presentation.renditions.by_name
    return {
        "main.m3u8": hls.multivariant(presentation),
        "main.mpd": dash.mpd(presentation, EPOCH + timedelta(seconds=26)),
        "thumbnails.m3u8": hls.thumbnails(presentation),
        "thumbnails.vtt": storyboard(presentation),
        **{f"{name}.m3u8": hls.media(presentation, name) for name in names},
    }


@pytest.mark.parametrize("name", PRESENTATIONS)
def test_manifests_are_those_of_the_golden_files(name: str) -> None:
    folder = GOLDEN / name.replace(" ", "-")
    made = {file: text for file, text in documents(PRESENTATIONS[name]()).items() if text is not None}
    if os.environ.get("OTNET_TEST_WRITE_GOLDEN"):
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in made.items():
            (folder / file).write_text(text, "utf-8")
    assert made == {file.name: file.read_text("utf-8") for file in folder.iterdir()}
