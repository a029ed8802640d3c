"""Caption bytes are read from the pictures of H.264 and HEVC."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from otnet_server.media.captions_sei import MAX_REORDERED, Pair, Reordering, caption_pairs
from tests.captions import RCL, parity, user_data

PICTURE = b"\x65" + bytes(range(1, 200))
PAIRS = [Pair(1, parity(RCL[0]), parity(RCL[1]))]


def prefixed(*units: bytes, length_bytes: int = 4) -> bytes:
    return b"".join(len(unit).to_bytes(length_bytes) + unit for unit in units)


def test_both_forms_of_an_access_unit_are_read() -> None:
    assert caption_pairs(prefixed(user_data([RCL]), PICTURE)) == PAIRS
    assert caption_pairs(prefixed(user_data([RCL]), length_bytes=2), length_bytes=2) == PAIRS
    annex_b = b"\0\0\0\1\x09\xf0" + b"\0\0\0\1" + user_data([RCL]) + b"\0\0\1" + PICTURE
    assert caption_pairs(annex_b, length_bytes=0) == PAIRS
    assert caption_pairs(prefixed(PICTURE)) == []


def test_the_second_field_and_several_pairs_are_read() -> None:
    assert [pair.field for pair in caption_pairs(prefixed(user_data([RCL, RCL], field=2)))] == [2, 2]


def test_hevc_has_another_header() -> None:
    unit = b"\x4e\x01" + user_data([RCL])[1:]
    assert caption_pairs(prefixed(unit), "hevc") == PAIRS
    assert caption_pairs(prefixed(unit)) == []


def test_emulation_prevention_is_removed_and_other_messages_are_skipped() -> None:
    unit = user_data([(0, 0), RCL])
    plain = unit.replace(bytes([0xFC, 0x80, 0x80]), bytes([0xFC, 0, 0]))  # padding without parity
    escaped = plain.replace(b"\xfc\0\0\xfc", b"\xfc\0\0\x03\xfc")
    assert caption_pairs(prefixed(escaped))[0] == Pair(1, 0, 0)
    assert caption_pairs(prefixed(escaped))[1:] == PAIRS
    other = bytes([6, 5, 255, 2]) + b"x" * 257 + unit[1:]
    assert caption_pairs(prefixed(other))[1:] == PAIRS


def test_pairs_that_are_not_valid_or_of_cea_708_are_skipped() -> None:
    unit = user_data([RCL])
    at = unit.index(0xFC, 12)
    for marker in (0xF8, 0xFE, 0xFF):
        assert caption_pairs(prefixed(unit[:at] + bytes([marker]) + unit[at + 1 :])) == []


def test_captions_come_in_the_order_of_presentation() -> None:
    reordering, order = Reordering(), list[int]()
    for decoded_at, shown_at in ((0, 40), (40, 160), (80, 80), (120, 120), (160, 240), (200, 200)):
        order += [at for at, _ in reordering.add(decoded_at, shown_at, PAIRS)]
    assert order == [40, 80, 120, 160, 200]
    assert [at for at, _ in reordering.finish()] == [240] and reordering.finish() == []


def test_pictures_that_are_never_shown_do_not_pile_up() -> None:
    reordering = Reordering()
    ready = [reordering.add(n, 10**9 + n, PAIRS) for n in range(100)]
    assert sum(map(len, ready)) == 100 - MAX_REORDERED


@given(st.binary(max_size=80), st.binary(max_size=80), st.sampled_from([0, 1, 2, 4]), st.booleans())
def test_hostile_access_units_raise_nothing(before: bytes, after: bytes, length_bytes: int, hevc: bool) -> None:
    for middle in (user_data([RCL]), prefixed(user_data([RCL])), b"GA94", b"\xb5\x00\x31GA94\x03"):
        for pair in caption_pairs(before + middle + after, "hevc" if hevc else "h264", length_bytes):
            assert pair.field in (1, 2)
