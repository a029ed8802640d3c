"""The settings page (Settings → OTNet): defaults, validation, connection test, permissions and translation."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.pages import Pages
from tests.wordpress.fake import FakeServer
from tests.wordpress.site import AXE, RULES, WordPress


@pytest.fixture
def admin(blog: WordPress, pages: Pages) -> Page:
    return blog.signed_in(pages)


def open_settings(page: Page, blog: WordPress) -> Page:
    page.goto(f"{blog.url}/wp-admin/options-general.php?page=otnet")
    return page


def test_plugin_is_preconfigured_for_its_server(admin: Page, blog: WordPress, server: FakeServer) -> None:
    open_settings(admin, blog)
    expect(admin.get_by_label("Server", exact=True)).to_have_value(server.url)
    expect(admin.get_by_role("radio", name="Video")).to_be_checked()
    admin.goto(f"{blog.url}/wp-admin/plugins.php")
    admin.locator("tr[data-plugin='otnet/otnet.php']").get_by_role("link", name="Settings").click()
    expect(admin.get_by_role("heading", name="OTNet", level=1)).to_be_visible()


def test_saved_settings_take_effect(admin: Page, blog: WordPress, server: FakeServer) -> None:
    open_settings(admin, blog)
    admin.get_by_role("radio", name="Audio").check()
    admin.get_by_label("Server", exact=True).fill(f"{server.url.upper()}/")
    admin.get_by_role("button", name="Save Changes").click()
    expect(admin.get_by_role("radio", name="Audio")).to_be_checked()
    expect(admin.get_by_label("Server", exact=True)).to_have_value(server.url)
    assert f'src="{server.url}/embed/c0?skin=audio"' in blog.page(blog.post('[otnet id="c0"]'))


@pytest.mark.parametrize(
    "typed", ["ftp://x.example", "https://", "https://user:secret@x.example", "https://a b", "javascript:alert(1)"]
)
def test_invalid_server_addresses_are_not_saved(admin: Page, blog: WordPress, server: FakeServer, typed: str) -> None:
    open_settings(admin, blog)
    admin.locator("#otnet-form").evaluate("form => { form.noValidate = true; }")
    admin.get_by_label("Server", exact=True).fill(typed)
    admin.get_by_role("button", name="Save Changes").click()
    expect(admin.locator(".notice-error")).to_contain_text("The earlier address was kept")
    expect(admin.get_by_label("Server", exact=True)).to_have_value(server.url)


@pytest.mark.parametrize(
    ("typed", "state", "says"),
    [
        (None, "good", "Connected to “Harbour Films”: 6 titles on its home page."),
        ("empty", "good", "It has no published titles yet"),
        ("private", "bad", "requires sign-in"),
        ("broken", "bad", "has a problem (status 503)"),
        ("http://127.0.0.1:9", "bad", "can’t be reached"),
        ("BLOG", "bad", "There is no OTNet server at"),
        ("nonsense at all", "bad", "This is not the address of a server."),
    ],
)  # fmt: skip
def test_connection_test_reports_the_result(
    admin: Page, blog: WordPress, server: FakeServer, typed: str | None, state: str, says: str
) -> None:
    server.empty, server.private, server.broken = typed == "empty", typed == "private", 503 if typed == "broken" else 0
    open_settings(admin, blog)
    if typed not in (None, "empty", "private", "broken"):
        admin.get_by_label("Server", exact=True).fill(typed.replace("BLOG", blog.url))
    admin.get_by_role("button", name="Test the connection").click()
    result = admin.locator(f".otnet-result--{state}")
    expect(result).to_contain_text(says)
    if state == "bad":
        assert len(result.inner_text()) > len(says) + 20, "it says what to do"


def test_only_administrators_may_test_and_save(blog: WordPress, server: FakeServer, pages: Pages) -> None:
    assert httpx.post(f"{blog.url}/wp-admin/admin-ajax.php", data={"action": "otnet_test"}).text == "0"
    for who, nonce, status in (("admin", "false", 403), ("author", None, 403)):
        page = blog.signed_in(pages, who)
        page.goto(f"{blog.url}/wp-admin/profile.php")
        # Authors have no nonce for this action; even a valid one does not grant permission.
        made = nonce or blog.wp(
            "wp_set_current_user(get_user_by('login', 'author')->ID);"
            "$c = explode('|', $told['cookie']); $_COOKIE[LOGGED_IN_COOKIE] = $told['cookie']; return wp_create_nonce('otnet_test');",
            cookie=next(c["value"] for c in page.context.cookies() if c["name"].startswith("wordpress_logged_in")).replace("%7C", "|"),
        )  # fmt: skip
        ask = "n => fetch('admin-ajax.php', {method: 'POST', body: new URLSearchParams({action: 'otnet_test', _ajax_nonce: n, server: 'http://127.0.0.1:9'})}).then(r => r.status)"
        assert page.evaluate(ask, made) == status
        if who == "author":
            page.goto(f"{blog.url}/wp-admin/options-general.php?page=otnet")
            assert "Sorry, you are not allowed" in page.content()


def test_settings_are_translated_to_german(admin: Page, blog: WordPress) -> None:
    languages, own = (blog.root / "wp-content" / x for x in ("languages", "plugins/otnet/languages"))
    languages.mkdir(exist_ok=True)
    for locale in ("de_DE", "de_AT"):
        # WordPress accepts a language only if it has a translation file of its own.
        (languages / f"{locale}.mo").write_bytes((own / f"otnet-{locale}.mo").read_bytes())
        blog.wp("update_option('WPLANG', $told['locale']);", locale=locale)
        open_settings(admin, blog)
        expect(admin.get_by_role("button", name="Verbindung prüfen")).to_be_visible()
        admin.get_by_role("button", name="Verbindung prüfen").click()
        expect(admin.locator(".otnet-result--good")).to_contain_text("„Harbour Films“ antwortet, mit 6 Titeln")
    assert 'title="Player: Tides"' in blog.page(blog.post('[otnet id="tides"]'))


def test_settings_page_is_accessible(admin: Page, blog: WordPress) -> None:
    open_settings(admin, blog)
    admin.get_by_role("button", name="Test the connection").click()
    expect(admin.locator(".otnet-result--good")).to_be_visible()
    admin.add_script_tag(path=str(AXE))
    found = admin.evaluate(RULES, ".otnet-settings")["violations"]
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == []
    for width in (1280, 360):
        admin.set_viewport_size({"width": width, "height": 900})
        assert admin.evaluate("() => document.documentElement.scrollWidth") <= width
