"""Clients of a running server: a signed-in owner, programs with API keys, and steps on the studio's pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpx
from playwright.sync_api import Locator, expect

from tests.harness import TLS_CONTEXT, OTNet, until

DASHBOARD = "/api/v1/dashboard"
OWNER = {"organization": "Harbour Films", "name": "Ann", "email": "ann@example.org", "password": "a long password"}


def setup_code(server: OTNet) -> str:
    """The code in the set-up link that the server prints on its first start."""

    def printed() -> str | None:
        assert server.log is not None
        for line in server.log.read_text().splitlines():
            if '"setup"' in line:
                return str(json.loads(line)["setup"]).partition("code=")[2]
        return None

    return until("the set-up link is printed", printed)


@contextmanager
def owner(server: OTNet) -> Iterator[httpx.Client]:
    """Set up the server and return a client with the owner signed in."""
    with httpx.Client(base_url=server.url, timeout=60, verify=TLS_CONTEXT) as client:
        answer = client.post("/api/v1/auth/setup", json={**OWNER, "code": setup_code(server)})
        assert answer.status_code == 201, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        yield client


def create_record(client: httpx.Client, plural: str, **values: Any) -> dict[str, Any]:
    answer = client.post(f"{DASHBOARD}/{plural}", json=values)
    assert answer.status_code == 201, answer.text
    return answer.json()


def partner_client(server: OTNet, key: str) -> httpx.Client:
    return httpx.Client(base_url=server.url, timeout=60, verify=TLS_CONTEXT, headers={"Authorization": f"Bearer {key}"})


def pick(input: Locator, text: str, option: str) -> None:
    """Type into a picker and take the option with the keyboard.

    Enter takes the highlighted option, which is highlighted shortly after it is shown, and once more when the options
    are loaded again."""
    input.fill(text)
    shown = input.page.get_by_role("option", name=option, exact=True)

    def taken() -> bool:
        expect(shown.and_(input.page.locator(".Mui-focused"))).to_be_visible()
        input.press("Enter")
        with suppress(AssertionError):
            expect(shown).to_be_hidden(timeout=3000)
            return True
        return False

    until("the option is taken", taken, 60)
