"""The MPEG-TS that a publisher sends (ISO/IEC 13818-1), on a clock that neither jumps nor restarts. Pure.

Packets are passed on as they are, except for the times of their PES headers, their clock references and their cue
messages (SCTE 35). A source that announces other streams (another program map) needs another encoder, which begins with
the tables.
"""

from __future__ import annotations

from typing import NamedTuple

from otnet_server.live.clock import Clock
from otnet_server.live.cue_sections import SectionReader, cue_pids, shift_times
from otnet_server.media.cue_breaks import AHEAD, BEHIND, time_of
from otnet_server.media.scte35 import CueError, read_cue

PACKET, SYNC = 188, 0x47
MAX_UNREADABLE = 64 << 10
TICKS_PER_MS = 90
WRAP = 1 << 33
START = 10_000 * TICKS_PER_MS  # of the times, so that none is negative
PAT_PID = 0
MAX_PROGRAMS = 64
MAX_CUES = 100  # that wait for the first frame, or to be taken

# (milliseconds since the first frame, section) of cue messages.
Cues = list[tuple[int, bytes]]


class Part(NamedTuple):
    """Whole packets. `restart`: they need a new encoder."""

    data: bytes
    restart: bool = False


class TsReader:
    def __init__(self) -> None:
        self._buffer = bytearray()
        self._unreadable = 0
        self._clock = Clock(TICKS_PER_MS)
        self._last_stamp: int | None = None
        self._pat = b""
        self._maps: dict[int, bytes] = {}  # the packet with the program map, by PID
        self._cue_sections: dict[int, SectionReader] = {}  # by PID
        self._cues: list[bytes] = []  # that wait for the first frame
        self._timed_cues: list[tuple[int, bytes]] = []
        self._first_shown: dict[int, int] = {}  # the time of the first frame of each stream

    def feed(self, data: bytes, now_s: float = 0.0) -> list[Part]:
        """The packets that are complete with `data`, which came at `now_s`. Raises ValueError if it is not MPEG-TS."""
        self._clock.now_ms = round(now_s * 1000)
        self._buffer += data
        parts, out, restart, at = list[Part](), bytearray(), False, 0
        while (at := self._next_packet(at)) + PACKET <= len(self._buffer):
            packet = self._buffer[at : at + PACKET]
            at += PACKET
            if self._changes(packet):
                parts.append(Part(bytes(out), restart))
                out, restart = bytearray(), True
            if _pid(packet) in self._cue_sections:
                self._read_cues(packet)
            else:
                self._set_times(packet)
            out += packet
        del self._buffer[:at]
        return [part for part in [*parts, Part(bytes(out), restart)] if part.data]

    def tables(self) -> bytes:
        """What an encoder that starts in the middle of a stream needs first."""
        return self._pat + b"".join(self._maps.values())

    def restart_clock(self) -> None:
        """Let the times begin again."""
        self._clock, self._last_stamp = Clock(TICKS_PER_MS), None
        self._first_shown = {}

    def take_cues(self) -> Cues:
        """The cues that were read since the last call. Their times are those of the output of the encoder, which begins
        with the first frame that is shown."""
        origin = min(self._first_shown.values(), default=0)
        taken, self._timed_cues = self._timed_cues, []
        return [(round((time - origin) / TICKS_PER_MS), section) for time, section in taken]

    def _next_packet(self, at: int) -> int:
        """The place of the next packet: a sync byte, and another one after the packet if that has come."""
        buffer, begin = self._buffer, at
        while at < len(buffer):
            if buffer[at] == SYNC and (at + PACKET >= len(buffer) or buffer[at + PACKET] == SYNC):
                break
            at += 1
        skipped = at - begin
        self._unreadable = self._unreadable + skipped if skipped else 0
        if self._unreadable > MAX_UNREADABLE:
            raise ValueError("not MPEG-TS")
        return at

    # --- tables ---

    def _changes(self, packet: bytearray) -> bool:
        """Whether the packet has a program map that differs from the one before. Tables are remembered."""
        if not packet[1] & 0x40 or packet[1] & 0x80:  # no section begins, or the packet is damaged
            return False
        pid, payload = _pid(packet), _payload(packet)
        if pid == PAT_PID:
            self._pat = bytes(packet)
            pids = _map_pids(payload)
            self._maps = {p: m for p, m in self._maps.items() if p in pids} | {
                p: b"" for p in pids if p not in self._maps
            }
            return False
        if pid not in self._maps:
            return False
        before, self._maps[pid] = self._maps[pid], bytes(packet)
        if before != self._maps[pid]:
            self._find_cue_streams()
        return bool(before) and _section(_payload(bytearray(before))) != _section(payload)

    # --- cues ---

    def _find_cue_streams(self) -> None:
        pids = [p for m in self._maps.values() if m for p in cue_pids(_section(_payload(bytearray(m))))]
        self._cue_sections = {p: self._cue_sections.get(p) or SectionReader() for p in pids if p not in self._maps}

    def _read_cues(self, packet: bytearray) -> None:
        """Read the cues of a packet, and put them on the clock of what is passed on."""
        if packet[1] & 0x80 or packet[3] & 0xC0:  # damaged or scrambled
            return
        starts, payload = bool(packet[1] & 0x40), _payload(packet)
        self._cues += self._cue_sections[_pid(packet)].add(payload, starts=starts)
        del self._cues[:-MAX_CUES]
        self._time_cues()
        if starts and payload:
            shift_times(packet, PACKET - len(payload), self._clock.difference - START)

    def _time_cues(self) -> None:
        """Give the cues their times on the clock of what is passed on, once a frame has come."""
        if self._last_stamp is None:
            return
        now, waiting, self._cues = self._clock.last, self._cues, []
        for section in waiting:
            try:
                stamp = time_of(read_cue(section))
            except CueError:
                continue
            ahead = 0
            if stamp is not None:
                ahead = (stamp - self._clock.difference - now + WRAP // 2) % WRAP - WRAP // 2
            if not -BEHIND <= ahead <= AHEAD:
                ahead = 0  # it is on another clock
            self._timed_cues.append((now + ahead, section))
        del self._timed_cues[:-MAX_CUES]

    # --- times ---

    def _set_times(self, packet: bytearray) -> None:
        if packet[3] & 0x20 and packet[4] >= 7 and packet[5] & 0x10:
            self._set_clock_reference(packet)
        if not packet[1] & 0x40:
            return
        begin = PACKET - len(_payload(packet))
        pes = packet[begin:]
        if len(pes) < 14 or pes[:3] != b"\0\0\1" or not _has_times(pes[3]) or pes[6] >> 6 != 2:
            return
        has_pts, has_dts = pes[7] & 0x80, pes[7] & 0xC0 == 0xC0 and len(pes) >= 19
        if not has_pts:
            return
        pts, dts = _stamp(pes, 9), _stamp(pes, 14) if has_dts else None
        decoded = pts if dts is None else dts
        time = self._time(decoded)
        if 0xC0 <= pes[3] <= 0xEF:
            self._first_shown.setdefault(_pid(packet), time - START + (pts - decoded) % WRAP)
        if self._cues:
            self._time_cues()
        _set_stamp(packet, begin + 9, time + ((pts - decoded) % WRAP))
        if dts is not None:
            _set_stamp(packet, begin + 14, time)

    def _time(self, stamp: int) -> int:
        """The time of a stamp, which has 33 bits."""
        if self._last_stamp is not None:
            stamp = self._last_stamp + (stamp - self._last_stamp + WRAP // 2) % WRAP - WRAP // 2
        self._last_stamp = stamp
        return self._clock.time(stamp) + START

    def _set_clock_reference(self, packet: bytearray) -> None:
        base = int.from_bytes(packet[6:10], "big") << 1 | packet[10] >> 7
        base = (base - self._clock.difference + START) % WRAP
        packet[6:10] = (base >> 1).to_bytes(4, "big")
        packet[10] = (base & 1) << 7 | packet[10] & 0x7F


def _pid(packet: bytes | bytearray) -> int:
    return (packet[1] & 0x1F) << 8 | packet[2]


def _payload(packet: bytearray) -> bytearray:
    if not packet[3] & 0x10:
        return bytearray()
    return packet[5 + packet[4] :] if packet[3] & 0x20 else packet[4:]


def _section(payload: bytearray) -> bytes:
    """The bytes of the first section of a payload, without its version and CRC. Tables fit into one packet."""
    section = payload[1 + payload[0] :] if payload else payload
    if len(section) < 12:
        return b""
    length = 3 + ((section[1] & 0x0F) << 8 | section[2])
    return bytes(section[:5] + section[6 : max(6, length - 4)])


def _map_pids(payload: bytearray) -> list[int]:
    entries = _section(payload)[7:]
    programs = [entries[n : n + 4] for n in range(0, len(entries) - 3, 4)]
    return [(p[2] & 0x1F) << 8 | p[3] for p in programs if p[:2] != b"\0\0"][:MAX_PROGRAMS]


def _has_times(stream_id: int) -> bool:
    """Sound, pictures, private streams and extended ids."""
    return 0xC0 <= stream_id <= 0xEF or stream_id in (0xBD, 0xFD)


def _stamp(pes: bytearray, at: int) -> int:
    return (
        (pes[at] >> 1 & 7) << 30 | pes[at + 1] << 22 | pes[at + 2] >> 1 << 15 | pes[at + 3] << 7 | pes[at + 4] >> 1
    )  # fmt: skip


def _set_stamp(packet: bytearray, at: int, time: int) -> None:
    time %= WRAP
    packet[at] = packet[at] & 0xF0 | (time >> 30 & 7) << 1 | 1
    packet[at + 1] = time >> 22 & 0xFF
    packet[at + 2] = (time >> 15 & 0x7F) << 1 | 1
    packet[at + 3] = time >> 7 & 0xFF
    packet[at + 4] = (time & 0x7F) << 1 | 1
