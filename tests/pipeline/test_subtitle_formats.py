"""SubRip, SSA and ASS become cues: with their text, emphasis and positions, and without what is no text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otnet_server.media import subrip, substation
from otnet_server.media.subtitle_formats import cues_of
from otnet_server.media.webvtt import Cue

SUBRIP = """1
00:00:01,000 --> 00:00:02,000 X1:100 X2:200 Y1:10 Y2:20
<font color="#ff0000">Red</font> {\\an8}above
- Second line


2
0:0:3,5 --> 0:0:4,0
short times

00:00:05.000-->00:00:06.000
no number, no space
3
00:00:06,500 --> 00:00:07,000
no empty line before

4
00:00:08,000 --> 00:00:09,000
1984

5
00:00:10,000 --> 00:00:09,000
backwards

6
00:00:11,000 --> 00:00:12,000
a &amp; b &lt;3 <em>c</em>{\\i1}d{\\i0}<br/>e

f
"""


def test_subrip_is_read_with_its_deviations() -> None:
    assert cues_of(SUBRIP.replace("\n", "\r\n")) == [
        Cue(1.0, 2.0, "Red above\n- Second line", "line:0"),
        Cue(3.5, 4.0, "short times"),
        Cue(5.0, 6.0, "no number, no space"),
        Cue(6.5, 7.0, "no empty line before"),
        Cue(8.0, 9.0, "1984"),
        Cue(11.0, 12.0, "a &amp; b &lt;3 <i>c</i><i>d</i>\ne\nf"),
    ]


SAMI = """<SAMI>
<HEAD><STYLE TYPE="text/css"><!-- .KRCC {Name: Korean; lang: ko-KR;} .ENCC {Name: English; lang: en-US;} --></STYLE></HEAD>
<BODY>
<SYNC Start=1000><P Class=KRCC>
One &amp; <i>two</i><br>three
<SYNC Start=2500><P Class=KRCC>&nbsp;
<SYNC Start='4000'><P ID=Source Class=KRCC>ANN:<P Class=KRCC><font color="red">four</font></P><P Class=ENCC>other</P></SYNC>
<sync start=5000 end=6000><p class="KRCC">five
<SYNC Start=99999999999><P Class=KRCC>never
</BODY></SAMI>
"""


def test_sami_is_read_up_to_the_next_time_of_its_class() -> None:
    assert cues_of(SAMI) == [
        Cue(1.0, 2.5, "One &amp; <i>two</i>\nthree"),
        Cue(4.0, 5.0, "four"),
        Cue(5.0, 9.0, "five"),
    ]
    assert cues_of("<SAMI><BODY></BODY></SAMI>") == []
    unclosed = "<SAMI><SYNC Start=1000 <SYNC Start=2000><P Class=KRCC <P Class=KRCC>text"
    assert [(cue.start_s, cue.text) for cue in cues_of(unclosed)] == [(2.0, "text")], "a tag ends at the next one"


@given(st.text(alphabet="<>sync tarp=0123\"'!-&;\n", max_size=400).map("<SAMI>".__add__))
def test_sami_of_any_content_is_read(text: str) -> None:
    assert all(cue.end_s > cue.start_s and cue.text for cue in cues_of(text))


HEAD = """[Script Info]
ScriptType: v4.00+
PlayResX: 640
PlayResY: 480
[V4+ Styles]
Format: Name, Fontname, Bold, Italic, Underline, Alignment
Style: Default,Arial,0,0,0,2
Style: Sign,Arial,-1,0,0,8
Style: Thought,Arial,0,-1,0,2
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def event(text: str, style: str = "Default", times: str = "0:00:01.00,0:00:02.00", effect: str = "") -> str:
    return f"Dialogue: 0,{times},{style},,0,0,0,{effect},{text}\n"


# (style, text) → (cue text, settings).
EVENTS = {
    ("Default", "plain"): ("plain", ""),
    ("Default", "{\\i1}Italic{\\i0} and {\\c&H0000FF&}red{\\r} line\\Nsecond"): (
        "<i>Italic</i> and red line\nsecond",
        "",
    ),
    ("Default", "{\\b1\\i1}both{\\b0} one"): ("<b><i>both</i></b><i> one</i>", ""),
    ("Thought", "mind {\\i0}speech{\\i} mind"): ("<i>mind </i>speech<i> mind</i>", ""),
    ("Sign", "SIGN"): ("<b>SIGN</b>", "line:0"),
    ("Sign", "{\\r Default}x"): ("<b>x</b>", "line:0"),
    ("Sign", "{\\rDefault}x"): ("x", "line:0"),
    ("Default", "{\\pos(160,240)\\an8}there"): ("there", "line:50% position:25% align:center"),
    ("Default", "{\\move(320,480,0,0)}moves"): ("moves", "line:94% position:50% align:center"),
    ("Default", "{\\an7}a"): ("a", "line:0 position:5% align:left"),
    ("Default", "{\\an5}a"): ("a", "line:47%"),
    ("Default", "{\\a10}a"): ("a", "line:47%"),
    ("Default", "{\\k20}ka{\\kf30}ra{\\ko20}oke"): ("karaoke", ""),
    ("Default", "a < b & c > d\\hhard\\nsoft"): ("a &lt; b &amp; c &gt; d\u00a0hard soft", ""),
    ("Default", "{note}text{\\fad(1,2)\\t(0,5,\\fscx200)}"): ("text", ""),
    ("Default", "{\\p1}m 0 0 l 100 0 100 100{\\p0}after"): ("after", ""),
    ("Default", "{\\pbo5}words, with{\\b700} a{\\b400} comma"): ("words, with<b> a</b> comma", ""),
    ("Default", "{\\p2}m 0 -1.5{\\fscx50} l 1 0 b 1 2 3 4 5 6 c{\\p0}x"): ("x", ""),
    ("Default", "{\\p1}no drawing"): ("no drawing", ""),
    ("Unknown", "unclosed {brace"): ("unclosed {brace", ""),
}


