"""The viewer site in a browser, against a fake server: home, search, titles, playback, accounts and errors."""

from __future__ import annotations

import json
import re

from playwright.sync_api import APIResponse, Page, Request, Route, expect

from tests.site.conftest import Visit, settled
from tests.site.fake import CODE, PASSWORD
from tests.site.fake_site import FakeSite


def focused(page: Page) -> str:
    return str(
        page.evaluate(
            "document.activeElement.querySelector('.card-title')?.textContent ?? document.activeElement.tagName"
        )
    )


# --- home page ---


def test_first_paint_makes_no_api_requests(visit: Visit, fake: FakeSite) -> None:
    page = visit("/sign-in")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.resource_type == "fetch" else None)
    page.goto(fake.url)
    expect(page.get_by_test_id("row-new")).to_be_visible()
    assert [url for url in asked if "/api/v1/site" in url] == []


def test_page_without_inlined_data_requests_it(visit: Visit, fake: FakeSite) -> None:
    fake.inline = False
    page = visit("/")
    expect(page.get_by_test_id("hero")).to_contain_text("The Harbour at Night")
    expect(page).to_have_title("Harbour Films")


def test_continue_watching_is_first_and_resumes(visit: Visit) -> None:
    page = visit("/", signed_in=True)
    begun = page.get_by_test_id("row-continue").locator(".card").first
    expect(begun).to_contain_text("1 h left")
    expect(begun.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "38")
    begun.get_by_role("link").click()
    page.wait_for_url("**/watch/c002")


def test_title_is_removed_from_continue_watching(visit: Visit, fake: FakeSite) -> None:
    page = visit("/", signed_in=True)
    row = page.get_by_test_id("row-continue")
    card = row.locator("[data-id=c002]")
    card.hover()
    card.get_by_role("button", name="Remove").click()
    expect(card).to_have_count(0)
    expect(row.locator(".card")).to_have_count(len(fake.progress))
    assert "c002" not in fake.progress
    fake.failing["/api/v1/me/progress"] = (503, "unavailable", "The server is busy.")
    row.locator("[data-id=c007]").hover()
    row.locator("[data-id=c007]").get_by_role("button").click()
    expect(row.locator("[data-id=c007]")).to_be_visible()


def test_genres_and_categories_can_be_browsed(visit: Visit, fake: FakeSite) -> None:
    page = visit("/")
    page.get_by_role("link", name="Browse").first.click()
    page.get_by_role("link", name="Drama").click()
    page.wait_for_url("**/genre/drama")
    fake.empty = True
    page.goto(f"{fake.url}/browse")
    expect(page.get_by_text("Nothing to browse yet")).to_be_visible()


def test_end_screen_offers_related_titles_and_a_replay(visit: Visit) -> None:
    page = visit("/watch/c001")
    ended = "() => { const e = document.querySelector('otnet-video').engine; e.upcoming = null; e.setState('ended') }"
    page.wait_for_function("() => document.querySelector('otnet-video')?.engine.config")
    page.evaluate(ended)
    end = page.get_by_test_id("end-screen")
    expect(end.locator(".card")).to_have_count(4)
    expect(end.get_by_role("button", name="Watch again")).to_be_focused()
    page.keyboard.press("Enter")
    expect(end).to_have_count(0)
    assert page.evaluate("document.querySelector('otnet-video').engine.state") == "playing"
    page.evaluate(ended)
    end.get_by_role("link").first.click()
    page.wait_for_url("**/title/**")


def test_encoding_progress_updates_until_playable(visit: Visit, fake: FakeSite) -> None:
    page = visit("/")
    waiting = page.locator("[data-id=m902]")
    expect(waiting).to_have_attribute("data-playable", "false")
    page.wait_for_function("() => performance.getEntriesByType('resource').length > 0")
    while not fake.listeners:
        page.wait_for_timeout(20)
    fake.push("m902", percent=12.0)
    expect(waiting).to_contain_text("Encoding, 12 %")
    fake.push("m902", percent=34.0, playable=True)
    expect(waiting).to_contain_text("Watch now, encoding 34 %")
    expect(waiting.get_by_role("link")).to_have_attribute("href", "/watch/m902")
    fake.push("m902", percent=100.0)
    expect(waiting).to_have_attribute("data-state", "ready")


