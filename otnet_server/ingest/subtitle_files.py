"""The subtitle files beside a film, as they are listed, added, renamed and removed through the API.

The name of a subtitle file states its language and roles (`media/subtitle_names.py`), so a change of these renames the
file. The library that watches the folder notices every change. Only files that belong to the film are touched, and only
regular files: links are not followed.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePath

from otnet_server.errors import ApiError, FieldError, Invalid, MediaError
from otnet_server.ingest.files import DISK_FULL_ERRNOS, NO_HARD_LINK_ERRNOS
from otnet_server.media import languages
from otnet_server.media.filenames import is_media
from otnet_server.media.roles import Role, ordered
from otnet_server.media.subtitle_formats import DEFAULT_FRAME_RATE
from otnet_server.media.subtitle_names import (
    SUBTITLE_EXTENSIONS,
    SubtitleName,
    film_key,
    film_of,
    sidecar_stem,
)
from otnet_server.media.text_tracks import Sidecar
from otnet_server.pipeline.sidecars import TTML_EXTENSIONS, cues_in, sidecars, ttml_to_webvtt

MAX_BYTES = 4 << 20
MAX_FILES = 100
ID_LENGTH = 16
# Roles that the name of a subtitle file can say.
ROLES = (Role.FORCED, Role.SDH, Role.COMMENTARY)


@dataclass(frozen=True)
class SubtitleFile:
    """`id` is stable while the file keeps its name; `name` is relative to the folder of the film."""

    id: str
    name: str
    sidecar: Sidecar


class SubtitleFiles:
    """The subtitle files of one film; `source` is its media file. Methods block."""

    def __init__(self, source: Path) -> None:
        self._source = source

    def list(self) -> list[SubtitleFile]:
        """Raises ApiError (409) when the folder of the film can't be read."""
        folder = self._source.parent
        try:
            matches = sidecars(self._source)
        except OSError as e:
            raise _away() from e
        names = [str(Path(s.path).relative_to(folder)) for s in matches]
        return [SubtitleFile(_id_of(n), n, s) for n, s in zip(names, matches, strict=True)]

    def find(self, id: str) -> SubtitleFile:
        """Raises ApiError (404)."""
        for file in self.list():
            if file.id == id:
                return file
        raise ApiError(404, "not_found", "This subtitle file does not exist.", "It may have been removed or renamed.")

    def add(self, data: bytes, extension: str | None, described: SubtitleName) -> SubtitleFile:
        """Store a subtitle file beside the film. Without an extension, the content says the format. Raises Invalid for
        data that is not subtitles, and ApiError."""
        extension = checked_extension(data, extension, described.language)
        if not self._source.is_file():
            raise ApiError(409, "no_file", "The media has no file at the moment.", "Wait until its file is found.")
        if len(self.list()) >= MAX_FILES:
            raise ApiError(409, "too_many", f"This film has {MAX_FILES} subtitle files.", "Delete some of them first.")
        staged = self._write(data)
        try:
            return self._at(self._move(staged, self._names(described, extension)))
        finally:
            _remove_staged(staged)

    def put(self, data: bytes, described: SubtitleName) -> tuple[SubtitleFile | None, SubtitleFile]:
        """Replace the first file with this language and these roles, or add one; returns (the file before, the file).
        Two requests at once make one file. Raises Invalid and ApiError."""
        with _locked(self._source.parent):
            for file in self.list():
                if (file.sidecar.language, file.sidecar.roles) == (described.language, described.roles):
                    return file, self.replace(file.id, data, None)
            return None, self.add(data, None, described)

    def replace(self, id: str, data: bytes, extension: str | None) -> SubtitleFile:
        """Replace the text of a file; it keeps its language and roles. Raises Invalid and ApiError."""
        file = self.find(id)
        old, described = Path(file.sidecar.path), _description(file)
        extension = checked_extension(data, extension, described.language)
        staged = self._write(data)
        try:
            if old.suffix.lower() == f".{extension}":
                staged.replace(old)
                return self._at(old)
            new = self._move(staged, self._names(described, extension))
            old.unlink(missing_ok=True)
            return self._at(new)
        except OSError as e:
            raise _refused(e) from e
        finally:
            _remove_staged(staged)

    def rename(self, id: str, described: SubtitleName) -> SubtitleFile:
        """Change the language and roles of a file. Raises Invalid and ApiError."""
        file = self.find(id)
        old = Path(file.sidecar.path)
        if _description(file) == described:
            return file
        return self._at(self._move(old, self._names(described, old.suffix.lower().removeprefix("."))))

    def delete(self, id: str) -> None:
        """Raises ApiError."""
        try:
            Path(self.find(id).sidecar.path).unlink(missing_ok=True)
        except OSError as e:
            raise _refused(e) from e

    def _names(self, described: SubtitleName, extension: str) -> Iterator[str]:
        """The names that say this, in order of preference. Raises Invalid when no name can say it."""
        film = self._source.stem
        for number in range(1, MAX_FILES + 1):
            stem = sidecar_stem(film, described, number)
            if stem is None:
                field_error = FieldError("language", "bad_value", "is not a language that a file name can say",
                                         "Use a tag such as de or pt-BR.")  # fmt: skip
                raise Invalid("invalid", "Some fields are not valid.", [field_error])
            yield f"{stem}.{extension}"

    def _move(self, file: Path, names: Iterator[str]) -> Path:
        """Give a file the first name that is free; returns its new path. Raises ApiError."""
        folder = self._source.parent
        films = frozenset(film_key(entry.name) for entry in folder.iterdir() if is_media(entry.name))
        for name in names:
            match = film_of(PurePath(name), films)
            if match is None or match[0] != film_key(self._source.name):
                break  # another film has the beginning of this name
            target = folder / name
            try:
                _move_to_free_name(file, target)
            except FileExistsError:
                continue
            except OSError as e:
                raise _refused(e) from e
            return target
        raise ApiError(409, "no_name", "No name for the file is free beside the film.", "Rename or delete other files.")

    def _write(self, data: bytes) -> Path:
        staged = self._source.parent / f".otnet-{secrets.token_hex(8)}.part"
        try:
            with staged.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError as e:
            _remove_staged(staged)
            raise _refused(e) from e
        return staged

    def _at(self, path: Path) -> SubtitleFile:
        name = str(path.relative_to(self._source.parent))
        return self.find(_id_of(name))


