"""Interstitials: the tags of HLS, the lists of ads, and who may have them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import httpx
import pytest

from otnet_server.channels.airing import MAX_ADS, MAX_COHORTS, cohort_of_number, interstitial_number
from otnet_server.channels.interstitials import cohort_of, with_cohort, with_lists
from otnet_server.channels.urls import AdPath, Kind, parse
from otnet_server.manifests import dash, hls
from otnet_server.media.presentation import BreakSpan
from tests.channels.house import House
from tests.channels.test_players import player_page
from tests.channels.test_playout import read_with_ffmpeg, run_command
from tests.harness import until
from tests.manifests.presentations import EPOCH
from tests.manifests.test_ad_breaks import CLOSED, tags, with_break
from tests.pages import Pages
from tests.studio import create_record

ID = "c" * 12


def test_break_has_the_tag_of_its_ads_for_a_cohort() -> None:
    shown = replace(with_break(), breaks=with_lists([CLOSED], 3))
    out, ads, closed = tags(hls.media(shown, "720p") or "")
    assert ads == (
        '#EXT-X-DATERANGE:ID="ads-1",CLASS="com.apple.hls.interstitial",START-DATE="2026-05-01T06:00:08.000+00:00",'
        'DURATION=12.000,X-ASSET-LIST="../ads/1/3/list.json",X-PLAYOUT-LIMIT=12.000,X-RESTRICT="SKIP,JUMP",'
        'X-SNAP="OUT,IN"'
    )
    assert "SCTE35-OUT" in out and "SCTE35-IN" in closed
    assert "RESUME-OFFSET" not in ads, "viewers stay at the live edge"
    assert all(tags(hls.media(shown, name) or "") == [out, ads, closed] for name in shown.renditions.by_name)
    assert dash.mpd(shown, EPOCH) == dash.mpd(with_break(CLOSED), EPOCH), "DASH has signals alone"


def test_break_of_a_live_stream_has_no_ads() -> None:
    span = BreakSpan(1 << 31, Fraction(8), None, event=7)
    assert with_lists([span], 0) == (span,)


def test_multivariant_playlist_of_a_cohort_names_its_playlists() -> None:
    text = hls.multivariant(with_break())
    of_cohort = with_cohort(text, 3)
    assert of_cohort.count("/index.m3u8?cohort=3") == text.count("/index.m3u8") > 1
    assert of_cohort.replace("?cohort=3", "") == text


def test_viewer_is_always_in_the_same_cohort_and_cohorts_are_alike_in_size() -> None:
    cohorts = [cohort_of(ID, f"viewer {n}", 4) for n in range(1000)]
    assert cohorts == [cohort_of(ID, f"viewer {n}", 4) for n in range(1000)]
    assert all(200 < cohorts.count(n) < 300 for n in range(4))


def test_interstitials_are_counted_apart_from_airings() -> None:
    places = [(b, c, p) for b in (0, 1, 7, (1 << 20) - 1) for c in (0, MAX_COHORTS - 1) for p in (0, MAX_ADS - 1)]
    numbers = [interstitial_number(*place) for place in places]
    assert len(set(numbers)) == len(places) and all(-(2**31) <= n < 0 for n in numbers)
    assert [cohort_of_number(n) for n in numbers] == [cohort for _, cohort, _ in places]
    assert cohort_of_number(12) == 0 and interstitial_number(2**31, 15, 99) >= -(2**31)


@pytest.mark.parametrize(
    ("path", "kind", "ad"),
    [
        ("ads/5/0/list.json", Kind.ASSET_LIST, AdPath(5, 0)),
        ("ads/5/15/2/0a1b2c3d4e/main.m3u8", Kind.MANIFEST, AdPath(5, 15, 2, "0a1b2c3d4e")),
        ("ads/5/1/2/0a1b2c3d4e/720p/index.m3u8", Kind.PLAYLIST, AdPath(5, 1, 2, "0a1b2c3d4e")),
        ("ads/5/1/2/0a1b2c3d4e/720p/init.mp4", Kind.INIT_SEGMENT, AdPath(5, 1, 2, "0a1b2c3d4e")),
        ("ads/5/1/2/0a1b2c3d4e/720p/96000.m4s", Kind.SEGMENT, AdPath(5, 1, 2, "0a1b2c3d4e")),
        ("ads/5/16/list.json", None, None),
        ("ads/05/0/list.json", None, None),
        ("ads/5/0/100/0a/main.m3u8", None, None),
        ("ads/5/0/0/main.m3u8", None, None),
        ("ads/5/0/0/0a/main.mpd", None, None),
        ("ads/5/0/0/../main.m3u8", None, None),
        ("ads/-1/0/list.json", None, None),
        ("ads/5/٣/list.json", None, None),
    ],
)
def test_paths_of_interstitials(path: str, kind: Kind | None, ad: AdPath | None) -> None:
    parsed = parse(f"/channels/{ID}/{path}")
    assert (parsed.kind if parsed else None, parsed.ad if parsed else None) == (kind, ad)


# --- on a real server ---


@dataclass
class Breaks:
    """A channel with interstitials for two cohorts. There is a break in its window."""

    house: House
    id: str

    def get(self, path: str, prefix: str = "", **query: Any) -> httpx.Response:
        return self.house.client.get(f"{prefix}/channels/{self.id}/{path}", params=query)

    def list_url(self, **query: Any) -> str:
        """The path of the newest list in the playlist of a rendition."""
        text = self.get("360p/index.m3u8", **query).text
        return re.findall(r'X-ASSET-LIST="\.\./([^"]+)"', text)[-1]


@pytest.fixture(scope="module")
def breaks(house: House) -> Iterator[Breaks]:
    content = {c["title"]: c["id"] for c in house.client.get("/api/v1/dashboard/content").json()["items"]}
    channel = create_record(
        house.client, "channels", name="Interstitials", language="en", status="on", scheduler="loop", window_s=60,
        titles=[content["Three"]], ads="interstitials", ad_break_s=5, ad_titles=[content["Jingle"], content["Secret"]],
        ad_cohorts=2, visibility="members",
    )  # fmt: skip
    log, playlist = f"/api/v1/dashboard/channels/{channel['id']}/airings", f"/channels/{channel['id']}/360p/index.m3u8"

    def ahead() -> bool:
        """Manifests are the same everywhere once the playout is ahead of the clock."""
        items = house.client.get(log).json()["items"]
        return bool(items) and items[-1]["ends_at"] > (datetime.now(UTC) + timedelta(seconds=60)).isoformat()

    until("the playout is ahead of the clock", ahead)
    until("breaks have begun", lambda: house.client.get(playlist).text.count("X-ASSET-LIST") > 1)
    yield Breaks(house, channel["id"])
    assert house.client.delete(f"/api/v1/dashboard/channels/{channel['id']}").status_code in (200, 204)


def test_list_names_the_ads_of_the_break_and_each_plays(breaks: Breaks) -> None:
    sources = breaks.house.client.get(f"/api/v1/playback/{breaks.id}").json()["sources"]
    answer = breaks.get(breaks.list_url(), "/".join(sources["hls"].split("/")[:3]))
    assert answer.headers["content-type"] == "application/json" and answer.headers["cache-control"] == "no-store"
    [asset] = answer.json()["ASSETS"]  # the protected one is left out
    assert asset["URI"].startswith(f"{breaks.house.server.url}/p/") and abs(asset["DURATION"] - 3) < 0.1
    for name in ("270p", "audio-und-stereo"):
        played = read_with_ffmpeg(asset["URI"].replace("main", f"{name}/index"), "-f", "null", "-")
        assert played == "", name
    playlist = breaks.house.client.get(asset["URI"].replace("main.m3u8", "270p/index.m3u8"))
    total = sum(map(float, re.findall(r"#EXTINF:([\d.]+)", playlist.text)))
    assert playlist.text.endswith("#EXT-X-ENDLIST\n") and abs(total - asset["DURATION"]) < 0.1


def test_lists_and_ads_are_for_those_who_may_play_the_channel(breaks: Breaks) -> None:
    url = breaks.list_url()
    uri = httpx.URL(breaks.get(url).json()["ASSETS"][0]["URI"]).path
    with httpx.Client(base_url=breaks.house.server.url) as stranger:
        assert {stranger.get(p).status_code for p in (f"/channels/{breaks.id}/{url}", uri)} == {401}
        configuration = breaks.house.client.get(f"/api/v1/playback/{breaks.id}").json()
        prefix = re.match("/p/[^/]+", configuration["sources"]["hls"])
        assert prefix is not None
        [asset] = stranger.get(f"{prefix[0]}/channels/{breaks.id}/{url}").json()["ASSETS"]
        assert f"{prefix[0]}/channels/" in asset["URI"] and stranger.get(asset["URI"]).status_code == 200
        other = breaks.house.channel["id"]
        assert stranger.get(f"{prefix[0]}/channels/{other}/{url}").status_code == 404


def test_no_other_title_can_be_had_as_an_ad(breaks: Breaks) -> None:
    number = int(breaks.list_url().split("/")[1])
    [asset] = breaks.get(breaks.list_url()).json()["ASSETS"]
    revision = asset["URI"].split("/")[-2]
    for path in (
        f"ads/{number}/0/1/{revision}/main.m3u8",  # another place
        f"ads/{number}/0/0/0123456789/main.m3u8",  # another revision
        f"ads/{number - 1}/0/list.json",  # the title before the break
        f"ads/{number + 100_000}/0/list.json",
        f"ads/{number}/5/0/{revision}/main.m3u8",  # a cohort without a decision
    ):
        assert breaks.get(path).status_code == 404, path
    assert breaks.get(f"ads/{number}/5/list.json").json() == {"ASSETS": []}
    inserted = breaks.house.client.get(breaks.house.url(f"ads/{number}/0/list.json"))
    assert inserted.status_code == 404, "a channel without interstitials"


def test_cohort_has_the_same_manifests_everywhere(breaks: Breaks, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    configuration = breaks.house.client.get(f"/api/v1/playback/{breaks.id}")
    assert configuration.headers["cache-control"] == "no-store"
    sources = configuration.json()["sources"]
    assert re.search(r"\?cohort=[01]$", sources["hls"]) and re.search(r"\?cohort=[01]$", sources["dash"])
    assert breaks.house.client.get(f"/api/v1/playback/{breaks.id}").json()["sources"]["hls"][-1] == sources["hls"][-1]
    at = breaks.get("main.m3u8").headers["otnet-at"]
    for cohort in (0, 1):
        served = breaks.get("360p/index.m3u8", at=at, cohort=cohort).content
        assert f"/{cohort}/list.json".encode() in served
        options = ("--at", at, "--rendition", "360p", "--cohort", str(cohort))
        data = str(breaks.house.server.data)
        with pytest.raises(SystemExit) as ended:
            run_command(["channel", "manifest", breaks.id, *options, "--data", data])
        assert ended.value.code == 0 and capsysbinary.readouterr().out == served
    multivariant = breaks.get("main.m3u8", cohort=1).text
    assert "360p/index.m3u8?cohort=1" in multivariant
    assert breaks.get("main.m3u8", cohort=3).text == multivariant, "there are two cohorts now"


@pytest.mark.parametrize("cohort", ["x", "-1", "16", "1 ", "", "0x1"])
def test_manifest_of_a_wrong_cohort_is_refused(breaks: Breaks, cohort: str) -> None:
    answer = breaks.get("main.m3u8", cohort=cohort)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cohort")


def test_hls_js_plays_the_ads_and_goes_on_with_the_channel(breaks: Breaks, pages: Pages) -> None:
    page = player_page(pages, breaks.house, "hls.js")
    url = breaks.house.client.get(f"/api/v1/playback/{breaks.id}").json()["sources"]["hls"]
    page.evaluate(
        """(url) => { window.ads = []; window.resumed = []; const video = document.querySelector('video');
        const hls = new Hls();
        hls.on(Hls.Events.ERROR, (_, data) => { if (data.fatal || data.details.includes('sset')) errors.push(data.details); });
        hls.on(Hls.Events.INTERSTITIAL_ASSET_ENDED, (_, data) => ads.push(data.asset.uri));
        hls.on(Hls.Events.INTERSTITIALS_PRIMARY_RESUMED, () => resumed.push(video.currentTime));
        hls.loadSource(url); hls.attachMedia(video); video.play(); }""",
        url,
    )

    def played() -> bool:
        assert page.evaluate("errors") == []
        return bool(page.evaluate("ads.length && resumed.length"))

    until("an ad was played, and the channel went on", played, 60)
    assert re.search(r"/p/[^/]+/channels/.*/ads/\d+/[01]/0/[0-9a-f]+/main.m3u8", page.evaluate("ads[0]"))
    position = page.evaluate("document.querySelector('video').currentTime")
    until("pictures follow", lambda: page.evaluate("document.querySelector('video').currentTime") != position, 20)
