"""The viewer site and the television app against a real server: from sign-up to account deletion."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.harness import TLS_CONTEXT, OTNet, make_film, running, until
from tests.pages import Pages
from tests.studio import DASHBOARD, create_record, owner
from tests.tv.conftest import Television, launch, television_page

SECONDS = 40
PASSWORD, NEW_PASSWORD = "a long password", "another long password"


@dataclass
class Deployment:
    server: OTNet
    studio: httpx.Client
    film: dict[str, Any]


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A film with complete metadata and a second one; sign-up is open."""
    folder = tmp_path_factory.mktemp("viewers")
    library = folder / "library"
    make_film(library / "Night Train.mp4", SECONDS, size="160x90")
    make_film(library / "Harbour.mp4", 2, size="160x90")
    with running(folder / "data", library) as server, owner(server) as studio:
        server.settled("Night Train")
        server.settled("Harbour")
        here = studio.get("/api/v1/auth/session").json()["organization"]["id"]
        change(studio, "organizations", here, sign_up="open")
        films = studio.get(f"{DASHBOARD}/content").json()["items"]
        (film,) = (f for f in films if f["title"] == "Night Train")
        genre = create_record(studio, "genres", name="Noir")
        category = create_record(studio, "categories", name="Late show")
        person = create_record(studio, "people", name="Noor Haddad", biography="She drives *trains*.")
        create_record(studio, "credits", content=film["id"], person=person["id"], role="actor", character="The driver")
        change(studio, "content", film["id"], genres=[genre["id"]], categories=[category["id"]],
               synopsis="A train, a night, and **nobody** at the wheel.")  # fmt: skip
        yield Deployment(server, studio, film)


