"""MPEG-TS on one clock: jumps of the times do not reach the encoder."""

from __future__ import annotations

import contextlib
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otnet_server.live.mpegts import PACKET, START, WRAP, TsReader
from tests.harness import FFMPEG

MS, HOUR = 90, 3_600_000 * 90
VIDEO_PID = 256


def packet(pid: int, payload: bytes, *, start: bool = True, reference: int | None = None) -> bytes:
    adaptation = b""
    if reference is not None:
        adaptation = b"\x10" + (reference >> 1).to_bytes(4, "big") + bytes([(reference & 1) << 7 | 0x7E, 0])
    stuffing = PACKET - 5 - len(adaptation) - len(payload) - (0 if adaptation else 1)
    adaptation = adaptation or b"\0"
    field = bytes([len(adaptation) + stuffing]) + adaptation + b"\xff" * stuffing
    made = bytes([0x47, (0x40 if start else 0) | pid >> 8, pid & 0xFF, 0x30]) + field + payload
    assert len(made) == PACKET
    return made


def stamp(mark: int, time: int) -> bytes:
    time %= WRAP
    return bytes([mark << 4 | (time >> 30) << 1 | 1, time >> 22 & 255, (time >> 15 & 127) << 1 | 1, time >> 7 & 255,
                  (time & 127) << 1 | 1])  # fmt: skip


def picture(pts: int, dts: int | None = None, **options: int) -> bytes:
    times = stamp(2, pts) if dts is None else stamp(3, pts) + stamp(1, dts)
    flags = 0x80 if dts is None else 0xC0
    pes = b"\0\0\1\xe0\0\0\x80" + bytes([flags, len(times)]) + times + b"data"
    return packet(VIDEO_PID, pes, **options)


def table(id: int, body: bytes, version: int = 0) -> bytes:
    section = bytes([id, 0xB0, len(body) + 9, 0, 1, 0xC1 | version << 1, 0, 0]) + body + b"crc!"
    return b"\0" + section


def program_map(kind: int = 0x1B, version: int = 0) -> bytes:
    return packet(4096, table(2, b"\xe1\0\xf0\0" + bytes([kind, 0xE1, 0, 0xF0, 0]), version))


PAT = packet(0, table(0, b"\0\1" + bytes([0xE0 | 4096 >> 8, 0])))


def stamps(data: bytes) -> list[tuple[int, int | None]]:
    """PTS and DTS of each packet, in milliseconds from the start."""
    times = []
    for at in range(0, len(data), PACKET):
        p = data[at : at + PACKET]
        pes = p[5 + p[4] :]
        if p[1] & 0x40 and pes[:3] == b"\0\0\1":
            times.append((_read(pes, 9), _read(pes, 14) if pes[7] & 0x40 else None))
    return times


def _read(pes: bytes, at: int) -> int:
    time = (pes[at] >> 1 & 7) << 30 | pes[at + 1] << 22 | pes[at + 2] >> 1 << 15 | pes[at + 3] << 7 | pes[at + 4] >> 1
    return (time - START) // MS


def times(*at: int) -> list[int]:
    parts = TsReader().feed(b"".join(picture(t) for t in at))
    return [pts for pts, _ in stamps(b"".join(p.data for p in parts))]


def test_times_begin_at_the_start() -> None:
    assert times(5000 * MS, 5040 * MS, 5080 * MS) == [0, 40, 80]


def test_one_frame_stamped_hours_away_keeps_its_place() -> None:
    assert times(0, 40 * MS, 80 * MS + HOUR, 120 * MS, 160 * MS) == [0, 40, 60, 120, 160]


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_a_clock_that_is_set_goes_on(jump: int) -> None:
    start = 5 * HOUR
    assert times(start, start + 40 * MS, start + jump + 80 * MS, start + jump + 120 * MS) == [0, 40, 60, 100]


