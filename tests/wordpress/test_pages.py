"""Published posts: block, shortcode and links become a player; mistakes are shown only to those who can edit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import expect

from tests.pages import Pages
from tests.wordpress.fake import FakeServer
from tests.wordpress.site import AXE, RULES, WordPress


@dataclass
class Frame:
    path: str
    query: dict[str, str]
    attributes: dict[str, str]


class Frames(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Frame] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {k: v or "" for k, v in attrs}
        if tag == "iframe":
            parts = urlsplit(told["src"])
            self.found.append(Frame(parts.path, {k: v[0] for k, v in parse_qs(parts.query).items()}, told))


def frames(page: str) -> list[Frame]:
    parser = Frames()
    parser.feed(page)
    return parser.found


def block(**attributes: object) -> str:
    return f"<!-- wp:otnet/player {json.dumps(attributes)} /-->"


@pytest.mark.parametrize(
    ("content", "path", "query"),
    [
        ('[otnet id="night-train"]', "/embed/night-train", {}),
        ('[otnet id="c3" skin="audio" start="1:30" autoplay="muted"]', "/embed/c3",
         {"skin": "audio", "start": "90", "autoplay": "muted"}),
        ('[otnet url="SERVER/title/tides" autoplay="true"]', "/embed/tides", {"autoplay": "true"}),
        ('[otnet url="SERVER/watch/c0?t=75"]', "/embed/c0", {"start": "75"}),
        ('[otnet id="c0" start="1m30s"]', "/embed/c0", {"start": "90"}),
        ('[otnet id="c0" skin="nonsense" start="soon" autoplay="perhaps"]', "/embed/c0", {}),
        (block(id="c1", title="Night Ferry"), "/embed/c1", {}),
        (block(id="c1", title="Night Ferry", skin="square", start=3723), "/embed/c1", {"skin": "square", "start": "3723"}),
        ("SERVER/title/night-train", "/embed/night-train", {}),
        ("SERVER/title/harbour-hour", "/embed/harbour-hour", {"skin": "audio"}),
        ('<!-- wp:embed {"url":"SERVER/watch/c5"} --><figure class="wp-block-embed"><div class="wp-block-embed__wrapper">'
         "\nSERVER/watch/c5\n</div></figure><!-- /wp:embed -->", "/embed/c5", {}),
    ],
)  # fmt: skip
def test_a_post_shows_a_player(
    blog: WordPress, server: FakeServer, content: str, path: str, query: dict[str, str]
) -> None:
    page = blog.page(blog.post(content.replace("SERVER", server.url)))
    (frame,) = frames(page)
    assert frame.attributes["src"].startswith(server.url) and (frame.path, frame.query) == (path, query)
    title = (server.named(path.rsplit("/", 1)[-1]) or {})["title"]
    assert frame.attributes["title"] == f"Player: {title}"
    assert frame.attributes["loading"] == "lazy" and "allowfullscreen" in frame.attributes
    allowed = {x.strip() for x in frame.attributes["allow"].split(";")}
    assert allowed == {"autoplay", "fullscreen", "picture-in-picture", "encrypted-media"}


@pytest.mark.parametrize(
    ("content", "style"),
    [
        (block(id="c0", title="t"), "max-width:100%;margin-inline:auto;height:auto;aspect-ratio:1280/720"),
        (block(id="c0", title="t", aspect="9/16", width=400), "max-width:400px;margin-inline:auto;height:auto;aspect-ratio:1280/2276"),
        (block(id="c0", title="t", skin="audio"), "max-width:720px;margin-inline:auto;height:140px"),
        (block(id="c0", title="t", skin="audio", align="wide"), "max-width:100%;margin-inline:auto;height:140px"),
        (block(id="c0", title="t", skin="circular"), "max-width:360px;margin-inline:auto;height:auto;aspect-ratio:360/360"),
        ('[otnet id="c0" aspect="4:3" width="99999"]', "max-width:1920px;margin-inline:auto;height:auto;aspect-ratio:1280/960"),
    ],
)  # fmt: skip
def test_player_size_follows_the_skin(blog: WordPress, content: str, style: str) -> None:
    (frame,) = frames(blog.page(blog.post(content)))
    assert frame.attributes["style"] == f"display:block;border:0;width:100%;{style}"


@pytest.mark.parametrize(
    "content",
    ['[otnet id=\'"><script>alert(1)</script>\' title=\'"><script>alert(2)</script>\' caption="yes"]',
     block(id='"><script>alert(1)</script>', title="<script>alert(2)</script>", skin='"><script>', showTitle=True),
     '[otnet id="../../studio" aspect="1/0;background:url(x)"]'],
)  # fmt: skip
def test_author_input_is_escaped(blog: WordPress, content: str) -> None:
    page = blog.page(blog.post(content))
    (frame,) = frames(page)
    assert "alert(" not in page.replace("scriptalert(", "").replace("alert(2)", "")
    assert "<script>alert" not in page and frame.path.count("/") == 2 and "url(" not in frame.attributes["style"]


def test_title_below_the_player_links_to_its_page(blog: WordPress, server: FakeServer) -> None:
    page = blog.page(blog.post(block(id="c2", title="Nightingale & Sons", showTitle=True)))
    assert f'<a href="{server.url}/title/c2">Nightingale &amp; Sons</a></figcaption>' in page


def test_a_block_without_a_title_shows_nothing(blog: WordPress) -> None:
    page = blog.page(blog.post(block()))
    assert frames(page) == [] and "wp-block-otnet-player" not in page.split("<body")[1]


@pytest.mark.parametrize("content", ["[otnet]", '[otnet url="https://elsewhere.example/title/x"]', "[otnet id='']"])
def test_shortcode_mistakes_are_shown_only_to_those_who_can_edit(blog: WordPress, pages: Pages, content: str) -> None:
    url = blog.post(content)
    assert "visible to editors only" not in blog.page(url) and frames(blog.page(url)) == []
    page = blog.signed_in(pages)
    page.goto(url)
    expect(page.get_by_role("note")).to_contain_text("visible to editors only")


def test_other_links_are_not_embedded(blog: WordPress, server: FakeServer) -> None:
    others = [
        f"{server.url}/studio/",
        f"{server.url}/title/",
        "http://127.0.0.1:9/title/x",
        f"{server.url}.evil.example/title/x",
    ]
    page = blog.page(blog.post("\n\n".join(others)))
    assert frames(page) == []


def test_unavailable_server_does_not_break_a_page(blog: WordPress, server: FakeServer) -> None:
    """The player is shown with a generic title, and the server is requested once, not on every view."""
    server.broken = 500
    url = blog.post('[otnet id="night-train"]')
    before = len(server.asked)
    for _ in range(3):
        (frame,) = frames(blog.page(url))
        assert frame.attributes["title"] == "Player"
    assert len(server.asked) - before == 1


def test_link_becomes_a_player_while_the_server_is_unavailable(blog: WordPress, server: FakeServer) -> None:
    """WordPress caches a failed oEmbed request for a day; the player is shown nevertheless."""
    server.broken = 503
    url = blog.post(f"{server.url}/title/tides")
    assert [f.path for f in frames(blog.page(url))] == ["/embed/tides"]
    server.broken = 0
    assert [f.path for f in frames(blog.page(url))] == ["/embed/tides"]


def test_only_the_configured_oembed_endpoint_may_be_private(blog: WordPress, server: FakeServer) -> None:
    """WordPress refuses requests to private addresses except to the endpoint that the site's owner configured."""
    code = "return array_map(fn($u) => wp_http_validate_url($u) !== false, $told['urls']);"
    urls = [f"{server.url}/oembed?url=x", f"{server.url}/api/v1/dashboard", "http://127.0.0.1:9/oembed?url=x",
            f"{server.url}/oembedded?x"]  # fmt: skip
    assert blog.wp(code, urls=urls) == [True, False, False, False]