def change(studio: httpx.Client, plural: str, id: str, **values: Any) -> None:
    answer = studio.patch(f"{DASHBOARD}/{plural}/{id}", json=values)
    assert answer.status_code == 200, answer.text


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser with WebGL for the television app."""
    yield from launch()


@pytest.fixture
def page(deployment: Deployment, pages: Pages) -> Iterator[Page]:
    yield pages.open(width=1280, height=800, base_url=deployment.server.url, locale="en-US")
    assert pages.errors == []


def submit(page: Page, button: Locator) -> None:
    """Press a button and wait for the response: `expect` would notice it up to a second later."""
    with page.expect_response(lambda answer: answer.request.method != "GET"):
        button.click()


def sign_up(page: Page, email: str) -> None:
    page.goto("/sign-up")
    page.get_by_label("Name").fill("Mara Vogel")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    submit(page, page.locator("main form button[type=submit]"))
    expect(page).to_have_url(re.compile(r":\d+/$"))


def sign_in(page: Page, email: str, word: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(word)
    submit(page, page.locator("main form button[type=submit]"))


def test_viewer_finds_lists_and_watches_a_film(deployment: Deployment, page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="Late show")).to_be_visible()
    page.goto("/search")
    page.get_by_test_id("search").press_sequentially("nigh")
    page.locator("main").get_by_role("link", name="Night Train").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Night Train")
    expect(page.locator("main strong")).to_have_text("nobody")
    page.get_by_role("link", name="Noor Haddad").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Noor Haddad")
    expect(page.locator("main em")).to_have_text("trains")
    page.locator("main").get_by_role("link", name="Night Train").first.click()
    page.get_by_role("link", name="Noir").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Noir")

    sign_up(page, "finds@example.org")
    page.goto(f"/title/{deployment.film['slug']}")
    # The button shows the new state before the server has it, and leaving the page ends the request.
    with page.expect_response(lambda answer: "/me/list/" in answer.url and answer.request.method == "PUT"):
        page.get_by_test_id("list-button").click()
    expect(page.get_by_test_id("list-button")).to_have_attribute("aria-pressed", "true")
    page.goto("/list")
    page.locator("main").get_by_role("link", name="Night Train").first.click()
    page.get_by_test_id("play").click()
    engine = "document.querySelector('otnet-video').engine"
    expect(page.locator("main")).to_have_attribute("data-state", "playing")
    page.evaluate(f"() => {{ {engine}.video.muted = true; return {engine}.play() }}")
    page.evaluate(f"() => {engine}.seek(20)")
    page.wait_for_function(f"() => {engine}.video.currentTime > 20.3", timeout=60_000)
    page.get_by_test_id("back").click()

    def goes_on() -> bool:
        page.goto("/")
        expect(page.get_by_test_id("row-new")).to_be_visible()
        return page.get_by_test_id("row-continue").filter(has_text="Night Train").count() > 0

    until("how far it came has been told", goes_on)


def test_viewer_changes_resets_and_deletes_an_account(deployment: Deployment, page: Page) -> None:
    sign_up(page, "mara@example.org")
    page.goto("/profile")
    page.get_by_label("Name").fill("Mara Lind")
    page.get_by_label("E-mail address").fill("mara.lind@example.org")
    page.locator("section[aria-labelledby=you]").get_by_label("Current password").fill(PASSWORD)
    submit(page, page.get_by_role("button", name="Save"))
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.get_by_test_id("sign-out").click()

    sign_in(page, "mara.lind@example.org", "forgotten")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("button", name="Forgot your password?").click()
    page.get_by_label("E-mail address").fill("mara.lind@example.org")
    submit(page, page.locator("main form button[type=submit]"))
    expect(page.get_by_role("status")).to_contain_text("a link has been created")
    link = until("the link is in the log", lambda: reset_link(deployment.server))
    page.goto(link)
    page.get_by_label("New password").fill(NEW_PASSWORD)
    submit(page, page.locator("main form button[type=submit]"))
    expect(page.get_by_role("status")).to_contain_text("The new password is set.")
    page.goto("/")
    page.goto(link)
    page.get_by_label("New password").fill(PASSWORD)
    submit(page, page.locator("main form button[type=submit]"))
    expect(page.get_by_role("alert")).to_have_text("This link has been used or is too old.")

    sign_in(page, "mara.lind@example.org", NEW_PASSWORD)
    expect(page).to_have_url(f"{deployment.server.url}/")
    page.goto("/profile")
    expect(page.get_by_label("Name")).to_have_value("Mara Lind")
    page.get_by_test_id("leave").click()
    page.locator("section[aria-labelledby=leave]").get_by_label("Current password").fill(PASSWORD)
    submit(page, page.get_by_role("button", name="permanently"))
    expect(page.get_by_role("alert")).to_contain_text("not your password")
    page.locator("section[aria-labelledby=leave]").get_by_label("Current password").fill(NEW_PASSWORD)
    submit(page, page.get_by_role("button", name="permanently"))
    expect(page.get_by_test_id("sign-in-link")).to_be_visible()
    sign_in(page, "mara.lind@example.org", NEW_PASSWORD)
    expect(page.get_by_role("alert")).to_contain_text("wrong")


def reset_link(server: OTNet) -> str | None:
    assert server.log is not None
    lines = (json.loads(line) for line in server.log.read_text().splitlines() if "/reset#token=" in line)
    return next((str(line["link"]) for line in lines), None)


def poll_soon(route: Route) -> None:
    """The server's pairing code with a shorter polling interval."""
    answer = route.fetch()
    route.fulfill(response=answer, json=answer.json() | {"interval": 1})


@pytest.fixture
def tv(deployment: Deployment, pages: Pages) -> Television:
    page = television_page(pages, init="")
    page.route("**/api/v1/auth/device", poll_soon)
    return Television(page, deployment.server.url, deployment.server)


@contextmanager
def phone_of(server: OTNet, email: str) -> Iterator[httpx.Client]:
    """The signed-in client of a new viewer."""
    with httpx.Client(base_url=server.url, timeout=60, verify=TLS_CONTEXT) as phone:
        body = {"name": "Sofa", "email": email, "password": PASSWORD}
        phone.headers["X-CSRF-Token"] = phone.post("/api/v1/auth/signup", json=body).json()["csrf"]
        yield phone


