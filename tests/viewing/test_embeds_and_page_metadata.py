"""Player configuration, embedding permissions, oEmbed, page metadata, sitemaps and the web app manifest."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

from otnet_server.api import sitemap
from otnet_server.playback import allowed_sites
from tests.viewing.conftest import Catalogue


@pytest.mark.parametrize(
    ("visibility", "anybody", "audience", "staff"),
    [("public", 409, 409, 409), ("members", 401, 409, 409), ("entitled", 401, 403, 409), ("private", 404, 404, 409)],
)
def test_player_config_is_returned_to_those_who_may_watch(
    catalogue: Catalogue, visibility: str, anybody: int, audience: int, staff: int
) -> None:
    """409 means that access is allowed but nothing has been encoded."""
    film = catalogue.content("Night Train", visibility=visibility, media=False)
    for who, status in (
        (catalogue.plane.anonymous(), anybody),
        (catalogue.audience(), audience),
        (catalogue.plane.owner, staff),
    ):
        answer = who.get(f"/api/v1/playback/{film['id']}")
        assert answer.status_code == status, answer.text
        assert answer.json()["remedy"]


def test_media_of_private_content_is_not_found(catalogue: Catalogue) -> None:
    """The visibility of content cannot be bypassed by requesting its media."""
    film = catalogue.content("Night Train", visibility="private")
    (media,) = catalogue.plane.rows("media", content=film["id"])
    assert catalogue.plane.anonymous().get(f"/api/v1/playback/{media['id']}").status_code == 404


def test_only_allowed_sites_may_embed(catalogue: Catalogue) -> None:
    film = catalogue.content("Night Train", media=False)
    owner = catalogue.plane.owner
    bad = owner.patch(f"organizations/{owner.organization}", json={"embed_sites": ["example.org/path"]})
    assert bad.status_code == 422
    sites = ["https://blog.example", "https://*.news.example"]
    assert owner.patch(f"organizations/{owner.organization}", json={"embed_sites": sites}).status_code == 200
    ask = catalogue.plane.anonymous()
    for origin, status in (
        ("https://blog.example", 409),
        ("https://a.news.example", 409),
        ("https://evil.example", 403),
    ):
        answer = ask.get(f"/api/v1/playback/{film['id']}", headers={"Origin": origin})
        assert answer.status_code == status, origin
        page = ask.get(f"/embed/{film['id']}", headers={"Referer": f"{origin}/post"})
        assert page.status_code == status, origin
        framed = page.headers["content-security-policy"]
        assert "frame-ancestors *" in framed, "a refusal can be seen where it happened"
    assert "not_on_this_site" in page.text


def test_embed_refusals_are_explained_and_localised(catalogue: Catalogue) -> None:
    film = catalogue.content("Night Train", visibility="members", media=False)
    ask, name = (
        catalogue.plane.anonymous(),
        catalogue.plane.rows("organization", id=catalogue.plane.owner.organization)[0]["name"],
    )
    page = ask.get(f"/embed/{film['id']}")
    assert page.status_code == 401 and "This title is for members" in page.text and f"Sign in at {name}" in page.text
    assert f'href="{ask.base_url}/title/{film["id"]}" target="_blank"' in page.text
    assert "GET /" not in page.text
    german = ask.get(f"/embed/{film['id']}", headers={"Accept-Language": "de-AT,en;q=0.5"})
    assert '<html lang="de">' in german.text and "für Mitglieder" in german.text
    assert '<html lang="en">' in ask.get(f"/embed/{film['id']}?language=en", headers={"Accept-Language": "de"}).text
    nothing = ask.get("/embed/%22%3E%3Cscript%3E")
    assert nothing.status_code == 404 and "<script>" not in nothing.text and "does not exist" in nothing.text
    soon = ask.get(f"/embed/{catalogue.content('Soon', media=False)['id']}")
    assert soon.status_code == 409 and 'http-equiv="refresh"' in soon.text, "it begins by itself"


@pytest.mark.parametrize(
    ("sites", "origin", "allowed"),
    [
        ((), "https://any.example", True), (None, "https://any.example", True), (("https://a.example",), "", True),
        (("https://a.example",), "https://a.example", True), (("https://a.example",), "http://a.example", False),
        (("https://a.example",), "https://a.example.evil", False), (("https://a.example",), "null", False),
        (("https://*.a.example",), "https://b.a.example", True), (("https://*.a.example",), "https://a.example", False),
        (("https://*.a.example",), "https://ba.example", False), (("https://a.example:8443",), "https://a.example", False),
    ],
)  # fmt: skip
def test_embed_site_patterns_match_origins(sites, origin: str, allowed: bool) -> None:
    assert allowed_sites.allows(sites, origin, "https://own.example") is allowed


def test_oembed_describes_a_title_in_json_and_xml(catalogue: Catalogue) -> None:
    film = catalogue.content("Night & Train")
    catalogue.artwork("backdrop", (1600, 900), content=film["id"])
    ask = catalogue.plane.anonymous()
    page = ask.get(f"/title/{film['slug']}").text
    links = re.findall(r'<link rel="alternate" type="([^"]+\+oembed)" title="[^"]*" href="([^"]+)"', page)
    assert [k for k, _ in links] == ["application/json+oembed", "text/xml+oembed"]
    for kind, href in links:
        answer = ask.get(href.replace("&amp;", "&"))
        assert answer.status_code == 200, answer.text
        made = answer.json() if "json" in kind else {e.tag: e.text for e in ElementTree.fromstring(answer.text)}
        assert made["version"] == "1.0" and made["type"] == "video" and made["title"] == "Night & Train"
        assert made["provider_name"] == "Harbour Films" and made["thumbnail_url"].endswith("/1280.jpg")
        assert (int(made["thumbnail_width"]), int(made["thumbnail_height"])) == (1280, 720)
        assert (
            f'src="http://studio.test/embed/{film["id"]}"' in made["html"]
            and 'title="Night &amp; Train"' in made["html"]
        )


@pytest.mark.parametrize(
    ("asked", "size"),
    [({}, (1280, 720)), ({"maxwidth": 640}, (640, 360)), ({"maxheight": 360}, (640, 360)),
     ({"maxwidth": 640, "maxheight": 200}, (356, 200)), ({"skin": "square", "maxwidth": 300}, (300, 300)),
     ({"skin": "audio", "maxwidth": 400}, (400, 140))],
)  # fmt: skip
def test_oembed_size_fits_maxwidth_and_maxheight(catalogue: Catalogue, asked: dict, size: tuple[int, int]) -> None:
    film = catalogue.content("Night Train")
    params = {"url": f"http://studio.test/title/{film['slug']}", **asked}
    made = catalogue.plane.anonymous().get("/oembed", params=params).json()
    assert (made["width"], made["height"]) == size
    assert f'width="{size[0]}" height="{size[1]}"' in made["html"]


@pytest.mark.parametrize(
    ("params", "status"),
    [({}, 404), ({"url": "http://elsewhere.test/title/x"}, 404), ({"url": "http://studio.test/title/nothing"}, 404),
     ({"url": "http://studio.test/studio/"}, 404), ({"url": "http://studio.test/title/night-train", "format": "yaml"}, 501),
     ({"url": "http://studio.test/title/night-train", "maxwidth": "wide"}, 400),
     ({"url": "http://studio.test/title/night-train", "skin": "none"}, 400), ({"url": "http://[bad"}, 404)],
)  # fmt: skip
def test_invalid_oembed_requests_are_refused(catalogue: Catalogue, params: dict, status: int) -> None:
    catalogue.content("Night Train")
    assert catalogue.plane.anonymous().get("/oembed", params=params).status_code == status


def test_page_metadata_is_present_and_escaped(catalogue: Catalogue) -> None:
    film = catalogue.content('</script><b>"Night"', synopsis="A *guard* <i>counts</i>", release_date="2026-03-14")
    catalogue.artwork("poster", content=film["id"])
    page = catalogue.plane.anonymous().get(f"/title/{film['slug']}").text
    assert "<b>" not in page and "<i>counts" not in page
    (linked,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    told = json.loads(linked)
    assert told["@type"] == "VideoObject" and told["name"] == '</script><b>"Night"' and told["duration"] == "PT10M"
    assert told["embedUrl"].endswith(f"/embed/{film['id']}") and told["thumbnailUrl"][0].startswith(
        "http://studio.test/images/a/"
    )
    assert '<meta property="og:type" content="video.movie">' in page
    assert '<meta property="og:title" content="&lt;/script&gt;' in page
    (first,) = re.findall(r'<script type="application/json" id="otnet-page">(.*?)</script>', page)
    assert json.loads(first)["page"]["id"] == film["id"]


def test_sitemap_lists_only_public_titles(catalogue: Catalogue) -> None:
    catalogue.content("Night Train")
    catalogue.content("Draft", publish=False)
    catalogue.content("For members", visibility="members")
    for who in (catalogue.plane.anonymous(), catalogue.plane.owner):
        found = ElementTree.fromstring(who.get("/sitemap.xml").text)
        space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
        assert [u.findtext(f"{space}loc") for u in found] == [
            "http://studio.test/",
            "http://studio.test/title/night-train",
        ]
    assert "Sitemap: http://studio.test/sitemap.xml" in who.get("/robots.txt").text


def test_large_sitemap_is_split_under_an_index(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "MAX_PAGES", 2)
    show = catalogue.plane.owner.make("series", title="Tides", kind="series")["id"]
    for n in range(5):
        catalogue.content(f"Film {n}", **({"series": show} if n == 0 else {}))
    ask = catalogue.plane.anonymous()
    places = [u[0].text for u in ElementTree.fromstring(ask.get("/sitemap.xml").text)]
    assert places == [f"http://studio.test/sitemap-{n}.xml" for n in (1, 2, 3)]
    found = [u[0].text for place in places for u in ElementTree.fromstring(ask.get(place or "").text)]
    assert sorted(found) == sorted(["http://studio.test/", "http://studio.test/series/tides",
                                    *(f"http://studio.test/title/film-{n}" for n in range(5))])  # fmt: skip
    assert [ask.get(f"/sitemap-{n}.xml").status_code for n in ("4", "0", "x", "99999999", "%C2%B2")] == [404] * 5


def test_web_app_manifest_has_the_name_and_colour_of_the_organization(catalogue: Catalogue) -> None:
    owner = catalogue.plane.owner
    owner.patch(f"organizations/{owner.organization}", json={"accent": "#aa3355"})
    catalogue.artwork("square", (600, 600))
    made = catalogue.plane.anonymous().get("/manifest.webmanifest")
    assert made.headers["content-type"].startswith("application/manifest+json")
    assert made.json()["name"] == "Harbour Films" and made.json()["theme_color"] == "#aa3355"
    assert made.json()["icons"][0]["src"].startswith("/images/a/")
    assert owner.get(f"organizations/{owner.organization}").json()["artwork"]["square"]["width"] == 600


def test_image_requests_do_not_count_against_the_rate_limit(catalogue: Catalogue) -> None:
    """One page has dozens of images, which must not use up the viewer's rate limit."""
    ask = catalogue.plane.anonymous()
    assert "ratelimit" in ask.get("/api/v1/site").headers
    assert "ratelimit" not in ask.get("/images/a/x/x/320.avif").headers
