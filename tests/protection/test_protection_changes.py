"""Changes of the protection of titles: whose turn it is, and what is deleted afterwards."""

from __future__ import annotations

import base64
import json
from collections import OrderedDict
from collections.abc import Iterator

import pytest

from otnet_server.errors import StorageUnavailable
from otnet_server.media.protection import Protection
from otnet_server.protection.master_keys import FILE_NAME
from otnet_server.protocols import TrackClass
from tests.control.services import ControlPlane, control_plane
from tests.playback.titles import REVISION, STATES, content_in, ready_media


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with control_plane(tmp_path_factory.mktemp("changes") / "data") as plane:
        yield plane


def new_keys(plane: ControlPlane, media: str) -> Protection:
    keys, organization = plane.server.core.protection.keys, plane.owner.organization
    return plane.run(keys.protect(organization, media, "cbcs", [TrackClass.AUDIO, TrackClass.SD]))


def revision_of(state: str) -> str:
    return f"{REVISION[:-1]}{STATES.index(state)}"


def test_organization_without_content_keys_does_not_hold_up_others(plane: ControlPlane) -> None:
    """Its provider is not enabled, and its titles are the newest."""
    other = plane.organization("Lantern", "lou@example.org").organization
    plane.put("drm_setting", organization=other, provider="unknown", keys="class")
    ours = ready_media(plane, "public", content_in(plane.owner, "public"))
    plane.set("media", ours, protection="cbcs")
    theirs = [ready_media(plane, state, None) for state in STATES[1:6]]
    for media in theirs:
        plane.set("media", media, protection="cbcs", organization=other, created_at="2026-02-02T03:04:05.000Z")
    plane.run(plane.server.core.services.protection_changes.apply())
    current = plane.rows("media", id=ours)[0]["current"]
    assert current != revision_of("public") and plane.rows("revision", id=current)[0]["protection"]["scheme"] == "cbcs"
    assert all(not plane.rows("revision", media=media)[0]["protection"] for media in theirs)


def test_keys_that_a_newer_revision_has_too_are_not_deleted(plane: ControlPlane) -> None:
    """Some providers give the same keys for a title again."""
    media = ready_media(plane, "expired", None)
    shared, old = new_keys(plane, media), new_keys(plane, media)
    mixed = old.model_copy(update={"keys": {**old.keys, TrackClass.AUDIO: shared.keys[TrackClass.AUDIO]}})
    plane.set("revision", revision_of("expired"), protection=json.loads(mixed.model_dump_json()))
    plane.put("revision", id="newer", media=media, path="/films/x.mp4", fingerprint="x", state="ready", playable=True,
              protection=json.loads(shared.model_dump_json()))  # fmt: skip
    plane.run(plane.server.core.services.protections.forget(media, revision_of("expired")))
    left = {row["id"] for row in plane.rows("content_key", media=media)}
    assert left == {*shared.key_ids, old.keys[TrackClass.AUDIO]}


def test_playback_answers_503_while_the_master_key_is_missing(plane: ControlPlane) -> None:
    """Manifests, configurations and new keys; nothing fails unexpectedly."""
    content = content_in(plane.owner, "public")
    media = ready_media(plane, "unlinked", content)
    protection = new_keys(plane, media)
    plane.set("revision", revision_of("unlinked"), protection=json.loads(protection.model_dump_json()))
    core = plane.server.core.protection
    known, core.vault._data_keys = core.vault._data_keys, {}
    path = plane.settings.data / FILE_NAME
    saved = path.read_text()
    path.write_text(base64.b64encode(bytes(32)).decode())
    try:
        core.vault._master_keys.reload()
        core.signing_keys._current, core.keys._remembered = None, OrderedDict()
        core.signing_keys._loaded_at = -1e9
        for url in (f"/media/{media}/main.mpd", f"/api/v1/playback/{content}", "/.well-known/jwks.json"):
            answer = plane.anonymous().get(url)
            assert (answer.status_code, answer.json()["code"]) == (503, "vault_locked"), url
        with pytest.raises(StorageUnavailable, match="no content keys"):
            new_keys(plane, media)
    finally:
        path.write_text(saved)
        core.vault._data_keys = known
        core.vault._master_keys.reload()
    assert plane.anonymous().get(f"/api/v1/playback/{content}").status_code == 200
