"""Convert SubStation Alpha (SSA, ASS) to cues, and the override tags of ASS that SubRip files contain. Pure.

Kept are the text, bold, italic and underline, and positions: the alignment and `\\pos` become cue settings. Drawings,
comments, colours, animations and the timing of karaoke are left out. Layers that repeat a text, and texts that move
from frame to frame, become one cue.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from otnet_server.media.webvtt import Cue, escape, in_order, lines_of, seconds, trim

EVENT_FIELDS = ["layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text"]
DEFAULT_RESOLUTION = (384.0, 288.0)
LINE_HEIGHT = 6.0  # percent of the picture
SIDE_MARGIN = 5  # percent of the picture
MAX_FRAME_GAP_S = 0.05
_OVERRIDE = re.compile(r"\{([^{}]*)\}")
_DRAWING = re.compile(r"[\s\d.\-]*(?:[mnlbspc][\s\d.\-]+)*[mnlbspc]?", re.IGNORECASE)
_NUMBER = r"\s*(-?\d+(?:\.\d+)?)\s*"
_POSITION = re.compile(rf"(?:pos|move)\({_NUMBER},{_NUMBER}")
_EVENT_TIME = re.compile(r"\d+:\d{1,2}:\d{1,2}(?:[.,:]\d{1,3})?")


@dataclass(frozen=True)
class Style:
    """`alignment` is as on a numeric keypad: 2 is at the bottom in the middle."""

    alignment: int = 2
    b: bool = False
    i: bool = False
    u: bool = False


class Position(NamedTuple):
    """Where a text is: its alignment, and the point in percent of the picture at which it is aligned."""

    alignment: int = 2
    point: tuple[float, float] | None = None

    def settings(self, lines: int) -> str:
        """Cue settings (WebVTT §4.4). `lines` is the number of lines of the text."""
        row, column = divmod(self.alignment - 1, 3)
        side = ("left", "center", "right")[column]
        if self.point is None:
            line = ("", f"line:{50 - lines * LINE_HEIGHT / 2:g}%", "line:0")[row]
            place = ("", f"position:{(SIDE_MARGIN, 50, 100 - SIDE_MARGIN)[column]}% align:{side}")[column != 1]
            return f"{line} {place}".strip()
        across, down = self.point
        top = down - (lines * LINE_HEIGHT, lines * LINE_HEIGHT / 2, 0)[row]
        return f"line:{_percent(top, 100 - LINE_HEIGHT)} position:{_percent(across, 100)} align:{side}"


def _percent(value: float, highest: float) -> str:
    return f"{round(min(max(value, 0.0), highest), 1):g}%"


class Text(NamedTuple):
    """Cue text, and its position where override tags state one."""

    text: str
    position: Position


def parse(ass: str) -> list[Cue]:
    """The cues of a script, ordered by time."""
    script = _sections(ass)
    styles = dict(_styles(script))
    resolution = _resolution(script.get("script info", []))
    soft_breaks = any(
        re.fullmatch(r"wrapstyle\s*:\s*2\s*", line, re.IGNORECASE) for line in script.get("script info", [])
    )
    events = _events(script.get("events", []))
    names = Counter(event["style"].lstrip("*").lower() for event in events)
    ordinary = styles.get(names.most_common(1)[0][0] if names else "default", Style())
    cues = []
    for event in events:
        if not (_EVENT_TIME.fullmatch(event["start"]) and _EVENT_TIME.fullmatch(event["end"])):
            continue
        style = styles.get(event["style"].lstrip("*").lower(), styles.get("default", Style()))
        text, position = convert(event["text"], style, styles, resolution, soft_breaks, ordinary)
        start, end = (
            seconds(re.sub(r":(\d+)$", r".\1", event[k]) if event[k].count(":") == 3 else event[k])
            for k in ("start", "end")
        )
        if text and end > start:
            cues.append(Cue(start, end, text, position.settings(text.count("\n") + 1)))
    return list(_merge(in_order(cues)))


def convert(
    text: str,
    style: Style = Style(),
    styles: Mapping[str, Style] | None = None,
    resolution: tuple[float, float] = DEFAULT_RESOLUTION,
    soft_breaks: bool = False,
    ordinary: Style = Style(),
) -> Text:
    """The text of an event as cue text. What the `ordinary` style of the script has, such as bold, is no emphasis."""
    out: list[str] = []
    now = style
    drawing = False
    position = Position(style.alignment)
    aligned = placed = False
    for i, part in enumerate(_OVERRIDE.split(text)):
        if i % 2 == 0:
            if part and not (drawing and _DRAWING.fullmatch(part)):
                out.append(_tagged(_plain(part, soft_breaks), now, ordinary))
            continue
        for tag in part.split("\\")[1:]:
            if (change := _style_after(tag.strip(), now, style, styles or {})) is not None:
                now = change
            elif match := re.fullmatch(r"p(\d+)", tag.strip()):
                drawing = match[1] != "0"
            elif (alignment := _alignment(tag.strip())) and not aligned:
                position, aligned = position._replace(alignment=alignment), True
            elif (match := _POSITION.match(tag.strip())) and not placed:
                point = (float(match[1]) / resolution[0] * 100, float(match[2]) / resolution[1] * 100)
                position, placed = position._replace(point=point), True
    return Text(trim(_joined(out)), position)


def _style_after(tag: str, now: Style, style: Style, styles: Mapping[str, Style]) -> Style | None:
    """The style after an override tag; None when the tag does not change it."""
    if match := re.fullmatch(r"([biu])(\d*)", tag):
        name, value = match[1], match[2]
        on = getattr(style, name) if not value else value == "1" or int(value) >= 600
        return replace(now, **{name: on})
    if tag == "r" or (tag.startswith("r") and tag[1:].lower() in styles):
        return styles.get(tag[1:].lower(), style)
    return None


def _alignment(tag: str) -> int | None:
    if match := re.fullmatch(r"an([1-9])", tag):
        return int(match[1])
    match = re.fullmatch(r"a(\d{1,2})", tag)
    return _legacy_alignment(int(match[1])) if match else None


def _legacy_alignment(value: int) -> int:
    """The alignment of SSA (1–3 at the bottom, 5–7 at the top, 9–11 in the middle) as on a keypad."""
    column = (value & 3) or 2
    return column + (6 if value & 4 else 3 if value & 8 else 0)


def _plain(text: str, soft_breaks: bool) -> str:
    text = text.replace("\\N", "\n").replace("\\n", "\n" if soft_breaks else " ").replace("\\h", "\u00a0")
    return escape(text)


def _tagged(text: str, style: Style, ordinary: Style) -> str:
    """The text in the tags of a style, each line on its own, so that tags are balanced within a line."""
    names = [name for name in "biu" if getattr(style, name) and not getattr(ordinary, name)]
    opening = "".join(f"<{name}>" for name in names)
    closing = "".join(f"</{name}>" for name in reversed(names))
    lines = text.split("\n")
    return "\n".join(f"{opening}{line}{closing}" if line.strip() else line for line in lines)


def _joined(parts: list[str]) -> str:
    """The parts, without the tags that end in one and start again in the next."""
    text = "".join(parts)
    for name in "uib":
        text = text.replace(f"</{name}><{name}>", "")
    return text


def _sections(ass: str) -> dict[str, list[str]]:
    """The lines of each section, by its name in lower case. Lines before the first section count as events."""
    sections: dict[str, list[str]] = {}
    lines = sections.setdefault("events", [])
    for line in lines_of(ass).split("\n"):
        if match := re.fullmatch(r"\s*\[([^\]]+)\]\s*", line):
            lines = sections.setdefault(match[1].strip().lower(), [])
        elif line.strip() and not line.lstrip().startswith(";"):
            lines.append(line.strip())
    return sections


def _rows(lines: list[str], fields: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """(kind, values by field) of the lines of a section. `Format` lines name the fields of those after them."""
    for line in lines:
        kind, _, rest = line.partition(":")
        kind = kind.strip().lower()
        if kind == "format":
            fields = [field.strip().lower() for field in rest.split(",")]
            continue
        usual = [value.strip() for value in rest.split(",", len(EVENT_FIELDS) - 1)]
        values = [value.strip() for value in rest.split(",", len(fields) - 1)]
        if _is_usual_event(usual):
            yield kind, dict(zip(EVENT_FIELDS, usual, strict=True))
        elif len(values) == len(fields):
            yield kind, dict(zip(fields, values, strict=True))


def _is_usual_event(values: list[str]) -> bool:
    """Whether these are the usual fields of an event. Matroska stores events with them, whatever the `Format` line of
    the script says."""
    times, margins = values[1:3], values[5:8]
    return (
        len(values) == len(EVENT_FIELDS)
        and all(_EVENT_TIME.fullmatch(time) for time in times)
        and all(margin == "" or margin.isdecimal() for margin in margins)
    )


def _styles(script: Mapping[str, list[str]]) -> Iterator[tuple[str, Style]]:
    for section, legacy in (("v4 styles", True), ("v4+ styles", False), ("v4 styles+", False)):
        for kind, values in _rows(script.get(section, []), []):
            if kind == "style" and "name" in values:
                number = values.get("alignment", "2")
                alignment = int(number) if number.isdecimal() else 2
                alignment = _legacy_alignment(alignment) if legacy else alignment
                b, i, u = (values.get(name, "0") not in ("0", "") for name in ("bold", "italic", "underline"))
                yield values["name"].lstrip("*").lower(), Style(alignment if 1 <= alignment <= 9 else 2, b, i, u)


def _events(lines: list[str]) -> list[dict[str, str]]:
    """The events that are shown. Where karaoke effects were generated from a comment, the comment is taken instead."""
    rows = [(kind, values) for kind, values in _rows(lines, EVENT_FIELDS) if {"start", "end", "text"} <= values.keys()]
    rows = [(kind, {"style": "default", "effect": ""} | values) for kind, values in rows]
    templates = [v for kind, v in rows if kind == "comment" and v["effect"].lower() == "karaoke"]
    shown = [v for kind, v in rows if kind == "dialogue"]
    return [*(v for v in shown if v["effect"].lower() != "fx"), *templates] if templates else shown


def _resolution(lines: list[str]) -> tuple[float, float]:
    """The size of the picture to which positions refer; a missing side follows from the other one (4:3)."""
    sides = {}
    for line in lines:
        if match := re.fullmatch(r"playres([xy])\s*:\s*(\d+)", line, re.IGNORECASE):
            sides[match[1].lower()] = float(match[2]) or None
    width, height = sides.get("x"), sides.get("y")
    if width is None and height is None:
        return DEFAULT_RESOLUTION
    return width or (height or 0) * 4 / 3, height or (width or 0) * 3 / 4


def _merge(cues: Iterable[Cue]) -> Iterator[Cue]:
    """One cue for layers that repeat a text at the same time, and for one text after another without a gap."""
    last: dict[str, Cue] = {}
    order: list[Cue] = []
    places: dict[str, int] = {}
    for cue in cues:
        before = last.get(cue.text)
        if before is not None and cue.start_s <= before.end_s + MAX_FRAME_GAP_S:
            merged = before._replace(end_s=max(before.end_s, cue.end_s))
            last[cue.text] = order[places[cue.text]] = merged
        else:
            last[cue.text], places[cue.text] = cue, len(order)
            order.append(cue)
    yield from order
