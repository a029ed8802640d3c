"""The roles of tracks, from the dispositions and titles of streams."""

from __future__ import annotations

import pytest

from otnet_server.media.roles import ROLE_NAMES, Role, ordered, roles_of, roles_of_title, text_roles_of

TITLES: dict[str, tuple[Role, ...]] = {
    "": (),
    "English": (),
    "English (SDH)": (Role.SDH,),
    "English [CC]": (Role.SDH,),
    "English for the Hearing Impaired": (Role.SDH,),
    "Deutsch für Hörgeschädigte": (Role.SDH,),
    "Director's Commentary": (Role.COMMENTARY,),
    "Audiokommentar des Regisseurs": (Role.COMMENTARY,),
    "Commentaire du réalisateur": (Role.COMMENTARY,),
    "Forced": (Role.FORCED,),
    "English (Forced, SDH)": (Role.FORCED, Role.SDH),
    "English (Non-Forced)": (),
    "English (non sdh)": (),
    "Audio Description": (Role.DESCRIPTION,),
    "English AD": (Role.DESCRIPTION,),
    "Audiodeskription": (Role.DESCRIPTION,),
    "Original": (Role.ORIGINAL,),
    "Français (VFF)": (Role.DUB,),
    "Reinforced Concrete Adventures": (),
}


@pytest.mark.parametrize(("title", "roles"), TITLES.items())
def test_titles_name_roles(title: str, roles: tuple[Role, ...]) -> None:
    assert roles_of_title(title) == roles


def test_dispositions_and_titles_add_up() -> None:
    disposition = {"default": 1, "forced": 0, "hearing_impaired": 1, "comment": 0, "captions": 1}
    assert roles_of(disposition) == (Role.SDH,)
    assert roles_of(disposition, "Commentary (SDH)") == (Role.SDH, Role.COMMENTARY)
    assert roles_of({"visual_impaired": 1, "dub": 1}) == (Role.DESCRIPTION, Role.DUB)
    assert roles_of({}) == ()
    assert text_roles_of({"original": 1, "forced": 1}) == (Role.FORCED,)


def test_roles_are_ordered_and_named() -> None:
    assert ordered([Role.DUB, Role.FORCED, Role.DUB]) == (Role.FORCED, Role.DUB)
    assert set(ROLE_NAMES) == set(Role)
