"""Own libraries: their names, and the folders that are some."""

from __future__ import annotations

from pathlib import Path

import pytest

from otnet_server.db.tables import FIRST
from otnet_server.pipeline.own_libraries import folder_of, library_name, organization_of, own_folders

ID = "0123456789ab"


@pytest.mark.parametrize(("library", "organization"), [
    (library_name(ID), ID), ("films", FIRST), ("uploads", FIRST), ("uploads-films", FIRST), ("uploads-", FIRST),
    (f"uploads-{ID}\n", FIRST), ("uploads-..", FIRST),
])  # fmt: skip
def test_only_names_with_an_id_are_own_libraries(library: str, organization: str) -> None:
    assert organization_of(library) == organization


def test_only_folders_that_are_named_by_an_id_are_own_libraries(tmp_path: Path) -> None:
    for name in (ID, "films", ".hidden", "0123456789AB"):
        folder_of(tmp_path, name).mkdir(parents=True)
    folder_of(tmp_path, "a" * 12).symlink_to(tmp_path)
    folder_of(tmp_path, "b" * 12).touch()
    assert own_folders(tmp_path) == {library_name(ID): folder_of(tmp_path, ID)}
