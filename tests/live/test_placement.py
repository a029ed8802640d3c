"""The clock of a live stream goes on over reconnects, and sound and pictures keep together."""

from __future__ import annotations

import itertools
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from otnet_server.live.composer import Composed, Part, SegmentEnd, TrackShape
from otnet_server.live.placement import Filler, Placement
from otnet_server.media.fragments import FragmentReader, Frame
from tests.live.test_composer import AUDIO, VIDEO

SEGMENT = 50
SLATE = Filler(
    [{n: Frame(0, 1, i == 0, b"slate") for n in VIDEO.renditions} for i in range(SEGMENT)],
    {"audio": Frame(0, 1024, True, b"silence")},
)


def place() -> Placement:
    return Placement(VIDEO, AUDIO, SLATE, SEGMENT)


def feed(placement: Placement, first: int, last: int, *, sound: bool = True) -> list[Composed]:
    """The frames of an encoder between two pictures, with keyframes every half second in the first seconds."""
    composed: list[Composed] = []
    for n in range(first, last):
        keyframe = n % SEGMENT == 0 or (n < 100 and n % 13 == 0)
        composed += placement.add_video(n, {r: Frame(0, 1, keyframe, b"%d" % n) for r in VIDEO.renditions})
        start, end = (round(f / VIDEO.rate * AUDIO.rate) for f in (n, n + 1))
        for number in range(start, end) if sound else ():
            composed += placement.add_audio(number, {"audio": Frame(0, 1024, True, b"a%d" % number)})
    return composed


def frames(composed: list[Composed], rendition: str) -> list[bytes]:
    """The data of each frame of a rendition."""
    parts = [c for c in composed if isinstance(c, Part) and rendition in c.data]
    return [data for part in parts for data in contents(part.data[rendition])]


def contents(fragment: bytes) -> list[bytes]:
    moov = b"\0\0\0\x30moov\0\0\0\x28mvex\0\0\0\x20trex" + b"\0\0\0\0\0\0\0\1\0\0\0\1" + bytes(12)
    reader = FragmentReader()
    reader.feed(moov)
    return [frame.data for frame in reader.feed(fragment)]


def test_one_connection_is_placed_from_the_beginning() -> None:
    placement = place()
    composed = [*feed(placement, 0, 120), *placement.composer.finish()]
    assert frames(composed, "360p") == [b"%d" % n for n in range(120)]
    assert placement.composer.lengths == [50, 50, 20]


def test_the_first_segments_are_short() -> None:
    placement = place()
    for n in range(250):
        frame = Frame(0, 1, n % 25 == 0, b"")
        placement.add_video(n, dict.fromkeys(VIDEO.renditions, frame))
    placement.composer.finish()
    assert placement.composer.lengths == [25, 25, 25, 25, 50, 50, 50]


def test_after_a_gap_pictures_come_at_their_time_with_slate_before_them() -> None:
    placement = place()
    composed = feed(placement, 0, 70)
    composed += placement.fill(Fraction(5)) + placement.fill_sound()
    placement.begin(Fraction(9, 2))  # the new connection began half a second before its first pictures came
    composed += feed(placement, 0, 100)
    composed += placement.composer.finish()
    pictures = frames(composed, "180p")
    joined = 13  # the first keyframe at or after second 5
    assert pictures[:70] == [b"%d" % n for n in range(70)]
    assert set(pictures[70 : 112 + joined]) == {b"slate"}
    assert pictures[112 + joined :] == [b"%d" % n for n in range(joined, 100)]
    assert placement.composer.lengths == [50, 20, 50, 5, 37, 50]
    sound = frames(composed, "audio")
    first = next(n for n, data in enumerate(sound) if n > 140 and data != b"silence")
    assert abs(int(sound[first][1:]) / AUDIO.rate + Fraction(112, 25) - first / AUDIO.rate) < Fraction(11, 1000)


def test_late_pictures_are_left_out_until_a_keyframe() -> None:
    """An encoder that stalls while it is connected."""
    placement = place()
    feed(placement, 0, 110)
    placement.fill(Fraction(130, 25))
    feed(placement, 110, 149)
    assert placement.composer.next_picture == 130 and not placement.joined
    feed(placement, 149, 160)
    assert placement.composer.next_picture == 160 and placement.joined


def test_pictures_that_stay_late_follow_after_the_slate() -> None:
    """The clock of the camera is slower than ours."""
    placement = place()
    feed(placement, 0, 110)
    placement.fill(Fraction(400, 25))
    placement.follow()
    composed = feed(placement, 110, 200)
    assert placement.composer.next_picture == 450 and placement.joined
    assert frames(composed, "360p")[-1] >= b"150"


