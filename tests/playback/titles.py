"""Titles in each state of publication, ready to play, as the pipeline leaves them."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from tests.control.services import ControlPlane, Person
from tests.plans import everything, plan

STATES = ("public", "members", "entitled", "private", "draft", "scheduled", "expired", "unlinked")
REVISION = "0123456789"
PLAN = plan()


def files_of(media: str) -> list[str]:
    """The paths of one object of each kind, whose revision is REVISION."""
    base, video, sound = f"/media/{media}", PLAN.video, PLAN.audio[0].name
    assert video is not None
    inside, rung = f"{base}/{REVISION}", video.rungs[0].name
    return [
        f"{base}/main.m3u8", f"{base}/main.mpd", f"{inside}/{rung}/index.m3u8", f"{inside}/{rung}/init.mp4",
        f"{inside}/{rung}/0.m4s", f"{inside}/{sound}/index.m3u8", f"{inside}/{sound}/0.m4s",
        f"{inside}/{PLAN.text[0].name}/text.vtt", f"{inside}/{PLAN.text[0].name}/index.m3u8",
        f"{inside}/poster.jpg", f"{inside}/thumbnails/index.vtt", f"{inside}/thumbnails/index.m3u8",
        f"{inside}/thumbnails/0.jpg", f"{inside}/sound.m4a",
    ]  # fmt: skip


def objects_of(media: str) -> list[str]:
    """The same, and the routes of the API that return something of a media."""
    playback = f"/api/v1/playback/{media}"
    return [*files_of(media), f"/api/v1/media/{media}", playback, f"{playback}/waveform.json"]


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 360), (90, 120, 40)).save(out, "JPEG")
    return out.getvalue()


def ready_media(studio: ControlPlane, state: str, content: str | None) -> str:
    """A ready title in the database and the storage, as the pipeline leaves it."""
    of = {"library": "Films", "title": state, "present": True, "info": {}, "state": "ready", "content": content,
          "role": "main", "duration_s": 60.0, "organization": studio.owner.organization, "linked": True}  # fmt: skip
    media = studio.put("media", **of)
    studio.put("revision", id=f"{REVISION[:-1]}{STATES.index(state)}", media=media, path=f"/films/{state}.mp4",
               fingerprint=state, state="ready", playable=True, plan=PLAN.model_dump(mode="json"))  # fmt: skip
    revision = f"{REVISION[:-1]}{STATES.index(state)}"
    studio.set("media", media, current=revision, playing=revision)
    folder = studio.settings.data / "media" / media / revision
    pieces = everything(PLAN)
    assert PLAN.video is not None
    for (track, number), sizes in pieces.items():
        studio.put("chunk", revision=revision, track=track, number=number, sizes=sizes)
    names = [*(r.name for r in PLAN.video.rungs), *(a.name for a in PLAN.audio)]
    files = [f"{n}/{f}" for n in names for f in ("init.mp4", "0.m4s")]
    files += [f"{PLAN.text[0].name}/text.vtt", "poster.jpg", "thumbnails/0.jpg", "sound.m4a", "waveform.json"]
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(jpeg() if name.endswith("jpg") else b"[0.5]")
    return media


def content_in(owner: Person, state: str) -> str:
    """The id of new content in the given state of publication."""
    visibility = state if state in ("members", "entitled", "private") else "public"
    made = owner.make("content", title=f"A {state} film", visibility=visibility)
    window: dict[str, Any] = {}
    if state == "scheduled":
        window = {"published_from": "2999-01-01T00:00:00Z"}
    if state == "expired":
        window = {"published_from": "2001-01-01T00:00:00Z", "published_until": "2002-01-01T00:00:00Z"}
    if window:
        assert owner.patch(f"content/{made['id']}", json=window).status_code == 200
    if state != "draft":
        assert owner.post(f"content/{made['id']}/publish", json={}).status_code == 200
    return str(made["id"])
