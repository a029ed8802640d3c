"""Decode CEA-608 closed captions (ANSI/CTA-608-E; 47 CFR §79.101) into cues. Pure.

A field carries a pair of bytes for each picture: codes that say what a caption channel does, and characters for the
channel of the last code. Field 1 has CC1 and CC2, field 2 has CC3, CC4 and XDS, which is skipped. A channel has two
memories of 15 rows: the displayed one, and one that a pop-on caption is written to before it is shown. A cue is what
was displayed until it changed; a line that rolls up or is painted is shown as a whole from its beginning.
"""

from __future__ import annotations

from typing import NamedTuple

from otnet_server.media.webvtt import Cue, escape

ROWS, COLUMNS = 15, 32
_SUBSTITUTES = {
    0x27: "’", 0x2A: "á", 0x5C: "é", 0x5E: "í", 0x5F: "ó", 0x60: "ú", 0x7B: "ç", 0x7C: "÷", 0x7D: "Ñ", 0x7E: "ñ",
    0x7F: "█",
}  # fmt: skip
_SPECIAL = "®°½¿™¢£♪à èâêîôû"  # 0x11 0x30 …; the tenth is a transparent space
_EXTENDED = {
    0x12: "ÁÉÓÚÜü‘¡*’—©℠•“”ÀÂÇÈÊËëÎÏïÔÙùÛ«»",
    0x13: "ÃãÍÌìÒòÕõ{}\\^_|~ÄäÖöß¥¤¦ÅåØø┌┐└┘",
}
# The rows of preamble address codes, by the three low bits of their first byte; the second bytes below and from 0x60.
_PREAMBLE_ROWS = ((11, 11), (1, 2), (3, 4), (12, 13), (14, 15), (5, 6), (7, 8), (9, 10))
_ODD_PARITY = tuple(value.bit_count() % 2 == 1 for value in range(256))
_UNREADABLE = 0x7F  # is shown for a character with wrong parity

POP_ON, ROLL_UP, PAINT_ON, TEXT = "pop-on", "roll-up", "paint-on", "text"


class Cell(NamedTuple):
    """A character in a row."""

    character: str
    italic: bool = False
    underlined: bool = False


Memory = dict[int, list[Cell | None]]  # rows 1 … 15 that have characters


class Channel:
    """A caption channel. Its methods return the cues that have ended."""

    def __init__(self) -> None:
        self._mode = ""  # none before the first code
        self._displayed: Memory = {}
        self._hidden: Memory = {}
        self._row, self._column = ROWS, 0
        self._depth = 2  # rows of a roll-up caption
        self._italic = self._underlined = False
        self._since = 0.0

    def control(self, at: float, code: int) -> list[Cue]:
        """A miscellaneous control code, by its second byte."""
        match code:
            case 0x20:  # resume caption loading
                self._mode = POP_ON
            case 0x21:
                self._backspace()
            case 0x24:  # delete to end of row
                row = self._memory().get(self._row, [])
                row[self._column :] = [None] * (len(row) - self._column)
            case 0x25 | 0x26 | 0x27:
                return self._roll_up(at, code - 0x23)
            case 0x29:  # resume direct captioning
                self._mode = PAINT_ON
                return self._split(at)
            case 0x2A | 0x2B:  # text restart, resume text display
                self._mode = TEXT
            case 0x2C:
                return self._show({}, at)
            case 0x2D if self._mode == ROLL_UP:
                return self._carriage_return(at)
            case 0x2E:
                self._hidden = {}
            case 0x2F:  # end of caption
                self._mode = POP_ON
                displayed = self._displayed
                cues = self._show(self._hidden, at)
                self._hidden = displayed
                return cues
        return []

    def preamble(self, row: int, attributes: int) -> None:
        """A preamble address code: where the next characters are, and how they look."""
        if self._mode == ROLL_UP and row != self._row:
            self._move(max(row, self._depth))
        elif self._mode != ROLL_UP:
            self._row = row
        indented = attributes & 0x10
        self._column = (attributes >> 1 & 7) * 4 if indented else 0
        self._style(0 if indented else attributes)

    def mid_row(self, attributes: int, at: float) -> None:
        """A mid-row code, which is a space too."""
        self._style(attributes)
        self.write(" ", at)

    def tab(self, columns: int) -> None:
        self._column = min(COLUMNS - 1, self._column + columns)

    def write(self, character: str, at: float, *, replaces: bool = False) -> None:
        """Write a character; `replaces`: instead of the one before, which is for decoders that don't have this one."""
        if self._mode in ("", TEXT):
            return
        if replaces:
            self._backspace()
        if self._mode != POP_ON and not text_of(self._displayed):
            self._since = at
        row = self._memory().setdefault(self._row, [None] * COLUMNS)
        row[min(self._column, COLUMNS - 1)] = Cell(character, self._italic, self._underlined)
        self._column = min(COLUMNS, self._column + 1)

    def displayed(self, at: float) -> list[Cue]:
        """What is displayed at a time, as a cue that ends then."""
        text = text_of(self._displayed)
        return [Cue(self._since, at, text, settings_of(self._displayed))] if text and at > self._since else []

    def finish(self, at: float) -> list[Cue]:
        return self._show({}, at)

    def _style(self, attributes: int) -> None:
        self._italic, self._underlined = attributes >> 1 & 7 == 7, bool(attributes & 1)

    def _memory(self) -> Memory:
        return self._hidden if self._mode in ("", POP_ON, TEXT) else self._displayed

    def _backspace(self) -> None:
        if self._column:
            self._column -= 1
            if (row := self._memory().get(self._row)) is not None:
                row[self._column] = None

    def _split(self, at: float) -> list[Cue]:
        """What is displayed now becomes a cue, and stays."""
        cues = self.displayed(at)
        self._since = at
        return cues

    def _show(self, memory: Memory, at: float) -> list[Cue]:
        cues = self._split(at)
        self._displayed = memory
        return cues

    def _roll_up(self, at: float, depth: int) -> list[Cue]:
        cues: list[Cue] = []
        if self._mode != ROLL_UP:
            cues = self._show({}, at)
            self._hidden, self._row, self._column = {}, ROWS, 0
            self._style(0)
        self._mode, self._depth = ROLL_UP, depth
        self._row = max(self._row, depth)
        self._displayed = {row: cells for row, cells in self._displayed.items() if row > self._row - depth}
        return cues

    def _carriage_return(self, at: float) -> list[Cue]:
        cues = self._split(at)
        top = self._row - self._depth + 1
        self._displayed = {row - 1: cells for row, cells in self._displayed.items() if top < row <= self._row}
        self._column = 0
        self._style(0)
        return cues

    def _move(self, base: int) -> None:
        """Move a roll-up caption to another base row."""
        by = base - self._row
        self._displayed = {row + by: cells for row, cells in self._displayed.items() if 0 < row + by <= ROWS}
        self._row = base


