"""The guide on a server: the viewers' API, the feeds and the pages of the site, in every form the same ids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
from playwright.sync_api import expect

from tests.harness import OTNet, running
from tests.pages import Pages
from tests.studio import DASHBOARD, create_record, owner

NOW = datetime.now(UTC).replace(microsecond=0)
# Notifications that are permitted; `dueNow` makes all reminders due, and loads the page again.
PERMITTED = """
window.Notification = class {
  static permission = 'granted';
  static requestPermission = async () => 'granted';
  constructor(title) { document.documentElement.dataset.notified = title; }
};
window.dueNow = () => {
  const due = JSON.parse(localStorage['otnet.reminders']).map((one) => ({...one, starts_at: new Date().toISOString()}));
  localStorage['otnet.reminders'] = JSON.stringify(due);
  location.reload();
};
"""


@dataclass
class House:
    """A server with channels and a schedule, and nothing to play."""

    server: OTNet
    client: httpx.Client
    on: dict[str, Any]
    members: dict[str, Any]
    off: dict[str, Any]

    def json(self, path: str, *, signed_in: bool = False, **query: str) -> Any:
        client = self.client if signed_in else self.server.client
        answer = client.get(f"/api/v1/{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    base = tmp_path_factory.mktemp("guide")
    with running(base / "data", base) as server, owner(server) as client:
        on = create_record(client, "channels", name="Night & Day", slug="night", status="on", time_zone="Europe/Berlin")
        members = create_record(client, "channels", name="Members", slug="members", status="on", visibility="members")
        off = create_record(client, "channels", name="Off", slug="off")
        series = create_record(client, "series", title="The Signal Box")
        episode = create_record(client, "content", title="The lights", kind="episode", series=series["id"],
                                episode_number=2, visibility="public")  # fmt: skip
        secret = create_record(client, "content", title="Secret title", kind="film", visibility="public")
        assert client.post(f"{DASHBOARD}/content/{episode['id']}/publish", json={}).status_code == 200
        for channel in (on, members, off):
            for number, content in enumerate((episode, secret)):
                starts_at = (NOW + timedelta(hours=2 + number)).isoformat()
                create_record(client, "programs", channel=channel["id"], content=content["id"], starts_at=starts_at,
                              duration_s=3600, title="")  # fmt: skip
        yield House(server, client, on, members, off)


def test_channels_that_are_off_or_for_members_are_not_listed_for_everybody(house: House) -> None:
    assert [c["id"] for c in house.json("channels")["items"]] == [house.on["id"]]
    listed = house.json("channels", signed_in=True)["items"]
    assert {c["id"] for c in listed} == {house.on["id"], house.members["id"]}
    for name in (house.off["slug"], house.off["id"], house.members["slug"], "nothing", "a" * 500):
        assert house.server.get(f"/api/v1/channels/{name}").status_code == 404, name
        assert house.server.get(f"/channel/{name}").status_code == 404, name


def test_guide_has_the_programs_and_no_title_that_is_not_public(house: House) -> None:
    answer = house.server.get("/api/v1/guide")
    assert "Secret" not in answer.text
    (channel,) = answer.json()["channels"]
    programs = [e for e in channel["entries"] if e["kind"] == "program"]
    assert [e["title"] for e in programs] == ["The lights", "Night & Day"]
    assert programs[0]["series"] == "The Signal Box" and programs[0]["episode"] == 2
    assert programs[1]["content"] is programs[1]["program"] is None


def test_channel_has_what_follows(house: House) -> None:
    for name in (house.on["slug"], house.on["id"]):
        page = house.json(f"channels/{name}")
        assert page["next"]["title"] == "The lights" and page["playback"] == f"/api/v1/playback/{house.on['id']}"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"from": "yesterday"}, "bad_moment"),
        ({"from": "2026-12-24T20:15:00"}, "bad_moment"),
        ({"to": "0001-01-01T00:00:00Z"}, "bad_moment"),
        ({"from": "9999-12-31T23:59:59-23:59"}, "bad_moment"),
        ({"from": "2026-12-24T20:15:00Z", "to": "2026-12-24T20:15:00Z"}, "bad_range"),
        ({"from": "2026-12-01T00:00:00Z", "to": "2026-12-24T00:00:00Z"}, "bad_range"),
    ],
)
def test_bad_ranges_are_refused(house: House, query: dict[str, str], code: str) -> None:
    answer = house.server.client.get("/api/v1/guide", params=query)
    assert answer.status_code == 400 and answer.json()["code"] == code


def test_feeds_have_public_channels_by_the_same_ids(house: House) -> None:
    xml, m3u, made = (
        house.client.get(f"/feeds/{path}") for path in ("xmltv/guide.xml", "m3u/channels.m3u", "guide/guide.json")
    )
    assert xml.headers["content-type"] == "application/xml; charset=utf-8"
    assert m3u.headers["content-type"] == "audio/x-mpegurl; charset=utf-8"
    assert all(a.headers["cache-control"] and a.headers["etag"] for a in (xml, m3u, made))
    root = ET.fromstring(xml.text)
    assert [c.get("id") for c in root.findall("channel")] == [house.on["id"]]
    assert [p.findtext("title") for p in root.findall("programme")][-2:] == ["The Signal Box", "Night & Day"]
    assert [c["id"] for c in made.json()["channels"]] == [house.on["id"]]
    assert f'tvg-id="{house.on["id"]}"' in m3u.text
    assert f"{house.server.url}/channels/{house.on['id']}/main.m3u8" in m3u.text.splitlines()


def test_pages_have_meta_tags_and_are_in_the_sitemap(house: House) -> None:
    page = house.server.get("/channel/night")
    assert page.status_code == 200 and "<title>Night &amp; Day – " in page.text
    assert house.server.get("/guide").status_code == 200
    sitemap = house.server.get("/sitemap.xml").text
    assert "/channel/night<" in sitemap and "/guide<" in sitemap and "/channel/members<" not in sitemap
    assert house.json("site")["channels"] is True


def test_pages_of_the_channel_and_the_guide(house: House, pages: Pages) -> None:
    page = pages.open(width=1280, height=800, locale="en-US", service_workers="block", init=PERMITTED)
    page.goto(f"{house.server.url}/guide")
    expect(page.get_by_test_id("upcoming").get_by_text(re.compile("Night & Day · in [12] h")).first).to_be_visible()
    table = page.get_by_test_id("guide-grid")
    expect(table.get_by_role("link", name="The lights")).to_be_visible()
    expect(page.get_by_role("navigation", name="Main").first.get_by_role("link", name="Channels")).to_be_visible()
    table.get_by_role("link", name="Night & Day").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("LIVE")
    expect(page.get_by_test_id("next-up")).to_contain_text("The lights")
    page.get_by_role("button", name="Remind me of “The lights”").click()
    expect(page.get_by_role("button", name="Don’t remind me of “The lights”")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Add “The lights” to a calendar").click()
    assert download.value.suggested_filename == "The-lights.ics"
    page.evaluate("() => dueNow()")
    expect(page.locator("html")).to_have_attribute("data-notified", "The lights")
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{house.server.url}/guide")
    expect(page.get_by_test_id("guide-grid")).to_be_hidden()
    expect(page.get_by_role("heading", name="Night & Day")).to_be_visible()


def test_private_server_refuses_the_guide(tmp_path: Any) -> None:
    with running(tmp_path / "data", options=()) as server:
        for path in ("/api/v1/channels", "/api/v1/channels/night", "/api/v1/guide", "/feeds/xmltv/guide.xml"):
            assert server.get(path).status_code == 401, path