def test_stale_response_does_not_undo_a_live_update(visit: Visit, fake: FakeSite) -> None:
    page = visit("/search")
    held: list[tuple[Route, APIResponse]] = []
    page.route("**/api/v1/media?*", lambda route: held.append((route, route.fetch())))
    page.get_by_role("link", name="Home").first.click()
    waiting = page.locator("[data-id=m902]")
    expect(waiting).to_have_attribute("data-state", "encoding")
    while not held:
        page.wait_for_timeout(20)
    fake.push("m902", percent=12.0)
    expect(waiting).to_contain_text("Encoding, 12 %")
    route, answer = held.pop()
    with page.expect_response("**/api/v1/media?*") as response:
        route.fulfill(response=answer)
    response.value.finished()
    fake.push("m901", percent=55.0)
    expect(page.locator("[data-id=m901]")).to_contain_text("55 %")
    expect(waiting).to_contain_text("Encoding, 12 %")


def test_row_is_one_tab_stop_with_arrow_key_navigation(visit: Visit) -> None:
    page = visit("/", width=768)
    new = page.get_by_test_id("row-new")
    new.get_by_role("link").first.focus()
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    assert focused(page) == new.locator(".card-title").nth(7).inner_text()
    page.wait_for_function("() => document.querySelector('[data-testid=row-new] ul').scrollLeft > 0")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('section').dataset.testid") == "row-series"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('section').dataset.testid") == "row-series"


def test_row_scrolls_with_its_buttons(visit: Visit) -> None:
    page = visit("/")
    new = page.get_by_test_id("row-new")
    new.hover()
    new.get_by_role("button", name="Next: New").click()
    expect(new.get_by_role("button", name="Previous: New")).to_be_visible()


def test_empty_server_shows_the_first_step_and_encoding_titles(visit: Visit, fake: FakeSite) -> None:
    fake.empty = True
    page = visit("/")
    expect(page.get_by_role("heading", name="Your titles will appear here")).to_be_visible()
    expect(page.get_by_text("a film, a series or a podcast is placed in the server’s library folder")).to_be_visible()
    coming = page.get_by_test_id("preparing")
    expect(coming).to_contain_text("Interview with the harbour master")
    expect(coming.get_by_role("link")).to_have_attribute("href", "/watch/m901")
    fake.empty = False
    fake.push("m901", percent=100.0)
    expect(page.get_by_test_id("hero")).to_be_visible()


def test_images_use_the_best_format_and_smallest_size(visit: Visit) -> None:
    page = visit("/title/the-harbour-at-night", pictures=True, width=360)
    shown = page.locator(".backdrop img")
    page.wait_for_function("() => document.querySelector('.backdrop img')?.naturalWidth > 0")
    assert re.search(r"/(480|640)\.avif$", shown.evaluate("e => e.currentSrc"))
    assert shown.get_attribute("width") == "1920"


# --- search ---


def test_search_as_you_type_by_keyboard(visit: Visit) -> None:
    page = visit("/search")
    box = page.get_by_test_id("search")
    expect(box).to_be_focused()
    box.press_sequentially("har")
    expect(page.locator(".card-title")).to_have_text(["The Harbour at Night", "Harbour Stories"])
    page.wait_for_url("**/search?q=har")
    page.keyboard.press("ArrowDown")
    assert focused(page) == "The Harbour at Night"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**/title/harbour-stories")
    page.go_back()
    expect(box).to_have_value("har")
    expect(page.locator(".card-title")).to_have_count(2)
    box.fill("")
    expect(page.get_by_role("button", name="har", exact=True)).to_be_visible()