def test_pictures_hours_ahead_do_not_fill_hours_of_slate() -> None:
    placement = place()
    feed(placement, 0, 60)
    feed(placement, 900_000, 900_010)
    assert placement.composer.next_picture == 70
    assert placement.add_audio(10**9, {"audio": Frame(0, 1024, True, b"")}) == []


def test_missing_sound_is_silence() -> None:
    placement = place()
    composed = feed(placement, 0, 100, sound=False) + placement.fill_sound() + list(placement.composer.finish())
    sound = frames(composed, "audio")
    assert set(sound) == {b"silence"} and len(sound) == 188
    ends = [c for c in composed if isinstance(c, SegmentEnd)]
    assert sorted((c.track, c.filler) for c in ends) == [("audio", True)] * 2 + [("video", False)] * 2


def test_sound_before_the_first_picture_keeps_its_time() -> None:
    """The pictures begin two seconds after the sound, and so they are shown."""
    placement = place()
    composed: list[Composed] = []
    for number in range(120):
        composed += placement.add_audio(number, {"audio": Frame(0, 1024, True, b"a%d" % number)})
    composed += feed(placement, 50, 100, sound=False) + list(placement.composer.finish())
    assert frames(composed, "360p")[:51] == [b"slate"] * 50 + [b"50"]
    assert frames(composed, "audio")[94] == b"a94"


@given(st.lists(st.tuples(st.integers(1, 150), st.integers(0, 200), st.integers(0, 60)), min_size=1, max_size=5))
def test_the_clock_never_goes_back_and_has_no_holes(connections: list[tuple[int, int, int]]) -> None:
    placement, composed = place(), list[Composed]()
    for pictures, gap, delay in connections:
        at = placement.picture_s
        placement.begin(max(Fraction(0), at - Fraction(delay, 25)))
        composed += feed(placement, 0, pictures)
        composed += placement.fill(placement.picture_s + Fraction(gap, 25)) + placement.fill_sound()
    composed += placement.composer.finish()
    for track in (VIDEO, AUDIO):
        shape: TrackShape = track
        parts = [c for c in composed if isinstance(c, Part) and c.track == shape.name]
        ends = [c for c in composed if isinstance(c, SegmentEnd) and c.track == shape.name]
        at = 0
        for part in parts:
            assert part.time == at and 0 < part.ticks <= shape.part_frames * shape.ticks_per_frame
            at += part.ticks
        assert sum(end.frames for end in ends) * shape.ticks_per_frame == at
        assert [end.segment for end in ends] == list(range(len(ends)))
        assert all(end.frames <= SEGMENT for end in ends if track is VIDEO)


def test_viewers_see_what_comes_after_each_of_ten_reconnects() -> None:
    """Each connection begins with 0, as encoders do; the clock goes on."""
    placement, composed, at = place(), list[Composed](), Fraction(0)
    for connection in range(10):
        placement.begin(at)
        before = placement.composer.next_picture
        composed += feed(placement, 0, 60)
        assert placement.joined and placement.composer.next_picture >= before + 60 - 13, connection
        at += Fraction(60, 25) + Fraction(connection, 10)
        composed += placement.fill(at) + placement.fill_sound()
    composed += placement.composer.finish()
    ends = [c for c in composed if isinstance(c, SegmentEnd) and c.track == "video"]
    assert all(a.time + a.frames == b.time for a, b in itertools.pairwise(ends)), "the clock has no holes"
    assert abs(placement.picture_s - at) <= Fraction(1, 25)


def test_sound_and_pictures_keep_together_after_five_minutes_of_slate() -> None:
    placement = place()
    composed = feed(placement, 0, 110) + placement.fill(Fraction(304)) + placement.fill_sound()
    placement.begin(Fraction(304))
    composed += [*feed(placement, 0, 200), *placement.composer.finish()]
    pictures, sound = frames(composed, "360p"), frames(composed, "audio")
    number = 150
    picture_s = Fraction(len(pictures) - 1 - pictures[::-1].index(b"%d" % number), 25)
    of_sound = round(Fraction(number, 25) * AUDIO.rate)
    sound_s = (len(sound) - 1 - sound[::-1].index(b"a%d" % of_sound)) / AUDIO.rate
    assert abs(picture_s - sound_s) <= Fraction(40, 1000)
