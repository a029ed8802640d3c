"""The closed captions of a live stream (CEA-608): from the pictures of an FLV to text renditions.

A rendition is offered as soon as its caption channel has shown something. CC1 is in the language of the channel; that
of the others is not known. Pure.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from otnet_server.live import flv
from otnet_server.media import webvtt
from otnet_server.media.captions_sei import Codec, Pair, Reordering, caption_pairs
from otnet_server.media.cea608 import FieldDecoder
from otnet_server.media.roles import Role
from otnet_server.media.text_tracks import TextPlan
from otnet_server.media.webvtt import Cue

MAX_CHARACTERS = 8 << 20  # of all cues of a stream
# X-TIMESTAMP-MAP (RFC 8216 §3.5): the cues are on the clock of the pictures.
SEGMENT_HEAD = b"WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n"
_AVC, _CODED, _CODED_WITHOUT_OFFSET = 7, 1, 3
_CODECS: dict[bytes, Codec] = {b"avc1": "h264", b"hvc1": "hevc"}
_NAME = re.compile(r"text-([a-z0-9-]{2,35})-cc([2-4]?)")

Captions = list[tuple[int, list[Pair]]]


class FlvCaptions:
    """The caption bytes of the video tags of an FLV, with the times in milliseconds at which they are shown."""

    def __init__(self) -> None:
        self._length_bytes = 4
        self._reordering = Reordering()

    def add(self, tag: flv.Tag) -> Captions:
        """The captions before which none can come any more."""
        payload = tag.payload
        if tag.kind != flv.VIDEO or len(payload) < 5:
            return []
        codec: Codec | None = "h264" if payload[0] & 0x8F == _AVC else None
        start, offset, config_at = 5, int.from_bytes(payload[2:5], signed=True), 4
        if payload[0] & 0x80:
            codec, kind = _CODECS.get(payload[1:5]), payload[0] & 0xF
            config_at = 21 if codec == "hevc" else 4
            if kind == _CODED:
                start, offset = 8, int.from_bytes(payload[5:8], signed=True)
            elif kind == _CODED_WITHOUT_OFFSET or tag.setup:
                offset = 0
            else:
                return []
        elif not tag.setup and payload[1] != _CODED:
            return []
        if codec is None:
            return []
        if tag.setup:
            if len(payload) > start + config_at:
                self._length_bytes = (payload[start + config_at] & 3) + 1
            return []
        pairs = caption_pairs(payload[start:], codec, self._length_bytes)
        return self._reordering.add(tag.time, tag.time + offset, pairs)

    def finish(self) -> Captions:
        return self._reordering.finish()


class LiveCaptions:
    """The cues of a stream, on its clock in seconds, by text rendition."""

    def __init__(self, language: str = "und") -> None:
        language = language.lower()
        self._language = language if _NAME.fullmatch(f"text-{language}-cc") else "und"
        self._fields = (FieldDecoder(), FieldDecoder())
        self._cues: dict[int, list[Cue]] = {}  # by caption channel, 1 … 4
        self._characters = 0

    def add(self, at_s: float, pairs: Sequence[Pair]) -> None:
        """The caption bytes of a picture that is shown at `at_s`."""
        for field, first, second in pairs:
            decoder = self._fields[field - 1]
            self._keep(field, decoder.feed(at_s, first, second))
            for channel, _ in decoder.displayed(at_s):
                self._cues.setdefault(2 * field - 1 + channel, [])

    def interrupt(self, at_s: float) -> None:
        """The publisher has left: what is displayed ends."""
        for field, decoder in enumerate(self._fields, 1):
            self._keep(field, decoder.finish(at_s))
        self._fields = (FieldDecoder(), FieldDecoder())

    def _keep(self, field: int, cues: list[tuple[int, Cue]]) -> None:
        for channel, cue in cues:
            known = self._cues.setdefault(2 * field - 1 + channel, [])
            start_s = max(cue.start_s, known[-1].end_s if known else 0.0)
            self._characters += len(cue.text)
            if cue.end_s > start_s and self._characters <= MAX_CHARACTERS:
                known.append(cue._replace(start_s=start_s))

    def plans(self) -> tuple[TextPlan, ...]:
        """The text tracks of the captions that were seen, CC1 first."""
        return tuple(plan_of(self._name(channel)) for channel in sorted(self._cues))

    def _name(self, channel: int) -> str:
        return f"text-{self._language}-cc" if channel == 1 else f"text-und-cc{channel}"

    def files(self) -> dict[str, bytes]:
        """The cues of each rendition up to now, as a WebVTT file."""
        return {self._name(channel): webvtt.write(cues, float("inf")) for channel, cues in self._cues.items() if cues}

    def segment(self, rendition: str, start_s: float, end_s: float) -> bytes | None:
        """A WebVTT segment with what is displayed between two times; None when there is no such rendition. Cues are cut
        at its ends, so that those of the segments do not overlap."""
        channel = next((c for c in self._cues if self._name(c) == rendition), None)
        if channel is None:
            return None
        known = self._cues[channel]
        first = bisect_right(known, start_s, key=lambda cue: cue.end_s)
        cues = [*known[first:], *(
            cue for number, cue in self._fields[(channel - 1) // 2].displayed(end_s) if number == (channel - 1) % 2
        )]  # fmt: skip
        return captions_between(cues, start_s, end_s)


def captions_between(cues: Sequence[Cue], start_s: float, end_s: float) -> bytes:
    """A WebVTT segment with the parts of cues between two times."""
    shown = [
        cue._replace(start_s=max(cue.start_s, start_s), end_s=min(cue.end_s, end_s))
        for cue in cues
        if cue.start_s < end_s and cue.end_s > start_s
    ]
    return SEGMENT_HEAD + webvtt.write(shown, end_s).removeprefix(b"WEBVTT\n")


def plan_of(name: str) -> TextPlan:
    """The text track of a rendition of captions."""
    match = _NAME.fullmatch(name)
    assert match is not None
    language, number = match[1], match[2]
    return TextPlan(name=name, language=language, title=f"CC{number}" if number else "", roles=(Role.SDH,))