def test_the_wrap_of_33_bits_is_no_jump() -> None:
    assert times(WRAP - 50 * MS, WRAP - 10 * MS, 30 * MS, 70 * MS) == [0, 40, 80, 120]


def test_a_pause_is_no_jump() -> None:
    reader = TsReader()
    reader.feed(picture(0), 100.0)
    assert stamps(reader.feed(picture(60_000 * MS), 160.2)[0].data) == [(60_000, None)]


def test_frames_that_are_decoded_earlier_than_shown_keep_the_difference() -> None:
    [part] = TsReader().feed(picture(HOUR + 80 * MS, HOUR) + picture(200 * MS, 120 * MS))
    assert stamps(part.data) == [(80, 0), (100, 20)]


def test_clock_references_go_with_the_times() -> None:
    [part] = TsReader().feed(picture(HOUR) + picture(HOUR + 40 * MS, reference=HOUR))
    field = part.data[PACKET + 6 : PACKET + 11]
    assert int.from_bytes(field[:4], "big") << 1 | field[4] >> 7 == START
    assert stamps(part.data) == [(0, None), (40, None)]


def test_another_program_map_needs_another_encoder() -> None:
    reader = TsReader()
    [part] = reader.feed(PAT + program_map() + picture(0) + program_map(version=1))
    assert not part.restart, "a new version with the same streams is no change"
    before, after = reader.feed(picture(40 * MS) + program_map(0x24) + picture(80 * MS))
    assert (before.restart, after.restart) == (False, True)
    assert reader.tables() == PAT + program_map(0x24)


def test_packets_are_found_in_any_blocks_and_after_other_bytes() -> None:
    data = b"noise" + PAT + program_map() + picture(0) + picture(40 * MS)
    whole = b"".join(part.data for part in TsReader().feed(data))
    reader = TsReader()
    pieces = b"".join(part.data for n in range(len(data)) for part in reader.feed(data[n : n + 1]))
    assert len(whole) == 4 * PACKET and stamps(pieces) == stamps(whole) == [(0, None), (40, None)]


def test_what_is_no_mpegts_is_refused() -> None:
    with pytest.raises(ValueError, match="not MPEG-TS"):
        TsReader().feed(bytes(1 << 20))


def recorded() -> bytes:
    argv = [FFMPEG, "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=64x36:rate=25", "-f", "lavfi", "-i", "sine",
            "-t", "1", "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-c:a", "aac", "-f", "mpegts", "-"]  # fmt: skip
    return subprocess.run(argv, capture_output=True, check=True).stdout


def decoded(data: bytes) -> list[list[str]]:
    """The columns of ffmpeg's framemd5."""
    argv = [FFMPEG, "-v", "error", "-xerror", "-f", "mpegts", "-i", "-", "-f", "framemd5", "-"]
    text = subprocess.run(argv, input=data, capture_output=True, check=True).stdout.decode()
    return [line.split(",") for line in text.splitlines() if not line.startswith("#")]


def test_what_ffmpeg_sends_is_unchanged_but_for_its_times() -> None:
    data = recorded()
    [part] = TsReader().feed(data)
    before, after = decoded(data), decoded(part.data)
    assert [frame[-1] for frame in before] == [frame[-1] for frame in after] and len(before) > 50
    assert all(abs(int(b[2]) - int(a[2])) <= 1 for b, a in zip(before, after, strict=True)), "times, but for rounding"


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=600), st.lists(st.tuples(st.integers(0, PACKET * 6), st.integers(0, 255)), max_size=8))
def test_damaged_packets_raise_value_error_only(data: bytes, changes: list[tuple[int, int]]) -> None:
    damaged = bytearray(PAT + program_map() + picture(0) + picture(40, 40) + picture(80, reference=5) + data)
    for at, byte in changes:
        if at < len(damaged):
            damaged[at] = byte
    with contextlib.suppress(ValueError):
        reader = TsReader()
        for n in range(0, len(damaged), 100):
            reader.feed(bytes(damaged[n : n + 100]))
