"""CEA-608 captions become cues."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otnet_server.media.cea608 import FieldDecoder
from otnet_server.media.webvtt import Cue, write
from tests.captions import (  # fmt: skip
    BS,
    CR,
    DER,
    EDM,
    ENM,
    EOC,
    RCL,
    RDC,
    ROW_1,
    ROW_14,
    ROW_15,
    RU2,
    RU3,
    TR,
    Pair,
    doubled,
    parity,
    text,
)


def decode(pairs: Iterable[Pair], decoder: FieldDecoder | None = None) -> list[tuple[int, Cue]]:
    """The cues of pairs that come one a second, until a second after the last one."""
    decoder, at, cues = decoder or FieldDecoder(), 0, list[tuple[int, Cue]]()
    for at, (a, b) in enumerate(pairs, 1):
        cues += decoder.feed(at, parity(a), parity(b))
    return cues + decoder.finish(at + 1)


def texts(*pairs: Pair) -> list[str]:
    return [cue.text for _, cue in decode(pairs)]


def pop_on(*pairs: Pair) -> list[str]:
    return texts(RCL, *pairs, EOC)


def test_a_pop_on_caption_is_shown_from_its_end_until_it_is_erased() -> None:
    pairs = [*doubled(RCL, ENM, ROW_15), *text("HELLO "), *doubled(EOC), *text(""), *doubled(EDM)]
    ((channel, cue),) = decode(pairs)
    assert (channel, cue) == (0, Cue(10, 12, "HELLO"))


def test_a_pop_on_caption_replaces_the_one_before_without_a_gap() -> None:
    cues = decode([RCL, ROW_15, *text("ab"), EOC, RCL, ENM, ROW_15, *text("cd"), EOC, EDM])
    assert [cue for _, cue in cues] == [Cue(4, 9, "ab"), Cue(9, 10, "cd")]


def test_rows_are_lines_and_a_caption_at_the_top_stays_there() -> None:
    assert pop_on(ROW_14, *text("one"), ROW_15, *text("two")) == ["one\ntwo"]
    ((_, cue),) = decode([RCL, ROW_1, *text("top"), EOC])
    assert cue.settings == "line:10%"


@pytest.mark.parametrize(
    ("code", "row"),
    [((0x11, 0x40), 1), ((0x11, 0x60), 2), ((0x12, 0x40), 3), ((0x12, 0x60), 4), ((0x15, 0x40), 5), ((0x15, 0x60), 6),
     ((0x16, 0x40), 7), ((0x16, 0x60), 8), ((0x17, 0x40), 9), ((0x17, 0x60), 10), ((0x10, 0x40), 11),
     ((0x13, 0x40), 12), ((0x13, 0x60), 13), ((0x14, 0x40), 14), ((0x14, 0x60), 15)],
)  # fmt: skip
def test_every_row_has_its_preamble(code: Pair, row: int) -> None:
    other = (0x14, 0x60) if row < 15 else (0x11, 0x40)
    expected = "a\nb" if row < 15 else "b\na"
    assert pop_on(code, *text("a"), other, *text("b")) == [expected]


def test_roll_up_lines_move_up_and_leave() -> None:
    line = lambda word: [*doubled(CR, ROW_15), *text(word)]  # noqa: E731
    pairs = [*doubled(RU2), *line("one"), *line("two"), *line("three"), *doubled(EDM)]
    assert texts(*pairs) == ["one", "one\ntwo", "two\nthree"]
    assert texts(RU3, *text("one"), CR, *text("two"), CR, *text("three"), CR, *text("four"), EDM) == [
        "one", "one\ntwo", "one\ntwo\nthree", "two\nthree\nfour",
    ]  # fmt: skip


def test_a_roll_up_caption_moves_with_its_base_row() -> None:
    cues = decode([RU2, *text("one"), CR, ROW_1, *text("two"), EDM])
    assert [(cue.text, cue.settings) for _, cue in cues] == [("one", ""), ("one\ntwo", "line:10%")]


def test_a_painted_caption_is_shown_from_its_first_character() -> None:
    assert decode([RDC, ROW_15, *text("abcd"), EDM]) == [(0, Cue(3, 5, "abcd"))]


def test_special_extended_and_substituted_characters() -> None:
    assert pop_on((0x11, 0x37), (0x11, 0x3F), (0x2A, 0x7E)) == ["♪ûáñ"]
    assert pop_on(*text("CafeE"), (0x12, 0x21)) == ["CafeÉ"]
    assert pop_on(*text("u"), (0x13, 0x31), *text("s"), (0x13, 0x34)) == ["äß"]


def test_styles_tabs_and_escapes() -> None:
    assert pop_on(*text("ab"), (0x11, 0x2E), *text("cd"), (0x11, 0x20), *text("ef")) == ["ab<i> cd</i> ef"]
    assert pop_on((0x14, 0x6E), *text("ab")) == ["<i>ab</i>"]
    assert pop_on((0x14, 0x61), *text("ab")) == ["<u>ab</u>"]
    assert pop_on(*text("a"), (0x17, 0x22), *text("b")) == ["a  b"]
    assert pop_on((0x14, 0x72), *text("b"), (0x14, 0x70), *text("a")) == ["a   b"]
    assert pop_on(*text("<b>&")) == ["&lt;b&gt;&amp;"]


def test_backspace_and_delete_to_the_end_of_the_row() -> None:
    assert pop_on(*text("abc"), BS, *text("d")) == ["abd"]
    assert pop_on(*text("abcd"), ROW_15, *text("x"), DER) == ["x"]
    assert pop_on(*doubled(BS), *text("a")) == ["a"]


def test_a_code_that_comes_twice_counts_once_and_four_times_twice() -> None:
    assert pop_on(*text("abcd"), *doubled(BS)) == ["abc"]
    assert pop_on(*text("abcd"), *doubled(BS), *doubled(BS)) == ["ab"]


def test_channels_of_a_field_are_apart() -> None:
    second = lambda code: (code[0] | 8, code[1])  # noqa: E731
    pairs = [RCL, *text("one"), second(RCL), *text("two"), RCL, *text("s"), EOC, second(EOC)]
    assert [(channel, cue.text) for channel, cue in decode(pairs)] == [(0, "ones"), (1, "two")]


def test_field_2_has_codes_of_its_own_and_xds_is_skipped() -> None:
    field_2 = lambda code: (code[0] | 1, code[1])  # noqa: E731
    xds = [(0x01, 0x03), *text("News"), (0x0F, 0x1D)]
    assert texts(field_2(RCL), *text("ab"), *xds, *text("cd"), field_2(EOC)) == ["abcd"]
    assert texts(field_2(RCL), *text("ab"), *xds[:-1], field_2(RCL), *text("cd"), field_2(EOC)) == ["abcd"]


def test_text_mode_and_captions_before_the_first_code_are_not_shown() -> None:
    assert texts(TR, *text("secret"), EOC) == []
    assert texts(*text("half"), EOC) == []


def test_wrong_parity_shows_a_block_for_a_character_and_drops_a_code() -> None:
    decoder = FieldDecoder()
    for at, (a, b) in enumerate([RCL, ROW_15, *text("ab")]):
        decoder.feed(at, parity(a), parity(b))
    decoder.feed(5, parity(ord("c")), parity(ord("d")) ^ 0x80)
    assert decoder.feed(6, EOC[0], EOC[1] ^ 0x80) == [] and decoder.displayed(7) == []
    decoder.feed(8, parity(EOC[0]), parity(EOC[1]))
    assert [cue.text for _, cue in decoder.displayed(9)] == ["abc█"]


BYTE = st.integers(0, 255)
CODES = st.tuples(st.integers(0x10, 0x1F), st.integers(0x20, 0x7F)).map(lambda pair: (parity(pair[0]), parity(pair[1])))


@given(st.lists(st.tuples(st.floats(0, 1e6), CODES | st.tuples(BYTE, BYTE)), max_size=200))
def test_hostile_bytes_become_cues_in_order_that_can_be_written(pairs: list[tuple[float, Pair]]) -> None:
    decoder, cues = FieldDecoder(), list[tuple[int, Cue]]()
    for at, (a, b) in pairs:
        cues += decoder.feed(at, a, b)
    cues += decoder.finish(0)
    for channel in (0, 1):
        own = [cue for n, cue in cues if n == channel]
        assert all(cue.start_s < cue.end_s and "\n\n" not in cue.text and cue.text for cue in own)
        assert all(a.end_s <= b.start_s for a, b in pairwise(own))
        assert all(len(line) <= 32 * 12 for cue in own for line in cue.text.split("\n"))
    write([cue for _, cue in cues], 1e6)
