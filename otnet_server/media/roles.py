"""The roles of tracks: what a track is for, beside its language. Pure.

A role comes from the dispositions of a stream, from its title (“English (SDH)”), or from the name of a subtitle file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum


class Role(StrEnum):
    """`sdh`: for deaf and hard-of-hearing viewers. `description`: for blind and partially sighted viewers. `forced`:
    only what viewers of the soundtrack would not understand. `original` and `dub` concern the spoken language."""

    FORCED = "forced"
    SDH = "sdh"
    COMMENTARY = "commentary"
    DESCRIPTION = "description"
    ORIGINAL = "original"
    DUB = "dub"


# The names that viewers see after the name of a language.
ROLE_NAMES = {
    Role.FORCED: "forced",
    Role.SDH: "SDH",
    Role.COMMENTARY: "commentary",
    Role.DESCRIPTION: "audio description",
    Role.ORIGINAL: "original",
    Role.DUB: "dubbed",
}
# ffprobe's names of dispositions (AV_DISPOSITION_*).
_DISPOSITIONS = {
    "forced": Role.FORCED,
    "hearing_impaired": Role.SDH,
    "captions": Role.SDH,
    "comment": Role.COMMENTARY,
    "visual_impaired": Role.DESCRIPTION,
    "descriptions": Role.DESCRIPTION,
    "original": Role.ORIGINAL,
    "dub": Role.DUB,
}
# What titles say, in the languages of most files. Titles are compared without case.
_TITLE_PATTERNS = {
    Role.FORCED: r"forced|forcée?s?|erzwungen|forzados?|forzati",
    Role.SDH: r"sdh|cc|closed captions?|captions|hoh|hearing[ -]impaired|hard[ -]of[ -]hearing|hörgeschädigte|"
    r"malentendants?|sme|sordos|non udenti",
    Role.COMMENTARY: r"\w*commentar(?:y|ies)|audiokommentare?|kommentare?|commentaires?|comentarios?|commenti|commento",
    Role.DESCRIPTION: r"audio[ -]?descri(?:ption|bed|ptive|pción|ção)|descriptive(?: audio| video)?|"
    r"described video|audiodeskription|hörfilmfassung|dvs|ad",
    Role.ORIGINAL: r"original|vo|o-?ton",
    Role.DUB: r"dub|dubbed|synchronfassung|vf[fqi2]?|doblad[oa]|doppiat[oa]",
}
_TITLE_ROLES = {role: re.compile(rf"(?<!\w)(?:{words})(?!\w)") for role, words in _TITLE_PATTERNS.items()}
_NEGATED = re.compile(r"(?<!\w)(?:non|not|no|without|un)[\s_-]*(?:forced|sdh|cc|hi|commentary|dubbed)(?!\w)")


def roles_of(disposition: Mapping[str, object], title: str = "") -> tuple[Role, ...]:
    """The roles of a stream from ffprobe's `disposition` (name → 0 or 1) and its title, each once, in the order of
    `Role`."""
    return ordered([*(role for name, role in _DISPOSITIONS.items() if disposition.get(name)), *roles_of_title(title)])


def text_roles_of(disposition: Mapping[str, object], title: str = "") -> tuple[Role, ...]:
    """The roles of a text track. Text in the original language is not set apart from other text."""
    return tuple(role for role in roles_of(disposition, title) if role != Role.ORIGINAL)


def roles_of_title(title: str) -> tuple[Role, ...]:
    """The roles that the title of a track names: “English (SDH)”, “Director's Commentary”. “Non-forced” names none."""
    text = _NEGATED.sub(" ", title.casefold())
    return tuple(role for role, pattern in _TITLE_ROLES.items() if pattern.search(text))


def ordered(roles: Iterable[Role]) -> tuple[Role, ...]:
    """Each role once, in the order of `Role`."""
    given = set(roles)
    return tuple(role for role in Role if role in given)
