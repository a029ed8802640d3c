"""The text tracks of a plan: from the streams of a source and from its sidecars. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from otnet_server.media import languages
from otnet_server.media.roles import Role
from otnet_server.media.source import Source


class _Text(BaseModel):
    model_config = ConfigDict(frozen=True)
    language: str
    roles: tuple[Role, ...] = ()
    default: bool = False
    seen: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_forced(cls, fields: Any) -> Any:
        """Plans that version 0.1 stored have a field `forced` instead of roles."""
        if isinstance(fields, dict) and "forced" in fields:
            fields = dict(fields)
            if fields.pop("forced") and not fields.get("roles"):
                fields["roles"] = (Role.FORCED,)
        return fields

    @property
    def forced(self) -> bool:
        return Role.FORCED in self.roles


class TextPlan(_Text):
    """A text track: from a stream of the file, or from a sidecar. `seen` is the sidecar's size and modification time
    when it was planned, `codec` that of the stream. `default`: it is shown unless the viewer chooses otherwise.
    `withdrawn`: its sidecar was removed, so it is not offered any more."""

    name: str
    title: str
    stream: int | None = None
    codec: str = ""
    sidecar: str | None = None
    withdrawn: bool = False


class Sidecar(_Text):
    """A subtitle file that belongs to a source; `path` is absolute. `seen` (size and modification time) changes with
    its content."""

    path: str


def text_plans(source: Source, sidecars: Iterable[Sidecar]) -> tuple[tuple[TextPlan, ...], list[str]]:
    """The text tracks of a source, those of sidecars first, and notices about the subtitles that are left out."""
    plans: list[TextPlan] = []
    notices: list[str] = []
    for s in sidecars:
        plans.append(_sidecar_plan(s, {p.name for p in plans}))
    for t in source.text:
        if t.image:
            notices.append(
                f"Left out: subtitles “{t.language}” are images ({t.codec}). Add an .srt file beside the video."
            )
            continue
        name = unique_name(f"text-{t.language}", {p.name for p in plans})
        plans.append(
            TextPlan(name=name, language=t.language, title=t.title, stream=t.index, codec=t.codec, roles=t.roles)
        )
    return tuple(plans), notices


def _sidecar_plan(s: Sidecar, taken: Set[str]) -> TextPlan:
    name = unique_name(f"text-{s.language.lower()}", taken)
    return TextPlan(
        name=name, language=s.language, title="", sidecar=s.path, seen=s.seen, roles=s.roles, default=s.default
    )


def reconcile(
    planned: tuple[TextPlan, ...], sidecars: Iterable[Sidecar], published_names: Set[str]
) -> tuple[TextPlan, ...]:
    """Add the sidecars that are new or changed to the planned tracks, and withdraw the tracks of those that are gone.
    `sidecars` are all that the source has. Tracks keep their places, because tasks refer to them.

    Published tracks are immutable, so a changed file gets a new name that is not in `published_names`. A file that was
    only renamed is recognized by `seen`; it replaces its track when the new name says something else.
    """
    text, given = list(planned), tuple(sidecars)
    paths = {sidecar.path for sidecar in given}
    for sidecar in given:
        index = next((i for i, t in enumerate(text) if t.sidecar == sidecar.path), None)
        if index is None:
            same = [i for i, t in enumerate(text) if t.sidecar is not None and t.seen == sidecar.seen is not None]
            if (moved := next((i for i in same if _says_the_same(text[i], sidecar)), None)) is not None:
                text[moved] = text[moved].model_copy(update={"withdrawn": False})
                continue
            index = next((i for i in same if text[i].sidecar not in paths), None)
        elif text[index].seen in (None, sidecar.seen):
            text[index] = text[index].model_copy(update={"withdrawn": False})
            continue
        new = _sidecar_plan(sidecar, {t.name for t in text} | published_names)
        if index is None:
            text.append(new)
        else:
            text[index] = new
    seen = {sidecar.seen for sidecar in given}
    for index, track in enumerate(text):
        if track.sidecar is not None and track.sidecar not in paths and track.seen not in seen:
            text[index] = track.model_copy(update={"withdrawn": True})
    return tuple(text)


def _says_the_same(text: TextPlan, sidecar: Sidecar) -> bool:
    same_language = languages.tag(text.language) == languages.tag(sidecar.language)
    return same_language and (text.roles, text.default) == (sidecar.roles, sidecar.default)


def unique_name(name: str, taken: Set[str]) -> str:
    """The name, with a number when it is taken."""
    candidates = [name, *(f"{name}-{i}" for i in range(2, len(taken) + 3))]
    return next(c for c in candidates if c not in taken)
