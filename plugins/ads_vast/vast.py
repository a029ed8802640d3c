"""Reads VAST documents, versions 2 to 4 (IAB VAST 4.2). Pure.

Documents come from ad servers and their customers: they have at most `MAX_BYTES`, and no DTD, so no entities either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import defusedxml.ElementTree as ET
from defusedxml.common import DefusedXmlException

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_BYTES = 1 << 20
MAX_ADS = 50
EVENTS = ("start", "firstQuartile", "midpoint", "thirdQuartile", "complete")
HEIGHT = 720
DURATION = re.compile(r"(\d{1,2}):([0-5]?\d):([0-5]?\d(?:\.\d{1,6})?)")


class BadVast(ValueError):
    """The document can't be read."""


@dataclass(frozen=True)
class VastAd:
    """An InLine ad, or a Wrapper if `wrapped` is the URL of the document that it wraps. `media_url` is empty without a
    file that can be played. `tracking` has URLs by event; `errors` are those of errors."""

    id: str = ""
    sequence: int | None = None
    campaign: str = ""
    creative_id: str = ""
    duration_s: float = 0.0
    media_url: str = ""
    tracking: dict[str, list[str]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    wrapped: str | None = None
    follows: bool = True
    allows_pod: bool = False


@dataclass(frozen=True)
class Vast:
    """A document. `errors` are requested when it has no ad."""

    ads: list[VastAd]
    errors: list[str]

    def chosen(self) -> list[VastAd]:
        """The ads of the pod by their sequence; without one, the first ad."""
        pod = sorted((ad for ad in self.ads if ad.sequence is not None), key=lambda ad: ad.sequence or 0)
        return pod or self.ads[:1]


def parse(document: bytes) -> Vast:
    """Raises BadVast."""
    if len(document) > MAX_BYTES:
        raise BadVast(f"the document has more than {MAX_BYTES} bytes")
    try:
        root: Element = ET.fromstring(document, forbid_dtd=True)
    except (ET.ParseError, DefusedXmlException, ValueError, LookupError, RecursionError) as e:
        raise BadVast(f"the document is not XML that is allowed: {type(e).__name__}") from None
    if _name(root) != "VAST":
        raise BadVast("the document is not VAST")
    ads = [ad for element in _all(root, "Ad") if (ad := _ad(element)) is not None]
    return Vast(ads[:MAX_ADS], _urls(root, "Error"))


def _ad(element: Element) -> VastAd | None:
    sequence = element.get("sequence", "")
    id, number = element.get("id", "")[:200], int(sequence) if re.fullmatch(r"[1-9]\d{0,3}", sequence) else None
    for body in element:
        if _name(body) == "InLine":
            return _inline(body, id, number)
        if _name(body) == "Wrapper":
            wrapped = _text(next(_all(body, "VASTAdTagURI"), None))
            return VastAd(
                id, number, tracking=_tracking(body), errors=_urls(body, "Error"), wrapped=wrapped,
                follows=body.get("followAdditionalWrappers", "true").lower() not in ("false", "0"),
                allows_pod=body.get("allowMultipleAds", "false").lower() in ("true", "1"),
            )  # fmt: skip
    return None


def _inline(body: Element, id: str, sequence: int | None) -> VastAd:
    tracking, errors = _tracking(body), _urls(body, "Error")
    campaign = _text(next(_all(body, "Advertiser"), None))[:200]
    for creative, linear in _linears(body):
        duration = DURATION.fullmatch(_text(next(_all(linear, "Duration"), None)))
        url = _media_url(linear)
        if duration is not None and url:
            seconds = int(duration[1]) * 3600 + int(duration[2]) * 60 + float(duration[3])
            return VastAd(id, sequence, campaign, _creative_id(creative, url), seconds, url, tracking, errors)
    return VastAd(id, sequence, campaign, tracking=tracking, errors=errors)


def _linears(body: Element) -> Iterator[tuple[Element, Element]]:
    for creatives in _all(body, "Creatives"):
        for creative in _all(creatives, "Creative"):
            for linear in _all(creative, "Linear"):
                yield creative, linear


def _tracking(body: Element) -> dict[str, list[str]]:
    tracking: dict[str, list[str]] = {"impression": _urls(body, "Impression")}
    for _, linear in _linears(body):
        for events in _all(linear, "TrackingEvents"):
            for tracker in _all(events, "Tracking"):
                if tracker.get("event") in EVENTS and (url := _text(tracker)):
                    tracking.setdefault(tracker.get("event", ""), []).append(url)
    return {event: urls for event, urls in tracking.items() if urls}


def _media_url(linear: Element) -> str:
    """The progressive MP4 file that is nearest to 720 lines; the one with the higher bit rate of two."""
    files = []
    for listed in _all(linear, "MediaFiles"):
        for file in _all(listed, "MediaFile"):
            url, type = _text(file), file.get("type", "").split(";")[0].strip().lower()
            progressive = file.get("delivery", "progressive").lower() == "progressive" and not file.get("apiFramework")
            if type == "video/mp4" and progressive and url.lower().startswith(("http://", "https://")):
                files.append((abs(_number(file, "height") - HEIGHT), -_number(file, "bitrate"), url))
    return min(files)[2] if files else ""


def _creative_id(creative: Element, url: str) -> str:
    """The universal ad id; without one, that of the ad server, or the URL without its query."""
    for universal in _all(creative, "UniversalAdId"):
        value = _text(universal) or universal.get("idValue", "")
        registry = universal.get("idRegistry", "unknown")
        if value and value.lower() != "unknown" and registry.lower() != "unknown":
            return f"{registry}:{value}"[:500]
    return (creative.get("adId") or url.partition("?")[0])[:500]


def merged(wrapper: VastAd, tracking: dict[str, list[str]]) -> dict[str, list[str]]:
    """The tracking URLs of a wrapper and of what it wraps."""
    events = ("impression", *EVENTS)
    both = {event: [*wrapper.tracking.get(event, []), *tracking.get(event, [])] for event in events}
    return {event: urls for event, urls in both.items() if urls}


def _name(element: Element) -> str:
    """The name without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _all(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if _name(child) == name)


def _text(element: Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""


def _urls(element: Element, name: str) -> list[str]:
    return [url for child in _all(element, name) if (url := _text(child))]


def _number(element: Element, name: str) -> int:
    text = element.get(name, "")
    return int(text) if re.fullmatch(r"\d{1,6}", text) else 0
