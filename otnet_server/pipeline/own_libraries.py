"""Own libraries: a folder in the data folder for the uploads of each organization other than the first one, to which
the configured libraries belong. The slates of channels are in a folder of their own, which is not watched."""

from __future__ import annotations

import os
import re
from pathlib import Path

from otnet_server.db.tables import FIRST
from otnet_server.schema.fields.reference import ID

PREFIX = "uploads-"


def library_name(organization: str) -> str:
    """The name of the own library of an organization."""
    return PREFIX + organization


def organization_of(library: str) -> str:
    """The id of the organization whose own library has this name; the first organization for other names."""
    return library.removeprefix(PREFIX) if is_own_library(library) else FIRST


def is_own_library(library: str) -> bool:
    """Whether a library with this name is the own library of an organization."""
    return library.startswith(PREFIX) and is_own_folder(library.removeprefix(PREFIX))


def container(data: Path) -> Path:
    """The folder of all own libraries."""
    return data / "libraries"


def folder_of(data: Path, organization: str) -> Path:
    return container(data) / organization


def is_own_folder(name: str) -> bool:
    """Whether a folder with this name can be an own library: its name is the id of an organization."""
    return re.fullmatch(ID, name) is not None


def own_folders(data: Path) -> dict[str, Path]:
    """The folders of the own libraries that exist, by the name of the library."""
    try:
        entries = list(os.scandir(container(data)))
    except OSError:
        return {}
    return {
        library_name(entry.name): Path(entry.path)
        for entry in sorted(entries, key=lambda e: e.name)
        if is_own_folder(entry.name) and entry.is_dir(follow_symlinks=False)
    }