def _remove_staged(file: Path) -> None:
    """Remove a file that was not moved. A failure must not hide the error that came before."""
    with suppress(OSError):
        file.unlink(missing_ok=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Wait until no other process of this machine holds the lock of the folder, where the file system has locks."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as e:
        raise _away() from e
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _move_to_free_name(file: Path, target: Path) -> None:
    """Raises FileExistsError when the name is taken, and OSError."""
    try:
        os.link(file, target, follow_symlinks=False)
    except OSError as e:
        if e.errno not in NO_HARD_LINK_ERRNOS:
            raise
        if os.path.lexists(target):
            raise FileExistsError(target) from None
        file.rename(target)
    else:
        file.unlink()


def _id_of(name: str) -> str:
    return hashlib.sha256(os.fsencode(name)).hexdigest()[:ID_LENGTH]


def _description(file: SubtitleFile) -> SubtitleName:
    return SubtitleName(file.sidecar.language, file.sidecar.roles, file.sidecar.default)


def subtitle_name(language: object, roles: object, default: object) -> SubtitleName:
    """The description of subtitles in a request. Raises Invalid with an error for each wrong field. Pure."""
    errors: list[FieldError] = []
    known = {role.value: role for role in ROLES}
    code = language if isinstance(language, str) and len(language) <= 35 and language.isascii() else ""
    if not (code == "und" or languages.is_code(code.replace("_", "-").partition("-")[0])):
        errors.append(FieldError("language", "bad_value", "must be the tag of a language", "Such as de or pt-BR."))
    given = roles if isinstance(roles, list | tuple) else [roles]
    if not all(isinstance(role, str) and role in known for role in given):
        errors.append(FieldError("roles", "bad_value", f"must be any of {', '.join(known)}", "Leave other roles out."))
    if not isinstance(default, bool):
        errors.append(FieldError("default", "bad_value", "must be true or false"))
    if errors:
        raise Invalid("invalid", "Some fields are not valid.", errors)
    return SubtitleName(languages.tag(code), ordered(known[str(role)] for role in given), bool(default))


def extension_of(name: str) -> str:
    """The extension of a subtitle file in lower case. Raises Invalid for other files. Pure."""
    extension = name.rpartition(".")[2].lower()
    if extension not in SUBTITLE_EXTENSIONS:
        known = ", ".join(sorted(SUBTITLE_EXTENSIONS))
        raise Invalid("invalid", "Some fields are not valid.", [
            FieldError("name", "bad_value", "is not the name of a subtitle file", f"Its extension is one of {known}."),
        ])  # fmt: skip
    return extension


def checked_extension(data: bytes, extension: str | None, language: str) -> str:
    """The extension of subtitles: the given one, or that of their format. Raises Invalid when the data contains no
    subtitles. Pure."""
    extension = extension or _extension_by_content(data)
    try:
        if f".{extension}" in TTML_EXTENSIONS:
            cues = "-->" in ttml_to_webvtt(data)
        else:
            cues = bool(cues_in(data, language, DEFAULT_FRAME_RATE))
    except MediaError as e:
        raise _no_subtitles(e.message) from e
    if not cues:
        raise _no_subtitles("It contains no text with times.")
    return extension


def _extension_by_content(data: bytes) -> str:
    start = data[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    beginnings = {b"<": "ttml", b"webvtt": "vtt", b"[script info": "ass", b"{": "sub"}
    return next((extension for beginning, extension in beginnings.items() if start.startswith(beginning)), "srt")


def _no_subtitles(reason: str) -> Invalid:
    error = FieldError("file", "not_subtitles", "does not contain subtitles", "Send SubRip, WebVTT, ASS or TTML.")
    return Invalid("invalid", f"The file is not valid. {reason}", [error])


def _away() -> ApiError:
    return ApiError(409, "no_file", "The folder of the film can't be read.", "Connect its library, then try again.")


def _refused(error: OSError) -> ApiError:
    if error.errno in DISK_FULL_ERRNOS:
        return ApiError(507, "disk_full", "The disk of the library is full.", "Free some space, then try again.")
    if error.errno == errno.ENAMETOOLONG:
        return ApiError(409, "name_too_long", "The name of the film is too long for a subtitle file beside it.",
                        "Give the file of the film a shorter name.")  # fmt: skip
    return ApiError(409, "library_read_only", "The folder of the film can't be written.",
                    "Let the server write to the library, or change the file there.")  # fmt: skip