class FieldDecoder:
    """The two channels of a field. Pairs come in the order in which their pictures are shown, with times in seconds."""

    def __init__(self) -> None:
        self._channels = (Channel(), Channel())
        self._current = 0
        self._last_code: tuple[int, int] | None = None
        self._in_xds = False
        self._at = 0.0

    def feed(self, at: float, first: int, second: int) -> list[tuple[int, Cue]]:
        """The cues that end with a pair of bytes, each with its channel, 0 or 1. Nothing that comes raises an error."""
        self._at = at = max(at, self._at)
        a, b = first & 0x7F, second & 0x7F
        if not a and not b:
            return []
        if 0x10 <= a < 0x20:
            if not (_ODD_PARITY[first & 0xFF] and _ODD_PARITY[second & 0xFF]) or b < 0x20:
                self._last_code = None
                return []
            self._in_xds = False
            if self._last_code == (a, b):
                self._last_code = None  # codes are sent twice
                return []
            self._last_code = a, b
            self._current = a >> 3 & 1
            return [(self._current, cue) for cue in self._code(at, a & 0x17, b)]
        self._last_code = None
        if 0 < a < 0x10:
            self._in_xds = a != 0x0F
        elif not self._in_xds:
            for byte, value in ((first, a), (second, b)):
                if value >= 0x20:
                    readable = value if _ODD_PARITY[byte & 0xFF] else _UNREADABLE
                    self._channels[self._current].write(_SUBSTITUTES.get(readable, chr(readable)), at)
        return []

    def _code(self, at: float, a: int, b: int) -> list[Cue]:
        channel = self._channels[self._current]
        if b >= 0x40:
            if a != 0x10 or b < 0x60:
                channel.preamble(_PREAMBLE_ROWS[a & 7][b >> 5 & 1], b & 0x1F)
        elif a in (0x14, 0x15) and b < 0x30:
            return channel.control(at, b)
        elif a == 0x17 and 0x21 <= b <= 0x23:
            channel.tab(b - 0x20)
        elif a == 0x11 and b >= 0x30:
            channel.write(_SPECIAL[b - 0x30], at)
        elif a == 0x11:
            channel.mid_row(b & 0x0F, at)
        elif a in _EXTENDED:
            channel.write(_EXTENDED[a][b - 0x20], at, replaces=True)
        return []

    def displayed(self, at: float) -> list[tuple[int, Cue]]:
        """What is displayed at a time: cues that have not ended, up to then."""
        return [(number, cue) for number, channel in enumerate(self._channels) for cue in channel.displayed(at)]

    def finish(self, at: float) -> list[tuple[int, Cue]]:
        """The stream ends, or is interrupted: so do its captions."""
        at = max(at, self._at)
        return [(number, cue) for number, channel in enumerate(self._channels) for cue in channel.finish(at)]


def text_of(memory: Memory) -> str:
    """The rows as cue text, without the space around them."""
    return "\n".join(text for _, cells in sorted(memory.items()) if (text := _row_text(cells)))


def _row_text(cells: list[Cell | None]) -> str:
    used = [n for n, cell in enumerate(cells) if cell is not None and cell.character != " "]
    if not used:
        return ""
    out, opened = "", (False, False)
    for cell in cells[used[0] : used[-1] + 1]:
        character, *style = cell or Cell(" ", *opened)
        wanted = (style[0], style[1])
        if wanted != opened:
            out += _close(opened) + ("<i>" if wanted[0] else "") + ("<u>" if wanted[1] else "")
            opened = wanted
        out += escape(character)
    return out + _close(opened)


def _close(opened: tuple[bool, bool]) -> str:
    return ("</u>" if opened[1] else "") + ("</i>" if opened[0] else "")


def settings_of(memory: Memory) -> str:
    """Where a caption is that is not at the bottom."""
    rows = [row for row, cells in memory.items() if _row_text(cells)]
    return f"line:{10 + round((min(rows) - 1) * 80 / ROWS)}%" if rows and max(rows) < 12 else ""