def test_search_finds_people_and_genres_and_reports_no_results(visit: Visit) -> None:
    page = visit("/search?q=dra")
    expect(page.get_by_role("link", name="Drama")).to_have_attribute("href", "/genre/drama")
    page.get_by_test_id("search").fill("noor")
    page.get_by_role("link", name="Noor Haddad").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Noor Haddad")
    page.go_back()
    page.get_by_test_id("search").fill("xyzzy")
    expect(page.get_by_text("Nothing matches “xyzzy”")).to_be_visible()


# --- titles, series, lists ---


def test_title_is_added_to_and_removed_from_my_list(visit: Visit, fake: FakeSite) -> None:
    page = visit("/title/ember", signed_in=True)
    button = page.get_by_test_id("list-button")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.get_by_role("navigation").get_by_role("link", name="My list").first.click()
    expect(page.locator(".card-title").first).to_have_text("Ember")
    page.locator(".card a").first.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    assert "c004" not in fake.list


def test_failure_to_save_the_list_is_shown(visit: Visit, fake: FakeSite) -> None:
    page = visit("/title/ember", signed_in=True)
    fake.failing["/api/v1/me/list"] = (500, "internal", "OTNet made a mistake.")
    page.get_by_test_id("list-button").click()
    expect(page.get_by_role("alert")).to_have_text("OTNet made a mistake.")
    expect(page.get_by_test_id("list-button")).to_have_attribute("aria-pressed", "false")


def test_share_dialog_gives_link_and_embed_code(visit: Visit, fake: FakeSite) -> None:
    page = visit("/title/ember", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_test_id("share-button").click()
    dialog = page.get_by_test_id("share")
    expect(dialog.get_by_label("Link", exact=True)).to_have_value(f"{fake.url}/title/ember")
    dialog.get_by_role("button", name="Copy: Embed code").click()
    expect(dialog.get_by_role("status").last).to_have_text("Copied")
    assert f'<iframe src="{fake.url}/embed/c004"' in page.evaluate("navigator.clipboard.readText()")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_test_id("share-button")).to_be_focused()


def test_series_resumes_at_the_last_episode(visit: Visit) -> None:
    page = visit("/series/meridian", signed_in=True)
    expect(page.get_by_test_id("play")).to_have_text("Continue with episode 1")
    page.get_by_role("button", name="Season 2").click()
    expect(page.locator(".episode")).to_have_count(4)
    expect(page.locator(".episode").first).to_contain_text("Return")


def test_long_list_loads_more_and_keeps_its_scroll_position(visit: Visit) -> None:
    page = visit("/category/festival-winners")
    expect(page.locator(".card").first).to_be_visible()
    while page.locator(".card").count() < 37:
        page.mouse.wheel(0, 2000)
        page.wait_for_timeout(30)
    last = page.locator(".card").last
    last.scroll_into_view_if_needed()
    at = page.evaluate("scrollY")
    last.get_by_role("link").click()
    expect(page.locator("main.title")).to_be_visible()
    page.wait_for_function("() => scrollY === 0")
    page.go_back()
    expect(page.locator(".card")).to_have_count(37)
    page.wait_for_function(f"() => Math.abs(scrollY - {at}) < 5")


# --- playback ---


def test_player_page_follows_chapters_and_the_next_title(visit: Visit) -> None:
    page = visit("/title/meridian-first-light")
    page.get_by_test_id("play").click()
    main = page.locator("main")
    expect(main).to_have_attribute("data-state", "playing")
    page.get_by_role("button", name="The pier").click()
    page.wait_for_function("() => document.querySelector('otnet-video').engine.at === 600")
    page.get_by_test_id("next").click()
    page.wait_for_url("**/watch/c037")
    expect(page.get_by_role("heading", level=1)).to_have_text("The Long Shift")
    page.get_by_test_id("back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The Long Shift")
    expect(page.locator("otnet-video")).to_have_count(0)


def test_page_follows_when_the_player_advances(visit: Visit, fake: FakeSite) -> None:
    page = visit("/watch/c036")
    expect(page.locator("main")).to_have_attribute("data-state", "playing")
    page.locator("otnet-video").evaluate("e => { e.mark = 1; return e.engine.load('/api/v1/playback/c037'); }")
    page.wait_for_url("**/watch/c037")
    expect(page.get_by_role("heading", level=1)).to_have_text("The Long Shift")
    assert page.locator("otnet-video").evaluate("e => e.mark") == 1


