"""Grants that limit the quality of the picture: the rule, and what such a viewer gets of manifests and segments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from otnet_server.config import Profile
from otnet_server.media.drm import Quality, TrackClass
from otnet_server.media.protection import Protection, includes_rendition, includes_video, video_class
from otnet_server.playback.entitlements import Grant, TitleKeys, quality_of
from otnet_server.playback.visibility import Caller, Decision, MediaFacts, Publication, decide
from otnet_server.schema.resource import Role
from tests.control.services import Client, ControlPlane, Person, control_plane
from tests.harness import until
from tests.plans import plan, video
from tests.playback.titles import PLAN, REVISION, STATES, content_in, ready_media

AT, EARLIER, LATER = "2026-06-01T12:00:00.000Z", "2026-05-01T12:00:00.000Z", "2026-07-01T12:00:00.000Z"
PILOT = TitleKeys("pilot", "signal-box", frozenset({"drama"}))
SD, HD = Grant("allow", "everything", max_quality="sd"), Grant("allow", "title", "pilot", max_quality="hd")


@pytest.mark.parametrize(
    ("grants", "want"),
    [
        ([], None), ([SD], "sd"), ([HD], "hd"), ([SD, HD], "hd"), ([HD, SD], "hd"),
        ([SD, Grant("allow", "series", "signal-box")], None),
        ([SD, Grant("allow", "series", "another")], "sd"),
        ([SD, Grant("allow", "everything", ends_at=AT)], "sd"),
        ([SD, Grant("allow", "everything", starts_at=LATER)], "sd"),
        ([SD, Grant("deny", "series", "another")], "sd"),
    ],
)  # fmt: skip
def test_best_of_the_permissions_that_cover_a_title_counts(grants: list[Grant], want: Quality | None) -> None:
    assert quality_of(grants, PILOT, AT) == want


@pytest.mark.parametrize(
    ("visibility", "role", "want"),
    [("entitled", Role.AUDIENCE, "sd"), ("members", Role.AUDIENCE, None), ("public", Role.AUDIENCE, None),
     ("entitled", Role.ANALYST, None), ("entitled", Role.OWNER, None)],
)  # fmt: skip
def test_quality_is_limited_only_where_a_grant_is_needed(visibility: str, role: Role, want: Quality | None) -> None:
    facts = MediaFacts("harbour", Publication("harbour", "published", visibility, None, None), content="pilot")
    caller = Caller(True, "harbour", "ann", role)
    decision = decide(caller, facts, AT, public_server=False, effect="allow", max_quality="sd")
    assert decision == Decision(max_quality=want)


@pytest.mark.parametrize(("limit", "want"), [("sd", "AUDIO SD"), ("hd", "AUDIO SD HD"), (None, "AUDIO SD HD UHD")])
def test_keys_are_those_of_the_classes_up_to_the_quality(limit: Quality | None, want: str) -> None:
    protection = Protection(scheme="cbcs", keys={c: c.lower() for c in TrackClass})
    assert protection.up_to(limit).keys == {TrackClass(c): c.lower() for c in want.split()}
    assert Protection(scheme="cbcs", keys=dict.fromkeys(TrackClass, "one")).up_to(limit).key_ids == ("one",)


def test_title_without_video_plays_in_every_quality() -> None:
    high = plan(Profile(heights=[720]))
    assert includes_video(high, "hd") and not includes_video(high, "sd")
    sound = plan(video=None)
    assert includes_video(sound, "sd") and includes_rendition(sound, sound.audio[0].name, "sd")
    uhd = plan(Profile(heights=[2160]), video=video(width=3840, height=2160))
    assert not includes_video(uhd, "hd")


class House(NamedTuple):
    plane: ControlPlane
    content: str
    media: str


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with control_plane(tmp_path_factory.mktemp("quality") / "data", public=True) as plane:
        content = content_in(plane.owner, "entitled")
        yield House(plane, content, ready_media(plane, "entitled", content))


def viewer_with(house: House, **grant: str) -> Person:
    viewer = house.plane.owner.colleague("audience")
    house.plane.owner.make("grants", user=viewer.id, scope="title", content=house.content, **grant)
    return viewer


def rungs(limit: Quality) -> tuple[list[str], list[str]]:
    """The names of the video renditions within a quality, and of the others."""
    assert PLAN.video is not None
    within = {r.name: video_class(r.width, r.height).within(limit) for r in PLAN.video.rungs}
    allowed, others = [n for n, w in within.items() if w], [n for n, w in within.items() if not w]
    assert allowed and others
    return allowed, others


def folder(house: House) -> str:
    return f"/media/{house.media}/{REVISION[:-1]}{STATES.index('entitled')}"


def session_prefix(viewer: Client, house: House) -> str:
    answer = viewer.get(f"/api/v1/playback/{house.content}")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["sources"]["hls"]).partition("/media/")[0]


def code(answer: object) -> tuple[int, str]:
    status, body = answer.status_code, answer  # type: ignore[attr-defined]
    return status, body.json()["code"] if status >= 400 else ""  # type: ignore[attr-defined]


@pytest.mark.parametrize("in_session", [True, False], ids=["playback session", "cookie"])
def test_sd_viewer_gets_nothing_above_sd(house: House, in_session: bool) -> None:
    viewer, full = viewer_with(house, max_quality="sd"), viewer_with(house)
    allowed, others = rungs("sd")
    for one in (full, viewer):  # what another viewer has read is cached
        prefix = session_prefix(one, house) if in_session else ""
        reader = house.plane.anonymous() if in_session else one
        unlimited = one is full
        for manifest in ("main.m3u8", "main.mpd"):
            text = reader.get(f"{prefix}/media/{house.media}/{manifest}").text
            assert all(name in text for name in allowed)
            assert all((name in text) == unlimited for name in others), manifest
        for name in [*allowed, *others]:
            open_to = unlimited or name in allowed
            playlist = reader.get(f"{prefix}{folder(house)}/{name}/index.m3u8")
            assert code(playlist) == ((200, "") if open_to else (404, "not_found"))
            for file in ("init.mp4", "0.m4s"):
                path = f"{prefix}{folder(house)}/{name}/{file}"
                for headers, status in (({}, 200), ({"Range": "bytes=0-1"}, 206), ({"If-None-Match": "*"}, 304)):
                    answer = reader.get(path, headers=headers)
                    assert code(answer) == ((status, "") if open_to else (403, "quality_not_included")), headers
                    assert open_to or answer.headers["cache-control"] == "no-store"
                assert reader.head(path).status_code == (200 if open_to else 403)
        assert reader.get(f"{prefix}{folder(house)}/{PLAN.audio[0].name}/0.m4s").status_code == 200
        assert reader.get(f"{prefix}{folder(house)}/thumbnails/0.jpg").status_code == 200


def test_other_spellings_of_a_refused_path_give_no_segment(house: House) -> None:
    viewer, (_, others) = viewer_with(house, max_quality="sd"), rungs("sd")
    name = others[0]
    for path in (f"{name.upper()}/0.m4s", f"{name}/00.m4s", f"./{name}/0.m4s", f"{name}//0.m4s", f"x/../{name}/0.m4s",
                 f"%2e/{name}/0.m4s", f"{name}%2f0.m4s", f"{name}/0.m4s/", f"{name}/0.m4s?x=1"):  # fmt: skip
        assert viewer.get(f"{folder(house)}/{path}").status_code in (403, 404), path


def test_check_of_nginx_refuses_renditions_above_the_limit(house: House) -> None:
    """What it allows must not be used for other renditions of the same session and revision."""
    allowed, others = rungs("sd")
    prefix = session_prefix(viewer_with(house, max_quality="sd"), house)
    unlimited = session_prefix(viewer_with(house), house)

    def check(prefix: str, name: str) -> tuple[int, str]:
        uri = f"{prefix}{folder(house)}/{name}/0.m4s"
        answer = house.plane.anonymous().get("/edge/check", headers={"X-Original-URI": uri})
        return answer.status_code, answer.headers["x-accel-expires"]

    assert check(prefix, allowed[0]) == (204, "0")
    assert check(prefix, others[0]) == (403, "0")
    assert check(unlimited, others[0]) == (204, "1")


def test_limit_that_changes_reaches_a_session_that_has_begun(house: House) -> None:
    viewer, (_, others) = house.plane.owner.colleague("audience"), rungs("sd")
    owner = house.plane.owner
    limited = owner.make("grants", user=viewer.id, scope="everything", max_quality="sd")
    better = owner.make("grants", user=viewer.id, scope="title", content=house.content, max_quality="hd")
    path = f"{session_prefix(viewer, house)}{folder(house)}/{others[0]}/0.m4s"
    anybody = house.plane.anonymous()
    assert anybody.get(path).status_code == 200, "the best permission counts"
    assert owner.delete(f"grants/{better['id']}").status_code == 204
    answer = until("the limit applies", lambda: (a := anybody.get(path)).status_code != 200 and a)
    assert code(answer) == (403, "quality_not_included")
    assert owner.patch(f"grants/{limited['id']}", json={"max_quality": None}).status_code == 200
    assert until("the limit ends", lambda: anybody.get(path).status_code == 200)


def test_title_that_exists_only_above_the_limit_does_not_start(house: House) -> None:
    content = content_in(house.plane.owner, "entitled")
    high = plan(Profile(heights=[720])).model_dump(mode="json")
    media = ready_media(house.plane, "members", content)
    revision = f"{REVISION[:-1]}{STATES.index('members')}"
    house.plane.set("revision", revision, plan=high)
    viewer = house.plane.owner.colleague("audience")
    house.plane.owner.make("grants", user=viewer.id, scope="title", content=content, max_quality="sd")
    answer = viewer.get(f"/api/v1/playback/{content}")
    assert code(answer) == (403, "quality_not_included")
    assert (
        answer.json()["title"] == "Your account includes this title up to SD, and it exists only in a higher quality."
    )
    assert code(viewer.get(f"/media/{media}/main.mpd")) == (403, "quality_not_included")


def test_denial_has_no_quality(house: House) -> None:
    owner = house.plane.owner
    body = {"user": owner.id, "scope": "everything", "effect": "deny", "max_quality": "sd"}
    answer = owner.post("grants", json=body)
    assert answer.status_code == 409 and answer.json()["errors"][0]["field"] == "max_quality"
    assert owner.post("grants", json=body | {"effect": "allow", "max_quality": "uhd"}).status_code == 422
    made = owner.make("grants", user=owner.id, scope="everything", max_quality="sd")
    assert owner.patch(f"grants/{made['id']}", json={"effect": "deny"}).status_code == 409


def test_keys_above_the_limit_are_left_out_unless_they_are_shared(house: House) -> None:
    keys, owner = house.plane.server.core.protection.keys, house.plane.owner
    media = ready_media(house.plane, "public", content_in(owner, "public"))

    def of(max_quality: Quality | None) -> set[str]:
        return set(house.plane.run(keys.ids_of_media(media, max_quality)))

    by_class = house.plane.run(keys.protect(owner.organization, media, "cbcs", TrackClass)).keys
    assert of(None) == set(by_class.values()) and len(of(None)) == 4
    assert of("hd") == of(None) - {by_class[TrackClass.UHD]}
    assert of("sd") == {by_class[TrackClass.AUDIO], by_class[TrackClass.SD]}
    assert owner.put("protection", json={"provider": "clearkey", "keys": "title"}).status_code == 200
    shared = house.plane.run(keys.protect(owner.organization, media, "cbcs", TrackClass, 1))
    (key,) = set(shared.keys.values())
    assert key not in of("sd"), "no revision uses it for SD yet"
    revision = f"{REVISION[:-1]}{STATES.index('public')}"
    house.plane.set("revision", revision, protection=shared.model_dump(mode="json"))
    assert key in of("sd")
