"""Subtitle parsing and writing: only cues with safe tags are kept."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otnet_server.media.webvtt import Cue, clean, parse, shift, timestamp, write

FILE = """WEBVTT - a title

STYLE
::cue { background: url(http://example.org/x) }

REGION
id:fred
width:40%

NOTE nothing

2
00:00:05.000 --> 00:00:06.500 line:10% align:start onclick:alert(1) region:fred position:500px
Second <b>cue</b> & more

00:01.000 --> 00:02.000
First

00:09.000 --> 00:08.000
Backwards

1:00:00,000 --> 1:00:01,000
Comma
"""


def test_cues_are_parsed() -> None:
    assert parse(FILE) == [
        Cue(1.0, 2.0, "First"),
        Cue(5.0, 6.5, "Second <b>cue</b> &amp; more", "line:10% align:start"),
        Cue(3600.0, 3601.0, "Comma"),
    ]


def test_cues_of_one_time_keep_their_order() -> None:
    vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\nb\n\n00:01.000 --> 00:02.000\na\n"
    assert [cue.text for cue in parse(vtt)] == ["b", "a"]


def test_cues_are_shifted_with_their_karaoke() -> None:
    cue = Cue(4.0, 6.0, "<00:00:04.500>ka", "line:0")
    assert shift(cue, -3.5) == Cue(0.5, 2.5, "<00:00:01.000>ka", "line:0")
    assert write([shift(Cue(0.0, 2.0, "a"), -0.5)], 10).endswith(b"00:00:00.000 --> 00:00:01.500\na\n")


def test_common_deviations_are_read() -> None:
    vtt = "\ufeffWEBVTT\r\n\r\n00:01.000 --> 00:02.000 align:middle\r\na\r\n00:03.000 --> 00:04.000\r\nb\r\n"
    assert parse(vtt) == [Cue(1.0, 2.0, "a", "align:center"), Cue(3.0, 4.0, "b")]


def test_times_of_karaoke_are_kept_within_their_cue() -> None:
    vtt = "WEBVTT\n\n00:04.000 --> 00:06.000\n<00:00:04.500>ka<00:05.000>ra<00:09.000>oke\n"
    assert [cue.text for cue in parse(vtt)] == ["<00:00:04.500>ka<00:00:05.000>raoke"]


# Text of a cue → cleaned text.
CLEAN = {
    "plain": "plain",
    "<i>a</i> <b>b</b> <u>c</u>": "<i>a</i> <b>b</b> <u>c</u>",
    '<font color="red">a</font>': "a",
    "<script>alert(1)</script>": "alert(1)",
    '<b onclick="x">a</b>': "<b>a</b>",
    "1 < 2 > 0": "1 &lt; 2 &gt; 0",
    "a --> b": "a --&gt; b",
    "<<b>>": "&lt;<b>&gt;",
    "{\\an8}": "{\\an8}",
    # Character references are not escaped twice.
    "&lt;tag&gt; &amp; &amp;lt; R&D": "&lt;tag&gt; &amp; &amp;lt; R&amp;D",
    "a&nbsp;b&lrm;": "a\u00a0b\u200e",
    "<v Roger>Hello</v>": "<v Roger>Hello</v>",
    "<v.loud Mary  Ann>Hello": "<v Mary Ann>Hello",
    '<v a"&gt;x>y': '<v a"&gt;x>y',
    "<c.yellow.bg_blue.shout>a</c> <c.shout>b</c>": "<c.yellow.bg_blue>a</c> b",
    "<c.red>a<c.shout>b</c>c</c>": "<c.red>abc</c>",
    "<ruby>漢<rt>kan</rt></ruby>": "<ruby>漢<rt>kan</rt></ruby>",
    "<lang en>word</lang>": "<lang en>word</lang>",
    "</i>a</b>": "a",
}


@pytest.mark.parametrize(("text", "shown"), CLEAN.items())
def test_only_safe_tags_are_kept(text: str, shown: str) -> None:
    assert clean(text) == shown


@given(st.text(st.sampled_from("<>&;/abvcrt. lang-"), max_size=60))
def test_other_tags_are_always_removed_or_escaped(text: str) -> None:
    left = re.sub(r"</?(?:[biu]|ruby|rt|v|lang)(?: [^<>]*)?>", "", clean(text))
    assert "<" not in left and "-->" not in left


@given(st.text(st.sampled_from("<>&;/abivc. \n"), max_size=60))
def test_cleaned_text_is_clean(text: str) -> None:
    assert clean(clean(text)) == clean(text) and "\n\n" not in clean(text)


cues = st.lists(
    st.builds(
        Cue,
        st.integers(0, 5_000_000).map(lambda ms: ms / 1000),
        st.integers(1, 5_000_000).map(lambda ms: ms / 1000),
        st.text(st.sampled_from("aé<b>\n ö&"), min_size=1, max_size=30),
    ),
    max_size=8,
)


@given(cues, st.integers(1, 6000))
def test_written_cues_parse_back(made: list[Cue], duration_s: int) -> None:
    kept = parse(write(made, duration_s).decode())
    assert all(0 <= c.start_s < c.end_s <= duration_s for c in kept)
    assert kept == parse(write(kept, duration_s).decode()), "writing what was read changes nothing"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "00:00:00.000"), (1.0005, "00:00:01.000"), (3661.5, "01:01:01.500"), (360_000, "100:00:00.000")]
)  # fmt: skip
def test_timestamp_format(seconds: float, text: str) -> None:
    assert timestamp(seconds) == text
