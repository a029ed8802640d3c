"""Protected titles of a control plane, and licences for them with Clear Key."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx

from otnet_server.protocols import TrackClass
from tests.control.services import Client, ControlPlane, Person
from tests.playback.titles import REVISION, STATES, content_in, ready_media


def protected_title(
    plane: ControlPlane, state: str, owner: Person | None = None, revision_of: str = ""
) -> tuple[str, str]:
    """The ids of new content in a state of publication and of its media, which is protected. One of each state, unless
    `revision_of` is the state whose revision it gets."""
    owner, revision_of = owner or plane.owner, revision_of or state
    content = content_in(owner, state)
    media = ready_media(plane, revision_of, content)
    plane.set("media", media, organization=owner.organization)
    keys = plane.server.core.protection.keys
    protection = plane.run(keys.protect(owner.organization, media, "cbcs", [TrackClass.AUDIO, TrackClass.SD]))
    revision = f"{REVISION[:-1]}{STATES.index(revision_of)}"
    plane.set("revision", revision, protection=json.loads(protection.model_dump_json()))
    return content, media


def play(viewer: Client, content: str) -> dict[str, Any]:
    answer = viewer.get(f"/api/v1/playback/{content}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def key_ids(plane: ControlPlane, media: str) -> list[str]:
    return [row["id"] for row in plane.rows("content_key", media=media)]


def licence(plane: ControlPlane, token: str, media: str, address: str = "203.0.113.7") -> httpx.Response:
    kids = [base64.urlsafe_b64encode(bytes.fromhex(id)).decode().rstrip("=") for id in key_ids(plane, media)]
    body = json.dumps({"kids": kids, "type": "temporary"}).encode()
    headers = {"Authorization": f"Bearer {token}"}
    return plane.anonymous(address=address).post("/api/v1/licence/clearkey", content=body, headers=headers)


def outcome(answer: httpx.Response) -> tuple[int, str]:
    """The status and the code of a refusal."""
    return answer.status_code, "" if answer.status_code == 200 else answer.json()["code"]
