"""Ad breaks in HLS and DASH: the cues, and where they stand."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from fractions import Fraction

import pytest

from otnet_server.manifests import dash, hls
from otnet_server.media.presentation import BreakSpan, Kind, Presentation
from otnet_server.media.scte35 import SpliceInsert, read_cue
from tests.manifests.presentations import EPOCH, revision, several

OPEN = BreakSpan(1, Fraction(8), Fraction(12))
CLOSED = replace(OPEN, end=Fraction(20))


def with_break(*spans: BreakSpan) -> Presentation:
    """A title of 8 seconds, a break of 12 seconds from 0:08 on, and another title."""
    film, ad = revision("film", 8), revision("ad", 12)
    return replace(several((film, None), (ad, None), (film, None), kind=Kind.LIVE), breaks=spans)


def tags(playlist: str) -> list[str]:
    return [line for line in playlist.splitlines() if line.startswith("#EXT-X-DATERANGE")]


def test_break_begins_with_a_cue_out_before_its_first_segment() -> None:
    playlist = hls.media(with_break(OPEN), "720p") or ""
    (tag,) = tags(playlist)
    assert 'ID="break-1",' in tag and 'START-DATE="2026-05-01T06:00:08.000+00:00",PLANNED-DURATION=12.000,' in tag
    cue = read_cue(bytes.fromhex(tag.rpartition("SCTE35-OUT=0x")[2]))
    assert cue.command == SpliceInsert(1, out=True, pts=8 * 90_000, duration=12 * 90_000, auto_return=True)
    after = playlist.partition(tag)[2].splitlines()
    assert next(line for line in after if line.endswith(".m4s")).startswith("../../media/med-ad/")


def test_second_tag_with_the_same_id_closes_the_break() -> None:
    out, closed = tags(hls.media(with_break(CLOSED), "720p") or "")
    assert 'ID="break-1",' in closed and ",DURATION=12.000,SCTE35-IN=0x" in closed and "PLANNED" in out
    cue = read_cue(bytes.fromhex(closed.rpartition("=0x")[2]))
    assert cue.command == SpliceInsert(1, pts=20 * 90_000)


@pytest.mark.parametrize("span", [OPEN, CLOSED], ids=["open", "closed"])
@pytest.mark.parametrize(("start", "end"), [(0, 28), (0, 9), (9, 28), (18, 24)])
def test_tags_are_the_same_in_every_rendition(span: BreakSpan, start: int, end: int) -> None:
    shown = with_break(span).ended_between(Fraction(start), Fraction(end))
    every = [tags(hls.media(shown, name) or "") for name in shown.renditions.by_name]
    assert every[0] and all(found == every[0] for found in every)


def test_dash_has_events_in_the_periods_that_begin_with_the_break_and_after_it() -> None:
    text = dash.mpd(with_break(CLOSED), EPOCH)
    periods = text.split("<Period ")[1:]
    binaries = [re.findall(r"<Binary>(.*?)</Binary>", period) for period in periods]
    assert [len(found) for found in binaries] == [0, 1, 1]
    out, closed = (read_cue(base64.b64decode(found[0])).command for found in binaries[1:])
    assert isinstance(out, SpliceInsert) and out.out and isinstance(closed, SpliceInsert) and not closed.out
    assert '<EventStream schemeIdUri="urn:scte:scte35:2014:xml+bin" timescale="90000"><Event ' in periods[1]
    assert periods[1].index("<EventStream") < periods[1].index("<AdaptationSet")
    assert f'duration="{12 * 90_000}" id="1"' in periods[1]


def test_no_event_is_repeated_after_the_start_of_its_break_has_left_the_window() -> None:
    shown = replace(with_break(OPEN), periods=with_break(OPEN).periods[2:])
    assert "<EventStream" not in dash.mpd(shown, EPOCH)
