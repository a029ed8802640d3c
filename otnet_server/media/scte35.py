"""Read and write cue messages: the splice_info_section of ANSI/SCTE 35. Pure.

A cue says that something else may be played from a time on: a break begins (out of network) or ends (in). Times are in
ticks of 90 kHz, modulo 2^33. Commands and descriptors that OTNet does not know are kept as bytes, so that a section is
written as it was read.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

TABLE_ID = 0xFC
CLOCK_HZ = 90_000
PTS_MODULUS = 1 << 33
MAX_BYTES = 4096 + 3  # section_length has 12 bits
CUEI = b"CUEI"
UNKNOWN_LENGTH = 0xFFF  # of the command, in sections of old encoders (§9.6.1)
SPLICE_NULL, SPLICE_INSERT, TIME_SIGNAL, SEGMENTATION = 0x00, 0x05, 0x06, 0x02


class CueError(ValueError):
    """The bytes are not a splice_info_section that can be read, or the values do not fit into one."""


class SegmentationType(IntEnum):
    """What begins or ends at a segmentation descriptor (§10.3.3.1)."""

    PROGRAM_START = 0x10
    PROGRAM_END = 0x11
    BREAK_START = 0x22
    BREAK_END = 0x23
    PROVIDER_AD_START = 0x30
    PROVIDER_AD_END = 0x31
    DISTRIBUTOR_AD_START = 0x32
    DISTRIBUTOR_AD_END = 0x33
    PROVIDER_PLACEMENT_START = 0x34
    PROVIDER_PLACEMENT_END = 0x35
    DISTRIBUTOR_PLACEMENT_START = 0x36
    DISTRIBUTOR_PLACEMENT_END = 0x37


WITH_SUB_SEGMENTS = (0x30, 0x32, 0x34, 0x36, 0x38, 0x3A, 0x44, 0x46)  # types that may have sub-segment numbers


@dataclass(frozen=True)
class SpliceNull:
    """A heartbeat: nothing happens."""


@dataclass(frozen=True)
class SpliceInsert:
    """Leave the network (`out`) or return to it at `pts`; None: at once. `duration` is that of the break, after which
    `auto_return` ends it without another message. `cancelled` withdraws the event. `components` are (tag, pts) where
    the splice is not one of the whole program."""

    event_id: int
    out: bool = False
    pts: int | None = None
    duration: int | None = None
    auto_return: bool = False
    immediate: bool = False
    program_id: int = 0
    avail: int = 0
    avails_expected: int = 0
    cancelled: bool = False
    components: tuple[tuple[int, int | None], ...] = ()
    compliant_id: bool = True


@dataclass(frozen=True)
class TimeSignal:
    """The descriptors say what happens at `pts`; None: at once."""

    pts: int | None = None


@dataclass(frozen=True)
class OtherCommand:
    type: int
    data: bytes = b""


Command: TypeAlias = SpliceNull | SpliceInsert | TimeSignal | OtherCommand


@dataclass(frozen=True)
class Restrictions:
    """Where a segment may be delivered (§10.3.3.1); `devices` 3 is everywhere."""

    web: bool = False
    no_blackout: bool = False
    archive: bool = False
    devices: int = 0


@dataclass(frozen=True)
class Segmentation:
    """A segmentation_descriptor. `type` is mostly a `SegmentationType`; `upid` identifies what is played, in the form
    `upid_type`."""

    event_id: int
    type: int = 0
    duration: int | None = None
    upid_type: int = 0
    upid: bytes = b""
    number: int = 0
    expected: int = 0
    sub_segment: tuple[int, int] | None = None
    restrictions: Restrictions | None = None
    components: tuple[tuple[int, int], ...] = ()
    cancelled: bool = False
    compliant_id: bool = True


@dataclass(frozen=True)
class OtherDescriptor:
    tag: int
    identifier: bytes
    data: bytes = b""


Descriptor: TypeAlias = Segmentation | OtherDescriptor


@dataclass(frozen=True)
class Cue:
    """A splice_info_section. `pts_adjustment` is added to all its times."""

    command: Command
    descriptors: tuple[Descriptor, ...] = ()
    pts_adjustment: int = 0
    tier: int = 0xFFF
    sap_type: int = 3
    cw_index: int = 0

    @property
    def pts(self) -> int | None:
        """The time of the command with the adjustment; None: at once, or it has none."""
        pts = self.command.pts if isinstance(self.command, SpliceInsert | TimeSignal) else None
        return None if pts is None else (pts + self.pts_adjustment) % PTS_MODULUS


def crc32(data: bytes | bytearray) -> int:
    """CRC-32/MPEG-2 (ISO/IEC 13818-1, Annex A)."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc << 8 & 0xFFFFFFFF) ^ _CRC_TABLE[crc >> 24 ^ byte]
    return crc