def test_internal_url_is_requested_and_public_url_shown(blog: WordPress, server: FakeServer) -> None:
    settings = {"server": "https://tv.example.org", "internal": server.url, "skin": "video"}
    blog.wp("update_option('otnet_settings', $told);", **settings)
    (frame,) = frames(blog.page(blog.post('[otnet url="https://tv.example.org/title/tides"]')))
    assert frame.attributes["src"] == "https://tv.example.org/embed/tides"
    assert frame.attributes["title"] == "Player: Tides"


def test_post_with_players_is_accessible(blog: WordPress, pages: Pages) -> None:
    """The players have titles, and none is wider than the page."""
    players = [block(id="c0", title="Night Train", showTitle=True), block(id="c3", title="Harbour Hour", skin="audio"),
               block(id="c5", title="Tides", align="full"), '[otnet id="c1" width="1900"]']  # fmt: skip
    url = blog.post("\n\n".join(players))
    page = pages.open(width=1280, height=900)
    page.goto(url)
    page.add_script_tag(path=str(AXE))
    found = page.evaluate(RULES, {"include": [[".otnet-player"], [".wp-block-otnet-player"]]})["violations"]
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == []
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        boxes = [frame.bounding_box() for frame in page.locator(".otnet-player").all()]
        assert all(b and b["x"] >= -1 and b["x"] + b["width"] <= width + 1 for b in boxes), boxes


def test_only_authors_may_search(blog: WordPress, server: FakeServer, pages: Pages) -> None:
    for path in ("/otnet/v1/search", "/otnet/v1/titles/c0"):
        assert httpx.get(blog.url, params={"rest_route": path}).status_code == 401
    statuses = {}
    for who in ("subscriber", "author"):
        page = blog.signed_in(pages, who)
        page.goto(f"{blog.url}/wp-admin/profile.php")
        nonce = page.evaluate("() => fetch('admin-ajax.php?action=rest-nonce').then(r => r.text())")
        ask = "([nonce]) => fetch('/?rest_route=/otnet/v1/search&q=nig', {headers: {'X-WP-Nonce': nonce}}).then(r => r.status)"
        statuses[who] = page.evaluate(ask, [nonce])
    assert statuses == {"subscriber": 403, "author": 200}
