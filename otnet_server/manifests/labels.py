"""Labels of tracks in manifests. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from otnet_server.media import languages
from otnet_server.media.presentation import AudioRendition, TextRendition
from otnet_server.media.roles import ROLE_NAMES, Role, roles_of_title

MAX_LABEL_LENGTH = 100


def label(language: str, title: str, fallback: str) -> str:
    """The label for menus, without characters that need escaping inside quotes in a manifest."""
    text = title or languages.name(language) or fallback
    return "".join(c for c in text if c.isprintable() and c not in '"<>&')[:MAX_LABEL_LENGTH] or fallback


def with_roles(name: str, roles: Iterable[Role]) -> str:
    """A label with the roles that it does not name: “English (SDH)”."""
    named = roles_of_title(name)
    missing = [ROLE_NAMES[role] for role in roles if role not in named]
    return f"{name} ({', '.join(missing)})" if missing else name


def unique(names: Sequence[str]) -> list[str]:
    """The names, numbered from the second of equal ones on: “English”, “English 2”. Names in a group of renditions are
    unlike (RFC 8216 §4.3.4.1.1)."""
    taken: set[str] = set(names)
    seen: set[str] = set()
    labels = []
    for name in names:
        number = 2
        candidate = name
        while candidate in seen or (candidate != name and candidate in taken):
            candidate = f"{name} {number}"
            number += 1
        seen.add(candidate)
        labels.append(candidate)
    return labels


def text_labels(texts: Sequence[TextRendition]) -> list[tuple[TextRendition, str]]:
    """Each text track with its label, which no other track has."""
    names = [with_roles(_name(text, f"Subtitles {number}"), text.roles) for number, text in enumerate(texts, 1)]
    return list(zip(texts, unique(names), strict=True))


def audio_labels(renditions: Sequence[AudioRendition]) -> dict[int, str]:
    """The label of each track of the source, by stream: all its renditions have it, and no other track."""
    tracks = {audio.stream: audio for audio in reversed(renditions)}
    ordered = [tracks[stream] for stream in dict.fromkeys(audio.stream for audio in renditions)]
    names = [with_roles(_name(audio, "Audio"), audio.roles) for audio in ordered]
    return dict(zip((audio.stream for audio in ordered), unique(names), strict=True))


def _name(track: AudioRendition | TextRendition, fallback: str) -> str:
    """The title, after the language when it does not name that: “Spanish (Castilian)”."""
    language = languages.name(track.language)
    if language and track.title and not languages.is_named(track.language, track.title):
        return label(track.language, f"{language} ({track.title})", fallback)
    return label(track.language, track.title, fallback)
