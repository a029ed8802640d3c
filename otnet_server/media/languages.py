"""Languages: the tag that manifests want (RFC 5646: shortest form) and a name for people. Pure."""

from __future__ import annotations

_NAMES = """
ara ar Arabic|bul bg Bulgarian|cat ca Catalan|ces cs Czech|cze cs Czech|chi zh Chinese|zho zh Chinese|dan da Danish
deu de German|ger de German|ell el Greek|gre el Greek|eng en English|est et Estonian|eus eu Basque|fas fa Persian
fin fi Finnish|fra fr French|fre fr French|glg gl Galician|heb he Hebrew|hin hi Hindi|hrv hr Croatian|hun hu Hungarian
ind id Indonesian|isl is Icelandic|ita it Italian|jpn ja Japanese|kor ko Korean|lav lv Latvian|lit lt Lithuanian
nld nl Dutch|dut nl Dutch|nor no Norwegian|nob nb Norwegian Bokmål|pol pl Polish|por pt Portuguese|ron ro Romanian
rum ro Romanian|rus ru Russian|slk sk Slovak|slv sl Slovenian|spa es Spanish|srp sr Serbian|swe sv Swedish|tam ta Tamil
tha th Thai|tur tr Turkish|ukr uk Ukrainian|urd ur Urdu|vie vi Vietnamese
"""
_ROWS = [row.split(" ", 2) for line in _NAMES.strip().splitlines() for row in line.split("|")]
_SHORT = {three: two for three, two, _ in _ROWS}
_NAME = {two: name for _, two, name in _ROWS}


def tag(language: str) -> str:
    """`eng` → `en`; what has no short form stays."""
    head, dash, rest = language.partition("-")
    return _SHORT.get(head, head) + dash + rest


def name(language: str) -> str:
    """A name to show; the tag itself when it is unknown, empty for `und`."""
    short = tag(language)
    return "" if short == "und" else _NAME.get(short.partition("-")[0], short)