def _crc_entry(value: int) -> int:
    value <<= 24
    for _ in range(8):
        value = (value << 1 ^ (0x04C11DB7 if value & 0x80000000 else 0)) & 0xFFFFFFFF
    return value


_CRC_TABLE = tuple(_crc_entry(n) for n in range(256))


class _Bits:
    """Reads unsigned numbers of some bits, the most significant first."""

    def __init__(self, data: bytes) -> None:
        self._number, self._left = int.from_bytes(data), 8 * len(data)

    def __call__(self, count: int) -> int:
        if count > self._left:
            raise CueError("The section ends within a field.")
        self._left -= count
        return self._number >> self._left & ((1 << count) - 1)

    def flag(self) -> bool:
        return bool(self(1))

    def take(self, size: int) -> bytes:
        return self(8 * size).to_bytes(size)

    @property
    def left(self) -> int:
        """Whole bytes that are left."""
        return self._left // 8


class _Writer:
    def __init__(self) -> None:
        self._number, self._bits = 1, 0  # the first 1 keeps leading zeros

    def __call__(self, *fields: tuple[int, int]) -> None:
        """Add (value, bits) each."""
        for value, bits in fields:
            if not 0 <= value < 1 << bits:
                raise CueError(f"The value {value} does not fit into {bits} bits.")
            self._number, self._bits = self._number << bits | value, self._bits + bits

    def add(self, data: bytes) -> None:
        self((int.from_bytes(data), 8 * len(data)))

    def bytes(self) -> bytes:
        assert self._bits % 8 == 0, "fields end at whole bytes"
        return self._number.to_bytes(self._bits // 8 + 1)[1:]


def read_cue(section: bytes) -> Cue:
    """The cue in a whole section. Bytes after its end are ignored. Raises CueError."""
    if len(section) < 3 or section[0] != TABLE_ID:
        raise CueError("The bytes do not begin with the table id 0xFC of a splice_info_section.")
    end = 3 + ((section[1] & 0x0F) << 8 | section[2])
    if end > len(section):
        raise CueError(f"The section says that it has {end} bytes, and has {len(section)}.")
    if end < 20:
        raise CueError("The section is too short.")
    if crc32(section[:end]) != 0:
        raise CueError("The checksum of the section is wrong.")
    bits = _Bits(section[3 : end - 4])
    version, encrypted = bits(8), bits.flag()
    if version != 0:
        raise CueError(f"The protocol version {version} is not known; 0 is.")
    if encrypted:
        raise CueError("The section is encrypted, and can't be read.")
    bits(6)
    adjustment, cw_index, tier, length, type = bits(33), bits(8), bits(12), bits(12), bits(8)
    if length == UNKNOWN_LENGTH:
        command = _command(type, bits, None)
    else:
        inner = _Bits(bits.take(length))
        command = _command(type, inner, length)
    descriptors = _descriptors(bits.take(bits(16)))
    return Cue(command, descriptors, adjustment, tier, section[1] >> 4 & 3, cw_index)


def _command(type: int, bits: _Bits, length: int | None) -> Command:
    if type == SPLICE_NULL:
        return SpliceNull()
    if type == SPLICE_INSERT:
        return _splice_insert(bits)
    if type == TIME_SIGNAL:
        return TimeSignal(_time(bits))
    if length is None:
        raise CueError(f"The command {type:#04x} has no length.")
    return OtherCommand(type, bits.take(length))


def _time(bits: _Bits) -> int | None:
    """splice_time (§9.8.1)."""
    if not bits.flag():
        bits(7)
        return None
    bits(6)
    return bits(33)


def _splice_insert(bits: _Bits) -> SpliceInsert:
    event, cancelled, compliant = bits(32), bits.flag(), bits.flag()
    bits(6)
    if cancelled:
        return SpliceInsert(event, cancelled=True, compliant_id=compliant)
    out, whole, has_duration, immediate = bits.flag(), bits.flag(), bits.flag(), bits.flag()
    bits(4)
    pts = _time(bits) if whole and not immediate else None
    components: tuple[tuple[int, int | None], ...] = ()
    if not whole:
        components = tuple((bits(8), None if immediate else _time(bits)) for _ in range(bits(8)))
        if not components:
            raise CueError("A splice of components names none.")
    duration, auto_return = None, False
    if has_duration:
        auto_return = bits.flag()
        bits(6)
        duration = bits(33)
    return SpliceInsert(
        event, out, pts, duration, auto_return, immediate, bits(16), bits(8), bits(8), components=components,
        compliant_id=compliant,
    )  # fmt: skip


def _descriptors(data: bytes) -> tuple[Descriptor, ...]:
    bits, descriptors = _Bits(data), []
    while bits.left:
        tag, length = bits(8), bits(8)
        if length < 4:
            raise CueError("A descriptor is shorter than its identifier.")
        identifier, rest = bits.take(4), bits.take(length - 4)
        known = tag == SEGMENTATION and identifier == CUEI
        descriptors.append(_segmentation(rest) if known else OtherDescriptor(tag, identifier, rest))
    return tuple(descriptors)


def _segmentation(data: bytes) -> Segmentation:
    bits = _Bits(data)
    event, cancelled, compliant = bits(32), bits.flag(), bits.flag()
    bits(6)
    if cancelled:
        return Segmentation(event, cancelled=True, compliant_id=compliant)
    whole, has_duration, unrestricted = bits.flag(), bits.flag(), bits.flag()
    restrictions = None
    if unrestricted:
        bits(5)
    else:
        restrictions = Restrictions(bits.flag(), bits.flag(), bits.flag(), bits(2))
    components: tuple[tuple[int, int], ...] = ()
    if not whole:
        components = tuple((bits(8), _offset(bits)) for _ in range(bits(8)))
        if not components:
            raise CueError("A segmentation of components names none.")
    duration = bits(40) if has_duration else None
    upid_type = bits(8)
    upid = bits.take(bits(8))
    type, number, expected = bits(8), bits(8), bits(8)
    sub_segment = (bits(8), bits(8)) if type in WITH_SUB_SEGMENTS and bits.left >= 2 else None
    return Segmentation(
        event, type, duration, upid_type, upid, number, expected, sub_segment, restrictions, components,
        compliant_id=compliant,
    )  # fmt: skip


def _offset(bits: _Bits) -> int:
    """The pts_offset of a component."""
    bits(7)
    return bits(33)


def write_cue(cue: Cue) -> bytes:
    """The section of a cue. Raises CueError when a value does not fit."""
    type, command = _write_command(cue.command)
    descriptors = b"".join(map(_write_descriptor, cue.descriptors))
    body = _Writer()
    body((0, 8), (0, 1), (0, 6), (cue.pts_adjustment, 33), (cue.cw_index, 8), (cue.tier, 12), (len(command), 12))
    body((type, 8))
    body.add(command)
    body((len(descriptors), 16))
    body.add(descriptors)
    content = body.bytes()
    head = _Writer()
    head((TABLE_ID, 8), (0, 2), (cue.sap_type, 2), (len(content) + 4, 12))
    section = head.bytes() + content
    return section + crc32(section).to_bytes(4)


def _write_command(command: Command) -> tuple[int, bytes]:
    out = _Writer()
    if isinstance(command, SpliceNull):
        return SPLICE_NULL, b""
    if isinstance(command, OtherCommand):
        return command.type, command.data
    if isinstance(command, TimeSignal):
        _write_time(out, command.pts)
        return TIME_SIGNAL, out.bytes()
    out((command.event_id, 32), (command.cancelled, 1), (command.compliant_id, 1), (0x3F, 6))
    if not command.cancelled:
        has_duration = command.duration is not None
        out((command.out, 1), (not command.components, 1), (has_duration, 1), (command.immediate, 1), (0xF, 4))
        if not command.components and not command.immediate:
            _write_time(out, command.pts)
        if command.components:
            out((len(command.components), 8))
        for tag, pts in command.components:
            out((tag, 8))
            if not command.immediate:
                _write_time(out, pts)
        if command.duration is not None:
            out((command.auto_return, 1), (0x3F, 6), (command.duration, 33))
        out((command.program_id, 16), (command.avail, 8), (command.avails_expected, 8))
    return SPLICE_INSERT, out.bytes()


def _write_time(out: _Writer, pts: int | None) -> None:
    if pts is None:
        out((0, 1), (0x7F, 7))
    else:
        out((1, 1), (0x3F, 6), (pts, 33))


def _write_descriptor(descriptor: Descriptor) -> bytes:
    out = _Writer()
    if isinstance(descriptor, OtherDescriptor):
        out((descriptor.tag, 8), (4 + len(descriptor.data), 8))
        return out.bytes() + descriptor.identifier + descriptor.data
    out((SEGMENTATION, 8))
    content = CUEI + _write_segmentation(descriptor)
    out((len(content), 8))
    return out.bytes() + content


def _write_segmentation(s: Segmentation) -> bytes:
    out = _Writer()
    out((s.event_id, 32), (s.cancelled, 1), (s.compliant_id, 1), (0x3F, 6))
    if s.cancelled:
        return out.bytes()
    out((not s.components, 1), (s.duration is not None, 1), (s.restrictions is None, 1))
    if (r := s.restrictions) is None:
        out((0x1F, 5))
    else:
        out((r.web, 1), (r.no_blackout, 1), (r.archive, 1), (r.devices, 2))
    if s.components:
        out((len(s.components), 8))
    for tag, offset in s.components:
        out((tag, 8), (0x7F, 7), (offset, 33))
    if s.duration is not None:
        out((s.duration, 40))
    out((s.upid_type, 8), (len(s.upid), 8))
    out.add(s.upid)
    out((s.type, 8), (s.number, 8), (s.expected, 8), *((n, 8) for n in s.sub_segment or ()))
    return out.bytes()