def test_paired_television_resumes_where_the_viewer_stopped(deployment: Deployment, tv: Television) -> None:
    with phone_of(deployment.server, "sofa@example.org") as phone:
        told = {"content": deployment.film["id"], "position_s": 20, "duration_s": SECONDS}
        assert phone.put("/api/v1/me/progress", json=told).status_code == 204

        tv.open("/tv/?test=1")
        tv.until(route="home", state="ready")
        tv.page.evaluate("location.hash = '/pair'")
        tv.until(route="pair", state="ready")
        code = tv.seen()["text"].split()[0]
        assert phone.get(f"/api/v1/auth/device/{code}").json()["client"] == "Television"
        assert phone.post(f"/api/v1/auth/device/{code}", json={"allow": True}).status_code == 204
        tv.until(route="home", state="ready")
        tv.page.evaluate(f"location.hash = '/title/{deployment.film['slug']}'")
        tv.until(route="title", state="ready", focus="Resume")
        tv.press("ok")
        video = "document.getElementById('picture')"
        tv.page.wait_for_function(f"() => {video}.currentTime > 20.3 && {video}.videoWidth > 0", timeout=60_000)
        tv.press("back")
        tv.until(route="title", state="ready")
        at = f"/api/v1/me/progress?content={deployment.film['id']}"
        until("the phone knows how far the television came", lambda: phone.get(at).json()["position_s"] > 20)


@pytest.fixture
def members_film(deployment: Deployment) -> Iterator[dict[str, Any]]:
    """The film, for members only."""
    change(deployment.studio, "content", deployment.film["id"], visibility="members")
    yield deployment.film
    change(deployment.studio, "content", deployment.film["id"], visibility="public")


def end_playback_sessions(studio: httpx.Client) -> None:
    """End all playback sessions, as the studio does; there is at least one."""
    sessions = studio.get(f"{DASHBOARD}/playback_sessions").json()["items"]
    assert sessions
    for session in sessions:
        assert studio.delete(f"{DASHBOARD}/playback_sessions/{session['id']}").status_code == 204


def goes_on_after_its_session_has_ended(page: Page, video: str, studio: httpx.Client) -> None:
    """A player seeks to where nothing is buffered after its session has ended, and plays there."""
    page.wait_for_function(f"() => {video}.currentTime > 0.2 && {video}.videoWidth > 0", timeout=60_000)
    end_playback_sessions(studio)
    page.evaluate(f"() => {{ {video}.currentTime = 37 }}")
    page.wait_for_function(f"() => {video}.currentTime > 37.3", timeout=60_000)


def test_players_go_on_when_their_playback_session_is_lost(
    deployment: Deployment, members_film: dict[str, Any], page: Page
) -> None:
    with phone_of(deployment.server, "members@example.org") as phone:
        page.context.add_cookies(
            [{"name": n, "value": v, "url": deployment.server.url} for n, v in phone.cookies.items()]
        )
    page.goto(f"/watch/{members_film['id']}")
    expect(page.locator("main")).to_have_attribute("data-state", "playing")
    engine = "document.querySelector('otnet-video').engine"
    page.evaluate(f"() => {{ {engine}.video.muted = true; return {engine}.play() }}")
    goes_on_after_its_session_has_ended(page, f"{engine}.video", deployment.studio)
    assert page.evaluate(f"() => {engine}.error") is None
    page.goto("/")
    path = f"{DASHBOARD}/playback_sessions"
    until("leaving the page ends the session", lambda: deployment.studio.get(path).json()["items"] == [])


def test_television_plays_members_titles_and_goes_on_when_its_session_is_lost(
    deployment: Deployment, members_film: dict[str, Any], tv: Television
) -> None:
    with phone_of(deployment.server, "members-sofa@example.org") as phone:
        tv.open("/tv/?test=1#/pair")
        tv.until(route="pair", state="ready")
        code = tv.seen()["text"].split()[0]
        assert phone.post(f"/api/v1/auth/device/{code}", json={"allow": True}).status_code == 204
        tv.until(route="home", state="ready")
        tv.page.evaluate(f"location.hash = '/watch/{members_film['id']}'")
        goes_on_after_its_session_has_ended(tv.page, "document.getElementById('picture')", deployment.studio)
        tv.press("back")