def test_audio_titles_use_the_audio_player(visit: Visit) -> None:
    page = visit("/watch/c031")
    expect(page.locator("otnet-audio")).to_be_visible()


def test_player_that_fails_to_load_can_be_retried(visit: Visit) -> None:
    page = visit("/search")
    page.route("**/player/v1/**", lambda route: route.abort())
    page.evaluate("history.pushState({}, '', '/watch/c001')")
    expect(page.locator("main")).to_have_attribute("data-state", "failed")
    page.unroute("**/player/v1/**")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("main")).to_have_attribute("data-state", re.compile("playing|failed"))


def test_unplayable_title_starts_once_it_is_playable(visit: Visit, fake: FakeSite) -> None:
    page = visit("/watch/m902")
    expect(page.get_by_test_id("waiting")).to_contain_text("Playback starts automatically")
    while not fake.listeners:
        page.wait_for_timeout(20)
    fake.push("m902", percent=9.0, playable=True)
    expect(page.locator("main")).to_have_attribute("data-state", "playing")


# --- offline and installation ---


def test_offline_page_is_shown_and_recovers(visit: Visit, fake: FakeSite) -> None:
    page = visit("/", service_workers="allow")
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    page.wait_for_function("() => caches.match('/ui/site.html').then(Boolean)")
    page.context.set_offline(True)
    page.goto(f"{fake.url}/title/ember")
    expect(page.get_by_role("heading", name="You are offline")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ember")
    kept = page.evaluate(
        "caches.open('otnet-shell-1').then(c => c.keys()).then(k => k.map(r => new URL(r.url).pathname))"
    )
    assert all(name.startswith("/ui/") for name in kept), kept


def test_web_app_manifest_has_valid_icons(visit: Visit, fake: FakeSite) -> None:
    page = visit("/")
    manifest = page.evaluate("fetch(document.querySelector('link[rel=manifest]').href).then(r => r.json())")
    for icon in manifest["icons"]:
        answer = page.request.get(fake.url + icon["src"])
        width = int.from_bytes(answer.body()[16:20], "big")
        assert (answer.status, icon["sizes"]) == (200, f"{width}x{width}")


# --- errors ---


def test_problems_are_explained_in_plain_words(visit: Visit, fake: FakeSite) -> None:
    fake.inline = False
    page = visit("/sign-in")
    for (status, code), words, step in (
        ((401, "sign_in"), "Sign in to see this", "Sign in"), ((403, "not_entitled"), "This is not part of your plan", "Go to the home page"),
        ((403, "not_in_region"), "Not available where you are", "Go to the home page"), ((404, "not_found"), "There is nothing at this address", "Go to the home page"),
        ((500, "internal"), "OTNet made a mistake.", "Try again"),
    ):  # fmt: skip
        fake.failing = {"/api/v1/site/titles": (status, code, "OTNet made a mistake.")}
        page.goto(f"{fake.url}/title/ember")
        expect(page.get_by_role("heading", level=1)).to_have_text(words)
        expect(page.locator("main").get_by_text(step, exact=True)).to_be_visible()
        expect(page.get_by_text(f"Code: {code}")).to_be_visible()
    fake.failing = {}
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ember")


def test_unreachable_server_can_be_retried(visit: Visit, fake: FakeSite) -> None:
    fake.inline = False
    page = visit("/search")
    page.route("**/api/v1/site/titles/**", lambda route: route.abort())
    page.evaluate("history.pushState({}, '', '/title/ember')")
    expect(page.get_by_role("heading", level=1)).to_have_text("The server does not answer")
    page.unroute("**/api/v1/site/titles/**")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ember")


def test_unknown_address_shows_a_not_found_page(visit: Visit) -> None:
    page = visit("/nothing/here")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing at this address")


# --- accounts ---


def test_sign_in_returns_to_the_previous_page(visit: Visit) -> None:
    page = visit("/title/ember")
    page.get_by_test_id("list-button").click()
    page.get_by_label("E-mail address").fill("ann@example.org")
    page.get_by_label("Password", exact=True).fill("wrong")
    submit = page.locator("form").get_by_role("button", name="Sign in")
    submit.click()
    expect(page.get_by_role("alert")).to_have_text("The e-mail address or the password is wrong.")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    submit.click()
    page.wait_for_url("**/title/ember")
    expect(page.get_by_role("link", name="Profile: Ann Becker")).to_be_visible()


def test_sign_in_asks_for_the_second_factor(visit: Visit) -> None:
    page = visit("/sign-in")
    page.get_by_label("E-mail address").fill("two@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("form").get_by_role("button", name="Sign in").click()
    page.get_by_label("Two-factor code").fill("123 456")
    page.locator("form").get_by_role("button", name="Sign in").click()
    expect(page.get_by_test_id("hero")).to_be_visible()


def test_sign_up_is_available_only_when_open(visit: Visit, fake: FakeSite) -> None:
    page = visit("/sign-in")
    page.get_by_role("link", name="Create an account").click()
    for label, value in (("Name", "Ben"), ("E-mail address", "ann@example.org"), ("Password", PASSWORD)):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text("This address has an account already.")).to_be_visible()
    page.get_by_label("E-mail address").fill("ben@example.org")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_test_id("hero")).to_be_visible()
    fake.sign_up = "closed"
    page = visit("/sign-up")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign-up is closed")


