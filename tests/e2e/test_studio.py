"""The studio in a browser: set-up, upload, editing, publication and API keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from otnet_server.playback.tokens import Tokens, secret_of
from tests.harness import OTNet, make_film, running, until
from tests.studio import OWNER, setup_code


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OTNet]:
    base = tmp_path_factory.mktemp("studio")
    (base / "library").mkdir()
    with running(base / "data", base / "library", options=()) as started:
        yield started


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US", color_scheme="light")
    made = context.new_page()
    made.faults = []  # type: ignore[attr-defined]
    made.on("pageerror", lambda e: made.faults.append(str(e)))  # type: ignore[attr-defined]
    yield made
    context.close()


def open_page(page: Page, server: OTNet, path: str) -> None:
    page.goto(f"{server.url}/studio/#{path}")
    expect(page.locator("main h1").first).to_be_visible()


def test_set_up_upload_publish_and_create_an_api_key(server: OTNet, page: Page, tmp_path: Path) -> None:
    # Set up the server with the link it printed.
    page.goto(f"{server.url}/studio/#/setup?code={setup_code(server)}")
    page.get_by_label("Organization").fill(OWNER["organization"])
    page.get_by_label("Your name").fill(OWNER["name"])
    page.get_by_label("E-mail").fill(OWNER["email"])
    page.get_by_label("Password", exact=True).fill(OWNER["password"])
    page.get_by_role("button", name="Set up the studio").click()
    expect(page.get_by_role("heading", name="Home")).to_be_visible()

    # Upload a real file, which becomes ready while the page is open.
    film = make_film(tmp_path / "Night Train (2024).mp4", 2, size="160x90")
    open_page(page, server, "/uploads")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files(str(film))
    expect(page.get_by_text("uploaded").first).to_be_visible(timeout=60_000)
    open_page(page, server, "/media")
    expect(page.get_by_role("row").filter(has_text="Night Train")).to_contain_text("Ready", timeout=120_000)

    # Edit and publish it; only then does the public API return it.
    public = f"{server.url}/api/v1/public/content"
    token = {"Authorization": f"Bearer {viewer_token(server)}"}
    assert httpx.get(public, headers=token).json()["items"] == []
    open_page(page, server, "/content")
    page.get_by_role("link", name="Night Train").first.click()
    page.get_by_role("button", name="Add Synopsis").click()
    page.get_by_label("Synopsis").fill("A guard counts the lights between two towns.")
    page.get_by_role("button", name="Publish", exact=True).click()  # leaving the field saves it
    expect(page.get_by_text("A guard counts the lights")).to_be_visible()
    expect(page.get_by_test_id("film-state")).to_have_text("Published")
    (shown,) = until("it is public", lambda: httpx.get(public, headers=token).json()["items"])
    assert shown["synopsis"].startswith("A guard counts") and shown["media"][0]["playable"]

    # The home page shows who plays it, and ends the playback session.
    sources = httpx.get(f"{server.url}/api/v1/playback/{shown['id']}", headers=token).json()["sources"]
    manifest = server.url + sources["hls"]
    assert httpx.get(manifest).status_code == 200
    open_page(page, server, "/")
    row = page.locator(".session-row").filter(has_text="Night Train").filter(has_text="Token")
    row.get_by_role("button", name="End").click()
    expect(row).to_be_hidden()
    until("the session ends", lambda: httpx.get(manifest).status_code == 403)

    # Create and rotate a key; the API accepts the new one and, during the overlap, the old one.
    open_page(page, server, "/api_keys")
    page.get_by_role("link", name="New").or_(page.get_by_role("button", name="New")).first.click()
    page.get_by_label("Name").fill("Partner site")
    page.get_by_label("content:read").or_(page.get_by_text("Read content")).first.click()
    page.get_by_role("button", name="Create").click()
    first = shown_secret(page)
    page.get_by_role("button", name="Rotate").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Rotate").click()
    second = shown_secret(page)
    assert first != second
    for key in (first, second):
        answer = httpx.get(f"{server.url}/api/v1/partner/content", headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 200 and answer.json()["items"][0]["title"] == "Night Train"
    open_page(page, server, "/api_keys")
    expect(page.get_by_role("row").filter(has_text="Partner site")).to_contain_text("left")

    # The API panel shows the request behind the page and sends it.
    open_page(page, server, "/content")
    page.get_by_role("button", name=re.compile("API")).first.click()
    panel = page.get_by_role("complementary").or_(page.get_by_role("dialog")).last
    panel.get_by_role("button", name="Send").click()
    expect(panel).to_contain_text("Night Train")
    expect(panel).to_contain_text("200")
    assert page.faults == []  # type: ignore[attr-defined]


def viewer_token(server: OTNet) -> str:
    return Tokens(secret_of(server.data)).make(86_400)


def shown_secret(page: Page) -> str:
    """The API key that a dialog shows once."""
    dialog = page.get_by_role("dialog").filter(has_text="otk_")
    expect(dialog).to_be_visible()
    text = dialog.inner_text() + "".join(i.input_value() for i in dialog.locator("input").all())
    found = re.search(r"otk_[A-Za-z0-9]{46}", text)
    assert found, text
    dialog.get_by_role("button").last.click()
    expect(dialog).to_be_hidden()
    return found[0]
