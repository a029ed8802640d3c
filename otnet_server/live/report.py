"""What the encoder of a live stream reports while it runs: `-progress`, and the measurements of its filters. Pure.

Progress and metadata come as lines `key=value` on one pipe. Filters report the beginning and the end of what they have
detected; the state in between is kept here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

MIN_LOUDNESS = -70.0  # LUFS: the absolute gate (ITU-R BS.1770), below which nothing is measured
MAX_LINE_BYTES = 4096
# The keys that begin and end a state.
STATES = {
    "lavfi.black_start": ("black", True),
    "lavfi.black_end": ("black", False),
    "lavfi.freezedetect.freeze_start": ("frozen", True),
    "lavfi.freezedetect.freeze_end": ("frozen", False),
    "lavfi.silence_start": ("silent", True),
    "lavfi.silence_end": ("silent", False),
}


@dataclass
class EncoderReport:
    """`loudness` is that of the last 3 s in LUFS (EBU Tech 3341: short-term), at first that of the last 0.4 s.
    `dropped` and `repeated` are pictures that the encoder has left out, and shown again because one was missing."""

    loudness: float | None = None
    black: bool = False
    frozen: bool = False
    silent: bool = False
    dropped: int = 0
    repeated: int = 0
    _momentary: float = MIN_LOUDNESS
    _rest: bytes = field(default=b"", repr=False)

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the pipe."""
        *lines, rest = (self._rest + data).split(b"\n")
        self._rest = rest[:MAX_LINE_BYTES]
        for line in lines:
            key, equals, value = line.decode("ascii", "replace").strip().partition("=")
            if equals:
                self._take(key, value.strip())

    def _take(self, key: str, value: str) -> None:
        if key in STATES:
            name, state = STATES[key]
            setattr(self, name, state)
        elif key == "lavfi.r128.M":
            self._momentary = _number(value)
        elif key == "lavfi.r128.S":
            short = _number(value)
            self.loudness = round(short if short > MIN_LOUDNESS else self._momentary, 1)
        elif key == "drop_frames" and value.isdecimal():
            self.dropped = int(value)
        elif key == "dup_frames" and value.isdecimal():
            self.repeated = int(value)


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return MIN_LOUDNESS
    return max(MIN_LOUDNESS, value) if math.isfinite(value) else MIN_LOUDNESS