def test_television_is_paired_by_its_code(visit: Visit, fake: FakeSite) -> None:
    page = visit("/activate", signed_in=True)
    box = page.get_by_test_id("tv-code")
    box.press_sequentially("zzzzzzzz")
    expect(box).to_have_value("ZZZZ-ZZZZ")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Unknown code")
    box.fill("")
    box.press_sequentially("bcdf ghjk")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_test_id("tv-shown")).to_have_text(CODE)
    page.get_by_test_id("allow").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The television is signed in")
    assert fake.device["allowed"] is True


def test_pairing_code_is_taken_from_the_url(visit: Visit) -> None:
    page = visit(f"/activate?code={CODE}")
    page.locator("main").get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail address").fill("ann@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("form").get_by_role("button", name="Sign in").click()
    expect(page.get_by_test_id("tv-shown")).to_have_text(CODE)
    page.get_by_role("button", name="Don’t allow").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not signed in")


def test_profile_lists_devices_and_signs_them_out(visit: Visit, fake: FakeSite) -> None:
    page = visit("/profile", signed_in=True)
    page.get_by_role("button", name="Sign out TV, Samsung").click()
    expect(page.get_by_test_id("sessions").get_by_role("listitem")).to_have_count(1)
    page.get_by_label("Current password").fill("wrong")
    page.get_by_label("New password").fill("another long one")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("This is not your password.")).to_be_visible()
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("The password has been changed.")).to_be_visible()
    page.get_by_test_id("sign-out").click()
    expect(page.get_by_test_id("sign-in-link")).to_be_visible()


def test_preferences_are_kept_on_the_device(visit: Visit) -> None:
    page = visit("/profile")
    page.get_by_test_id("captions").select_option("de")
    page.get_by_label("Theme").select_option("paper")
    page.get_by_test_id("profile-language").select_option("de")
    expect(page.get_by_role("heading", level=1)).to_have_text("Einstellungen")
    page.reload()
    settled(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Einstellungen")
    expect(page.locator("html[lang=de][data-theme=paper]")).to_be_attached()
    assert json.loads(page.evaluate("localStorage.getItem('otnet.captions')")) == "de"


def test_client_navigation_sets_title_and_focus(visit: Visit) -> None:
    page = visit("/")
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.resource_type == "document" else None)
    page.get_by_test_id("hero").get_by_role("link", name="More info").click()
    expect(page).to_have_title("The Harbour at Night · Harbour Films")
    expect(page.locator("main")).to_be_focused()
    assert sent == []
