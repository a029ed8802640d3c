"""A protected library from the outside: what is stored and served, who gets licences, and changes of the protection."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import jwt
import pytest

from otnet_server.config import load
from tests import studio
from tests.harness import FFPROBE, TLS_CONTEXT, OTNet, make_film, until
from tests.pages import Pages
from tests.protection.fake_drmtoday import SECRETS, FakeDrmToday
from tests.protection.house import House, encoded, is_encrypted

PROFILE = "[profiles.small]\npreset = 'ultrafast'\nheights = [720, 360, 180]\n"
NO_KEY = "00" * 16
SHARED_SECRET = SECRETS["harbour"]
PROTECTION = "/api/v1/dashboard/protection"


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeDrmToday]:
    with FakeDrmToday() as server:
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, provider: FakeDrmToday) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("protected")
    make_film(folder / "library" / "First.mp4", 6, size="640x360", extra=("-bf", "2"))
    make_film(folder / "library" / "Second.mp4", 4, size="640x360", rate="24")
    make_film(folder / "library" / "High.mp4", 4, size="1280x720", rate="24")
    config = folder / "otnet.toml"
    library = json.dumps(str(folder / "library"))
    plugins = json.dumps([*load().plugins.enabled, "drm_drmtoday"])
    config.write_text(
        f"{PROFILE}[plugins]\nenabled = {plugins}\n[plugins.config.drm_drmtoday]\nproduction_url = '{provider.url}'\n"
        f"[[libraries]]\npath = {library}\nprofile = 'small'\nprotection = 'cbcs'\n"
    )
    server = OTNet(folder / "data", [], ("--public", "--config", str(config)))
    try:
        server.start()
        with studio.owner(server) as owner:
            ids = [server.settled(name)["id"] for name in ("First", "Second", "High")]
            yield House(server, owner, *ids)
    finally:
        server.stop()


def test_stored_segments_are_encrypted_and_named_by_no_system(house: House, tmp_path: Path) -> None:
    segments = house.segments(house.first)
    assert {url.split("/")[4] for url in segments} == {"360p", "180p", "audio-und-stereo"}
    videos = [url for url in segments if url.endswith(".m4s") and "p/" in url]
    assert all(is_encrypted(house, url, tmp_path) for url in videos)
    for url in (url for url in segments if url.endswith("init.mp4")):
        assert b"pssh" not in house.server.get(url).content
    assert house.server.get(f"/media/{house.first}/{segments[0].split('/')[3]}/sound.m4a").status_code == 404


def test_each_track_class_has_its_own_key(house: House) -> None:
    mpd = house.server.get(f"/media/{house.first}/main.mpd").text
    key_ids = house.key_ids(house.first)
    assert len(key_ids) == 2 and len(set(house.key_ids(house.second)) | set(key_ids)) == 4
    assert mpd.count('value="cbcs"') == 2 and mpd.count("edef8ba9") == 0


def test_configuration_is_not_cached_and_its_token_is_for_one_title(house: House) -> None:
    answer = house.server.get(f"/api/v1/playback/{house.first}")
    assert answer.headers["cache-control"] == "no-store"
    drm = answer.json()["drm"]
    assert drm["servers"] == {"org.w3.clearkey": "/api/v1/licence/clearkey"}
    jwks = house.server.get("/.well-known/jwks.json").json()
    key = jwt.PyJWKSet.from_dict(jwks)[jwt.get_unverified_header(drm["token"])["kid"]]
    claims = jwt.decode(drm["token"], key, ["ES256"], audience="otnet:licence")
    assert claims["asset"] == house.first and sorted(claims["kids"]) == sorted(house.key_ids(house.first))
    assert 240 < claims["exp"] - claims["iat"] <= 300 and not {"d"} & {name for k in jwks["keys"] for name in k}


def test_licence_has_the_requested_keys_of_the_title(house: House) -> None:
    token, key_ids = house.playback(house.first)["drm"]["token"], house.key_ids(house.first)
    answer = house.licence(token, key_ids)
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert sorted(k["kid"] for k in answer.json()["keys"]) == sorted(map(encoded, key_ids))
    (one,) = house.licence(token, [key_ids[0], NO_KEY]).json()["keys"]
    assert one["kid"] == encoded(key_ids[0]), "a licence may be partial"
    url = f"{house.server.url}/api/v1/licence/clearkey/keys/{key_ids[0]}"
    raw = httpx.get(url, headers={"Authorization": f"Bearer {token}"}, verify=TLS_CONTEXT)
    assert encoded(raw.content.hex()) == one["k"]


def test_refusals_name_their_reason(house: House) -> None:
    token, other = (house.playback(m)["drm"]["token"] for m in (house.first, house.second))
    key_ids = house.key_ids(house.first)
    cases = {
        "token_missing": (401, house.licence(None, key_ids)),
        "token_invalid": (401, house.licence(token[:-4] + "AAAA", key_ids)),
        "not_authorized": (403, house.licence(other, key_ids)),
    }
    cases["bad_challenge"] = (
        400,
        httpx.post(f"{house.server.url}/api/v1/licence/clearkey", content=b"[", verify=TLS_CONTEXT,
                   headers={"Authorization": f"Bearer {token}"}),
    )  # fmt: skip
    for code, (status, answer) in cases.items():
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        kind = {401: "insufficient-proof-of-authorization", 403: "not-authorized"}.get(status)
        assert kind is None or answer.json()["type"] == f"https://dashif.org/drm-problems/{kind}"


@pytest.mark.parametrize("system", ["widevine", "playready", "fairplay"])
def test_systems_of_other_providers_are_refused(house: House, system: str) -> None:
    token = house.playback(house.first)["drm"]["token"]
    answer = httpx.post(f"{house.server.url}/api/v1/licence/{system}", content=b"x", verify=TLS_CONTEXT,
                        headers={"Authorization": f"Bearer {token}"})  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (404, "system_not_offered")


def test_key_of_another_title_is_refused(house: House) -> None:
    token = house.playback(house.second)["drm"]["token"]
    url = f"{house.server.url}/api/v1/licence/clearkey/keys/{house.key_ids(house.first)[0]}"
    assert httpx.get(url, headers={"Authorization": f"Bearer {token}"}, verify=TLS_CONTEXT).status_code == 403


def test_large_challenge_is_refused(house: House) -> None:
    token = house.playback(house.first)["drm"]["token"]
    answer = httpx.post(f"{house.server.url}/api/v1/licence/clearkey", content=b" " * 70_000, verify=TLS_CONTEXT,
                        headers={"Authorization": f"Bearer {token}"})  # fmt: skip
    assert answer.status_code == 413


def test_ended_session_gets_no_other_licence(house: House) -> None:
    configuration = house.playback(house.first)
    token, session = configuration["drm"]["token"], configuration["session"]["url"]
    renewed = httpx.post(f"{house.server.url}{session}/heartbeat", verify=TLS_CONTEXT).json()
    assert renewed["token"] and house.licence(renewed["token"], house.key_ids(house.first)).status_code == 200
    assert httpx.delete(f"{house.server.url}{session}", verify=TLS_CONTEXT).status_code == 204

    def refused() -> bool:
        answer = house.licence(token, house.key_ids(house.first))
        return answer.status_code == 403 and answer.json()["code"] == "session_ended"

    assert until("the ended session is refused", refused, 30)


def test_too_many_licences_of_a_session_are_refused(house: House) -> None:
    token = house.playback(house.second)["drm"]["token"]
    answers = [house.licence(token, house.key_ids(house.second)) for _ in range(130)]
    assert answers[0].status_code == 200 and answers[-1].json()["code"] == "too_many_licences"
    assert "retry-after" in answers[-1].headers


def test_log_says_who_got_which_licence_without_keys(house: House) -> None:
    key_ids = house.key_ids(house.first)
    for media in (house.first, house.second):
        house.licence(house.playback(media)["drm"]["token"], key_ids)

    def page(before: int | None) -> dict[str, Any]:
        query = {"before": before} if before is not None else {}
        found: dict[str, Any] = house.owner.get("/api/v1/dashboard/protection/licences", params=query).json()
        return found

    def entries() -> list[dict[str, Any]] | None:
        current = page(None)
        items = current["items"]
        while current["next"] is not None:
            current = page(current["next"])
            items += current["items"]
        return items if {"granted", "not_authorized"} <= {i["outcome"] for i in items} else None

    items = until("the log has the licences", entries, 30)
    entry = next(i for i in items if i["outcome"] == "granted")
    assert entry["system"] == "clearkey" and entry["title"] in ("First", "Second") and entry["keys"] == 2
    assert len({i["id"] for i in items}) == len(items)


def test_keys_are_in_no_argument_file_or_log(house: House) -> None:
    """The content keys as a licence gives them, in the forms that tools use."""
    token, key_ids = house.playback(house.first)["drm"]["token"], house.key_ids(house.first)
    keys = [k["k"] for k in house.licence(token, key_ids).json()["keys"]]
    raw = [base64.urlsafe_b64decode(k + "==") for k in keys]
    needles = [form for key in raw for form in (key, key.hex().encode(), base64.b64encode(key))]
    files = [p for p in house.server.data.parent.rglob("*") if p.is_file()]
    for path in files:
        data = path.read_bytes()
        assert not any(needle in data for needle in needles), path


def test_unprotecting_and_protecting_again_repackages_without_encoding(house: House, tmp_path: Path) -> None:
    media, database = house.second, house.database
    encrypted = house.segments(media)
    before = house.settle(media, "cbcs")
    path = f"/api/v1/dashboard/media/{media}"
    version = {"If-Match": house.owner.get(path).headers["etag"]}
    assert house.owner.patch(path, json={"protection": "none"}, headers=version).status_code == 200
    house.settle(media, "none")
    clear = house.segments(media)
    assert not set(clear) & set(encrypted) and house.playback(media).get("drm") is None
    joined = tmp_path / "clear.mp4"
    video = sorted((u for u in clear if "/360p/" in u and u.endswith(".m4s")), key=lambda u: int(u.split("/")[-1][:-4]))
    joined.write_bytes(
        b"".join(house.server.get(u).content for u in [f"{video[0].rpartition('/')[0]}/init.mp4", *video])
    )
    argv = [
        FFPROBE,
        "-v",
        "error",
        "-count_frames",
        "-show_entries",
        "stream=nb_read_frames",
        "-of",
        "csv=p=0",
        str(joined),
    ]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "96" and not done.stderr, "every picture decodes: 4 s at 24"

    version = {"If-Match": house.owner.get(path).headers["etag"]}
    assert house.owner.patch(path, json={"protection": "cenc"}, headers=version).status_code == 200
    after = house.settle(media, "cenc")
    assert after["duration_s"] == before["duration_s"]
    assert all(is_encrypted(house, u, tmp_path) for u in house.segments(media) if u.endswith(".m4s") and "p/" in u)
    reached = [json.loads(r[0]) for r in database.execute("SELECT reached FROM revision WHERE media = ?", [media])]
    assert sum("probed" in states for states in reached) == 1, "the file was read once"

    # After everybody who watched the earlier revisions can have reached the end, their objects are deleted.
    database.execute(
        "UPDATE revision SET reached = json_set(reached, '$.ready', '2026-01-01') WHERE media = ?", [media]
    )
    database.commit()
    house.owner.patch(path, json={"title": "Second film"}, headers={"If-Match": house.owner.get(path).headers["etag"]})
    gone = [u for u in house.urls if media in u and u not in set(house.segments(media))]
    assert gone
    until("the earlier segments are gone", lambda: all(house.server.get(u).status_code == 404 for u in gone[:3]), 30)
    assert {house.server.get(u).status_code for u in gone} == {404}
    assert all(house.server.get(u).status_code == 200 for u in house.segments(media))


def test_new_keys_replace_the_old_ones(house: House) -> None:
    media, before = house.first, set(house.key_ids(house.first))
    assert house.owner.post(f"/api/v1/dashboard/media/{media}/rekey", json={}).status_code == 200
    until("there are new keys", lambda: len(house.key_ids(media)) == 4, 20)
    house.settle(media, "cbcs")
    new = [k for k in house.key_ids(media) if k not in before]
    mpd = house.server.get(f"/media/{media}/main.mpd").text.replace("-", "")
    assert all(k in mpd for k in new) and not any(k in mpd for k in before)
    token = house.playback(media)["drm"]["token"]
    assert len(house.licence(token, house.key_ids(media)).json()["keys"]) == 4, "also for those who still play the old"


def test_data_key_is_rotated_while_titles_play(house: House) -> None:
    token, key_ids = house.playback(house.first)["drm"]["token"], house.key_ids(house.first)
    before = house.licence(token, key_ids).json()
    assert house.owner.post("/api/v1/dashboard/protection/rotate", json={}).json()["secrets"] >= 4
    assert house.licence(token, key_ids).json() == before
    assert house.playback(house.second)["drm"]["token"], "the signing key was encrypted again too"


ACCOUNT = {"merchant": "harbour", "key_name": "k1", "shared_secret": SHARED_SECRET}


def save_account(house: House, **changes: str) -> None:
    answer = house.owner.put(f"{PROTECTION}/providers/drmtoday", json={"settings": ACCOUNT | changes})
    assert answer.status_code == 200, answer.text


def choose(house: House, provider: str, device_security: str = "any") -> None:
    choice = {"provider": provider, "keys": "class", "device_security": device_security}
    answer = house.owner.put(PROTECTION, json=choice)
    assert answer.status_code == 200, answer.text


def widevine(house: House, token: str) -> httpx.Response:
    return httpx.post(f"{house.server.url}/api/v1/licence/widevine", content=b"a challenge", verify=TLS_CONTEXT,
                      headers={"Authorization": f"Bearer {token}"})  # fmt: skip


def test_switch_of_the_provider_needs_no_restart_and_no_new_segments(house: House, provider: FakeDrmToday) -> None:
    media, segments = house.first, house.segments(house.first)
    account = f"{PROTECTION}/providers/drmtoday"
    save_account(house, shared_secret="ab" * 64)
    assert house.owner.post(f"{account}/test", json={}).json()["works"] is False
    save_account(house)
    tested = house.owner.post(f"{account}/test", json={}).json()
    assert tested["works"] is True, tested
    before = house.playback(media)["drm"]["token"]
    choose(house, "drmtoday")
    configuration = house.playback(media)
    assert configuration["drm"]["servers"] == {
        "com.widevine.alpha": "/api/v1/licence/widevine", "com.microsoft.playready": "/api/v1/licence/playready",
        "com.apple.fps": "/api/v1/licence/fairplay",
    }  # fmt: skip
    assert configuration["drm"].keys() == {"servers", "token", "certificate"}
    mpd = house.server.get(f"/media/{media}/main.mpd").text
    assert "edef8ba9-79d6-4ace-a3c8-27dcd51d21ed" in mpd and "e2719d58" not in mpd, "Clear Key is signalled on its own"
    for token in (before, configuration["drm"]["token"]):
        answer = widevine(house, token)
        assert (answer.status_code, answer.content) == (200, b"licence of harbour for a challenge"), answer.text
    assert json.loads(provider.claims["crt"]) and json.loads(provider.claims["optData"])["merchant"] == "harbour"
    clear = house.licence(before, house.key_ids(media))
    assert clear.json()["code"] == "system_not_offered", "no key leaves the server in another way"
    key = f"{house.server.url}/api/v1/licence/clearkey/keys/{house.key_ids(media)[0]}"
    assert httpx.get(key, headers={"Authorization": f"Bearer {before}"}, verify=TLS_CONTEXT).status_code == 404
    assert house.segments(media) == segments
    choose(house, "drmtoday", "hardware")
    levels = house.playback(media)["drm"]["robustness"]
    assert levels["com.widevine.alpha"] == {"video": ["HW_SECURE_ALL"], "audio": ["SW_SECURE_CRYPTO"]}
    assert levels["com.microsoft.playready"]["video"] == ["3000"] and "com.apple.fps" not in levels
    choose(house, "clearkey", "hardware")
    assert "robustness" not in house.playback(media)["drm"], "Clear Key has no levels"
    choose(house, "clearkey")


def test_failure_of_the_provider_is_said_and_passes(house: House, provider: FakeDrmToday) -> None:
    save_account(house)
    choose(house, "drmtoday")
    token = house.playback(house.first)["drm"]["token"]
    provider.behaviour = 500
    failed = [widevine(house, token) for _ in range(6)]
    assert [answer.status_code for answer in failed] == [502] * 5 + [503], "it is not asked for a moment"
    assert {answer.json()["code"] for answer in failed} == {"provider_failed", "provider_unavailable"}
    assert int(failed[-1].headers["retry-after"]) > 0
    provider.behaviour = None
    assert widevine(house, house.playback(house.first)["drm"]["token"]).status_code == 200, "other sessions go on"
    choose(house, "clearkey")
    assert house.licence(house.playback(house.first)["drm"]["token"], house.key_ids(house.first)).status_code == 200


def test_secret_of_the_provider_is_nowhere(house: House) -> None:
    """The canary is SHARED_SECRET: in no file of the server, response, event, audit entry or argument of a process."""
    save_account(house)
    needles = [
        SHARED_SECRET.encode(),
        bytes.fromhex(SHARED_SECRET),
        base64.b64encode(bytes.fromhex(SHARED_SECRET))[:-4],
    ]
    texts = [p.read_bytes() for p in house.server.data.parent.rglob("*") if p.is_file()]
    texts += [p.read_bytes() for p in Path("/proc").glob("[0-9]*/cmdline")]
    for path in (PROTECTION, f"{PROTECTION}/licences", "/api/v1/dashboard/events", "/api/v1/dashboard/audit_entries"):
        answer = house.owner.get(path)
        assert answer.status_code == 200, path
        texts.append(answer.content)
    assert not any(needle in text for needle in needles for text in texts)
    account = next(p for p in house.owner.get(PROTECTION).json()["providers"] if p["name"] == "drmtoday")
    assert (
        account["secrets"]["shared_secret"]["set_by"] == "ann@example.org"
        and "shared_secret" not in account["settings"]
    )


@pytest.fixture(scope="module")
def sd_viewer(house: House) -> Iterator[httpx.Client]:
    """A viewer whose grant includes the title `high` up to SD."""
    record = f"/api/v1/dashboard/content/{house.content(house.high)}"
    version = {"If-Match": house.owner.get(record).headers["etag"]}
    assert house.owner.patch(record, json={"visibility": "entitled"}, headers=version).status_code == 200
    invitation = studio.create_record(house.owner, "invitations", email="vera@example.org", role="audience")
    with httpx.Client(base_url=house.server.url, timeout=60) as viewer:
        body = {"token": invitation["link"].partition("token=")[2], "name": "Vera", "password": "another long password"}
        joined = viewer.post("/api/v1/auth/invitation/accept", json=body)
        assert joined.status_code in (200, 201), joined.text
        studio.create_record(house.owner, "grants", user=joined.json()["user"]["id"], scope="everything",
                             max_quality="sd")  # fmt: skip
        yield viewer


def test_sd_viewer_gets_neither_keys_nor_segments_nor_names_of_hd(house: House, sd_viewer: httpx.Client) -> None:
    by_class = dict(house.database.execute("SELECT track_class, id FROM content_key WHERE media = ?", [house.high]))
    assert by_class.keys() == {"AUDIO", "SD", "HD"}
    configuration = sd_viewer.get(f"/api/v1/playback/{house.high}").json()
    hd = UUID(by_class.pop("HD"))
    tokens = [configuration["drm"]["token"]]
    tokens.append(httpx.post(f"{house.server.url}{configuration['session']['url']}/heartbeat",
                             verify=TLS_CONTEXT).json()["token"])  # fmt: skip
    for token in tokens:
        licence = house.licence(token, [*by_class.values(), hd.hex])
        assert sorted(k["kid"] for k in licence.json()["keys"]) == sorted(map(encoded, by_class.values()))
        assert house.licence(token, [hd.hex]).status_code == 403
        key = f"{house.server.url}/api/v1/licence/clearkey/keys/{hd.hex}"
        assert httpx.get(key, headers={"Authorization": f"Bearer {token}"}, verify=TLS_CONTEXT).status_code == 403
    everything = house.owner.get(f"/media/{house.high}/main.mpd").text
    assert str(hd) in everything and "720p" in everything
    for url in configuration["sources"].values():
        manifest = house.server.get(url)
        assert manifest.status_code == 200 and "360p" in manifest.text
        assert "720p" not in manifest.text and not {str(hd), hd.hex} & set(
            re.findall("[0-9a-f-]{32,36}", manifest.text)
        )
    prefix = configuration["sources"]["hls"].partition("/media/")[0]
    (revision,) = house.database.execute("SELECT playing FROM media WHERE id = ?", [house.high]).fetchone()
    folder = f"{prefix}/media/{house.high}/{revision}"
    assert house.server.get(f"{folder}/360p/0.m4s").status_code == 200
    for name in ("init.mp4", "0.m4s"):
        answer = house.server.get(f"{folder}/720p/{name}")
        assert (answer.status_code, answer.json()["code"]) == (403, "quality_not_included")


def test_administrator_who_plays_as_the_sd_viewer_gets_the_same_keys(house: House, sd_viewer: httpx.Client) -> None:
    viewer = sd_viewer.get("/api/v1/auth/session").json()["user"]["id"]
    made = house.owner.post("/api/v1/dashboard/play_as", json={"viewer": viewer, "title": house.content(house.high)})
    link = made.json()["link"].removeprefix("/preview/")
    token = house.server.get(f"/api/v1/site/previews/{link}/playback").json()["drm"]["token"]
    by_class = dict(house.database.execute("SELECT track_class, id FROM content_key WHERE media = ?", [house.high]))
    keys = house.licence(token, list(by_class.values())).json()["keys"]
    assert sorted(k["kid"] for k in keys) == sorted(encoded(by_class[c]) for c in ("AUDIO", "SD"))


@pytest.mark.browser
def test_sd_viewer_plays_in_sd(pages: Pages, house: House, sd_viewer: httpx.Client) -> None:
    page = pages.open(width=800, height=500)
    cookies = [{"name": n, "value": v, "url": house.server.url} for n, v in sd_viewer.cookies.items()]
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    page.goto(f"{house.server.url}/embed/{house.high}?skin=video")
    page.wait_for_function("() => document.querySelector('otnet-video').engine.config")
    page.evaluate("void document.querySelector('otnet-video').engine.play()")
    page.wait_for_function("() => document.querySelector('otnet-video').engine.video.currentTime > 1")
    assert page.evaluate("document.querySelector('otnet-video').engine.video.videoHeight") <= 360