@pytest.mark.parametrize(("given_text", "shown"), EVENTS.items())
def test_events_of_ass(given_text: tuple[str, str], shown: tuple[str, str]) -> None:
    style, text = given_text
    others = event("a", times="0:00:08.00,0:00:09.00") + event("b", times="0:00:09.00,0:00:10.00")
    assert cues_of(HEAD + event(text, style) + others)[0] == Cue(1.0, 2.0, *shown)


def test_the_look_of_all_text_is_no_emphasis() -> None:
    assert [c.text for c in cues_of(HEAD + event("a {\\b0}b {\\i1}c", "Sign"))] == ["a b <i>c</i>"]


def test_drawings_and_comments_are_no_cues() -> None:
    drawing = event("{\\an7\\p1}m 0 0 l 100 0 100 100 0 100{\\p0}")
    assert cues_of(HEAD + drawing + event("hidden").replace("Dialogue", "Comment") + event("  ")) == []


def test_layers_and_frames_of_one_text_are_one_cue() -> None:
    layers = event("SIGN", "Sign") + event("{\\blur3}SIGN", "Sign")
    frames = event("{\\pos(1,1)}SIGN", "Sign", "0:00:02.00,0:00:02.04") + event(
        "{\\pos(2,1)}SIGN", "Sign", "0:00:02.04,0:00:02.08"
    )
    later = event("SIGN", "Sign", "0:00:05.00,0:00:06.00")
    assert [(c.start_s, c.end_s) for c in cues_of(HEAD + layers + frames + later)] == [(1.0, 2.08), (5.0, 6.0)]


def test_overlapping_events_keep_their_order() -> None:
    assert [c.text for c in cues_of(HEAD + event("z") + event("a"))] == ["z", "a"]


def test_karaoke_effects_are_replaced_by_their_line() -> None:
    effects = "".join(event(syllable, effect="fx") for syllable in ("ka", "ra", "oke"))
    line = event("{\\k20}ka{\\k30}raoke", effect="karaoke").replace("Dialogue", "Comment")
    assert [c.text for c in cues_of(HEAD + effects + line)] == ["karaoke"]
    assert len(cues_of(HEAD + effects)) == 3, "effects without their line are kept"


def test_events_from_matroska_have_the_usual_fields() -> None:
    script = "[Events]\nFormat: Layer, Start, End, Style, Name, Text\n"
    stored = "Dialogue: 0,0:00:01.00,0:00:02.00,Default ,Ann,,,,,one, two\n"
    own = "Dialogue: 0,0:00:03.00,0:00:04.00,Default,Ann,three, four, five, six, seven, eight\n"
    assert [c.text for c in cues_of(script + stored + own)] == ["one, two", "three, four, five, six, seven, eight"]


def test_ssa_and_minimal_scripts_are_read() -> None:
    ssa = "[Script Info]\n[V4 Styles]\nFormat: Name, Alignment\nStyle: *Default,6\n[Events]\n"
    ssa += "Format: Marked, Start, End, Style, Text\nDialogue: Marked=0,0:00:01.00,0:00:02.00,*Default,up, there\n"
    assert cues_of(ssa) == [Cue(1.0, 2.0, "up, there", "line:0")]
    bare = "[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,one, two\nDialogue: broken\nDialogue: 0,x,y,D,,0,0,0,,z\n"
    assert cues_of(bare) == [Cue(1.0, 2.0, "one, two")]


def test_microdvd_counts_frames() -> None:
    assert cues_of("{25}{75}one|{y:i}two\n{100}{}{Y:b}three < 3\n{125}{}/four\n", 25) == [
        Cue(1.0, 3.0, "one\n<i>two</i>"), Cue(4.0, 5.0, "<b>three &lt; 3</b>"), Cue(5.0, 8.0, "<i>four</i>"),
    ]  # fmt: skip
    assert cues_of("{1}{1}50\n{25}{75}one\n", 25) == [Cue(0.5, 1.5, "one")]


@pytest.mark.parametrize("text", ["", "nothing", "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "{a}{b}text"])
def test_other_text_has_no_cues(text: str) -> None:
    assert cues_of(text) == []


@given(st.text(st.sampled_from("{}\\pabi01nNh(,)<>&m \n"), max_size=80))
def test_any_text_is_read(text: str) -> None:
    for cue_text in (substation.convert(text).text, subrip.convert(text)[0]):
        assert "\n\n" not in cue_text and "-->" not in cue_text
