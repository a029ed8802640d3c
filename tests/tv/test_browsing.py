"""Browsing by remote control beyond the home page: people, genres, long listings, search, and window shapes."""

from __future__ import annotations

import io

from PIL import Image
from playwright.sync_api import Route

from tests.tv import fake
from tests.tv.conftest import Television


def title(n: int) -> str:
    return str(fake.card(n)["title"])


def test_title_leads_to_its_people_and_their_titles(tv: Television) -> None:
    tv.open("/tv/?test=1#/title/title-3")
    tv.until(route="title", state="ready", focus="Play")
    tv.press("down", "down")
    tv.until(focus="Ines Varga, The keeper")
    tv.press("right", "right")
    # A person with two roles is listed once.
    tv.until(focus="Mei-Lin Zhou, Director, Screenplay")
    tv.press("ok")
    tv.until(route="person", state="ready", text="Mei-Lin Zhou", focus=f"{title(100)}, Director, Producer")
    tv.press("down")
    tv.until(focus=f"{title(104)}, Director")
    tv.press("ok")
    tv.until(route="title", state="ready", text=title(104))
    # Every page restores its focus.
    tv.press("back")
    tv.until(route="person", state="ready", focus=title(104))
    tv.press("back")
    tv.until(route="title", state="ready", text="Paper Season", focus="Mei-Lin Zhou")


def test_person_without_credits_and_unknown_person(tv: Television) -> None:
    tv.open("/tv/?test=1#/person/emil-sorensen")
    tv.until(route="person", state="ready", focus="Emil Sørensen")
    tv.press("down", "ok")
    tv.until(route="person", focus="Emil Sørensen")
    tv.page.evaluate("location.hash = '/person/nobody'")
    tv.until(state="failed", focus="Back", text="There is no such person here.")
    tv.press("ok")
    tv.until(route="person", state="ready", focus="Emil Sørensen")


def test_genres_of_a_title_lead_to_their_listings(tv: Television) -> None:
    tv.open("/tv/?test=1#/title/title-3")
    tv.until(route="title", state="ready", focus="Play")
    tv.press("down", "down", "down")
    tv.until(focus="Documentaries")
    tv.press("right", "ok")
    tv.until(route="list", state="ready", text="Drama", focus="The Quiet Harbour")
    # From there, navigate to other parts of the application.
    tv.press("up", "ok")
    tv.until(route="home", state="ready")
    tv.page.evaluate("location.hash = '/browse/category/late-night'")
    tv.until(route="list", state="ready", text="Nothing here yet", focus="Home")


def test_see_all_pages_through_a_long_listing(tv: Television) -> None:
    tv.open()
    tv.until(route="home", state="ready", focus="Play: ")
    tv.press("down", "down", "down")
    tv.until(focus="The Quiet Letter")
    tv.press(*["right"] * fake.ITEMS)
    tv.until(focus="See all, Documentaries")
    tv.press("ok")
    tv.until(route="list", state="ready", text="Documentaries", focus="The Quiet Harbour")
    assert tv.server.state.asked == ["documentaries from 0"]
    # No key press is lost at the end of a page, at any speed.
    begun = most = tv.seen()["nodes"]
    for row in range(1, fake.LISTED // 4):
        tv.press("down")
        tv.until(focus=title(3000 + 4 * row))
        most = max(most, tv.seen()["nodes"])
    assert tv.server.state.asked == [f"documentaries from {start}" for start in (0, 40, 80)]
    assert most == begun
    tv.press("down", "right", "right", "right")
    tv.until(focus=title(3099))
    tv.press("ok")
    tv.until(route="title", state="ready", text=title(3099))
    tv.press("back")
    tv.until(route="list", state="ready", focus=title(3099))
    tv.press("back")
    tv.until(route="home", focus="See all, Documentaries")


def test_presses_at_the_end_of_a_page_are_applied_when_the_next_page_has_loaded(tv: Television) -> None:
    held: list[Route] = []
    tv.page.route("**/categories/documentaries?cursor=40", lambda route: held.append(route))
    tv.open("/tv/?test=1#/browse/category/documentaries")
    tv.until(route="list", state="ready", focus=title(3000))
    for row in range(1, 10):
        tv.press("down")
        tv.until(focus=title(3000 + 4 * row))
    tv.press("down", "down")
    tv.until(focus=title(3036))
    assert len(held) == 1
    held[0].continue_()
    tv.until(focus=title(3044))


def test_search_finds_people_and_genres(tv: Television) -> None:
    tv.open("/tv/?test=1#/search")
    tv.until(route="search", focus="a")
    tv.press("s", "e", "a")
    tv.until(text="sea", state="ready")
    tv.press_until("right", "Season")
    tv.press("down")
    tv.until(focus="Sea")
    tv.press("down")
    tv.until(focus="Sean Okafor")
    tv.press("ok")
    tv.until(route="person", state="ready", text="Sean Okafor")
    tv.press("back")
    tv.until(route="search", focus="Sean Okafor")
    tv.press("up", "ok")
    tv.until(route="list", state="ready", text="Sea")


def test_playback_speed_applies_to_one_film(tv: Television) -> None:
    tv.open("/tv/?test=1#/watch/c5021")
    tv.until(route="watch", state="ready")
    tv.press("down")
    tv.press_until("right", "Speed")
    tv.press("ok")
    tv.until(focus="Speed: Normal")
    tv.press_until("down", "1.5×")
    tv.press("ok")
    tv.until(focus="Speed")
    assert tv.engine_calls()[-1] == "speed 1.5"
    tv.press("ok")
    tv.until(focus="Speed: 1.5×")
    tv.press("back", "back")
    # The next film plays at normal speed.
    tv.page.evaluate("window.__film.end()")
    tv.page.wait_for_function("window.__film.calls.includes('load /api/v1/playback/c5022')", timeout=60_000)
    tv.until(route="watch", state="ready")
    tv.press("down")
    tv.press_until("right", "Speed")
    tv.press("ok")
    tv.until(focus="Speed: Normal")


SHAPES = [(640, 400), (480, 480), (360, 640), (900, 300)]


def bright_area(picture: bytes) -> tuple[int, int, int, int]:
    """The bounding box of the bright part of a screenshot: left, top, right, bottom."""
    box = Image.open(io.BytesIO(picture)).convert("L").point(lambda grey: 255 if grey > 60 else 0).getbbox()
    return box or (0, 0, 0, 0)


def shows_whole_stage(tv: Television, width: int, height: int) -> bool:
    """Whether the settings are at the position they have on a complete, centred stage."""
    left, top, right, _ = bright_area(tv.page.screenshot())
    scale = min(width / 1920, height / 1080)
    x, y = (width - 1920 * scale) / 2, (height - 1080 * scale) / 2
    # The heading starts at 84; the focused line extends from 300 to 1620.
    found = abs(left - x - 300 * scale), abs(right - x - 1620 * scale), abs(top - y - 84 * scale)
    return all(off < most for off, most in zip(found, (4, 4, 12), strict=True))


def test_stage_fits_windows_of_any_shape(tv: Television) -> None:
    tv.open("/tv/?test=1#/settings")
    tv.until(route="settings", focus="Account")
    for width, height in SHAPES:
        tv.page.set_viewport_size({"width": width, "height": height})
        # In a resized window, and in one that had this size at start.
        for _ in ("resized", "opened"):
            for _ in range(200):
                if shows_whole_stage(tv, width, height):
                    break
                tv.page.evaluate("new Promise((seen) => requestAnimationFrame(seen))")
            assert shows_whole_stage(tv, width, height), (width, height)
            tv.page.reload()
            tv.until(route="settings", focus="Account")
