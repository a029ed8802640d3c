"""Language tags for manifests (RFC 5646: the shortest form) and display names. Pure."""

from __future__ import annotations

_LANGUAGE_TABLE = """
ara ar Arabic|bul bg Bulgarian|cat ca Catalan|ces cs Czech|cze cs Czech|chi zh Chinese|zho zh Chinese|dan da Danish
deu de German|ger de German|ell el Greek|gre el Greek|eng en English|est et Estonian|eus eu Basque|fas fa Persian
fin fi Finnish|fra fr French|fre fr French|glg gl Galician|heb he Hebrew|hin hi Hindi|hrv hr Croatian|hun hu Hungarian
ind id Indonesian|isl is Icelandic|ita it Italian|jpn ja Japanese|kor ko Korean|lav lv Latvian|lit lt Lithuanian
nld nl Dutch|dut nl Dutch|nor no Norwegian|nob nb Norwegian Bokmål|pol pl Polish|por pt Portuguese|ron ro Romanian
rum ro Romanian|rus ru Russian|slk sk Slovak|slv sl Slovenian|spa es Spanish|srp sr Serbian|swe sv Swedish|tam ta Tamil
tha th Thai|tur tr Turkish|ukr uk Ukrainian|urd ur Urdu|vie vi Vietnamese
"""
_LANGUAGE_ROWS = [row.split(" ", 2) for line in _LANGUAGE_TABLE.strip().splitlines() for row in line.split("|")]
_SHORT_TAGS = {three: two for three, two, _ in _LANGUAGE_ROWS}
_NAMES_BY_TAG = {two: name for _, two, name in _LANGUAGE_ROWS}


def tag(language: str) -> str:
    """The shortest tag: `eng` → `en`. A tag without a short form is returned unchanged."""
    head, dash, rest = language.partition("-")
    return _SHORT_TAGS.get(head, head) + dash + rest


def name(language: str) -> str:
    """The English display name; the tag itself when the language is unknown, and empty for `und`."""
    short = tag(language)
    return "" if short == "und" else _NAMES_BY_TAG.get(short.partition("-")[0], short)
