"""Profiles of viewers on the site."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.site.conftest import Visit
from tests.site.fake_site import FakeSite


def test_profile_for_children_is_created_chosen_and_left_with_a_pin(visit: Visit, fake: FakeSite) -> None:
    page = visit("/profile", signed_in=True)
    page.get_by_role("button", name="Edit Ann Becker").click()
    editor = page.locator(".profile-editor")
    editor.get_by_label("PIN (4 digits)").fill("2468")
    editor.get_by_role("button", name="Save").click()
    expect(editor).to_have_count(0)
    page.get_by_role("button", name="Add a profile").click()
    editor.get_by_label("Name").fill("Kim")
    editor.get_by_label("Age limit").select_option("6")
    editor.get_by_role("button", name="Save").click()
    expect(editor).to_have_count(0)
    expect(page.get_by_test_id("profiles")).to_contain_text("Titles up to 6")
    assert (fake.profiles[1]["name"], fake.profiles[1]["max_age"]) == ("Kim", 6)
    page.get_by_test_id("avatar").click()
    page.get_by_role("button", name="Kim").click()
    page.wait_for_url(fake.url + "/")
    expect(page.get_by_test_id("avatar")).to_contain_text("Kim")
    page.goto(f"{fake.url}/profile")
    expect(page.get_by_text("This profile has an age limit")).to_be_visible()
    page.get_by_role("link", name="Change profile").click()
    page.get_by_role("button", name="Ann Becker").click()
    for pin in ("0000", "2468"):
        page.get_by_label("PIN of Ann Becker").fill(pin)
        page.get_by_role("button", name="Continue").click()
        if pin == "0000":
            expect(page.get_by_role("alert")).to_contain_text("The PIN is wrong")
    page.wait_for_url(fake.url + "/")
    expect(page.get_by_test_id("avatar")).to_contain_text("Ann Becker")
