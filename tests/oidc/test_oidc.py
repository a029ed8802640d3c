"""Sign-in with a real OpenID Connect provider: npm's oidc-provider in its own process."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from otnet_server.config import Plugins
from otnet_server.testing import auth, checks, enabled
from tests.control.services import control_plane
from tests.harness import ROOT, OTNet, running
from tests.studio import owner

FOLDER = Path(__file__).parent


@contextmanager
def provider() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """(issuer, process); the provider accepts requests once it has read the callback URL from stdin."""
    argv = [sys.executable, str(ROOT / "scripts" / "node.py"), "node", "provider.mjs"]
    with subprocess.Popen(argv, cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        try:
            yield json.loads(process.stdout.readline())["issuer"], process
        finally:
            process.stdin.close()
            process.wait(20)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OTNet]:
    """A server with the provider and an owner, ann@example.org."""
    folder = tmp_path_factory.mktemp("oidc")
    (folder / "library").mkdir()
    with provider() as (issuer, process):
        names = ["local_storage", "ffmpeg_encoder", "shaka_packager", "local_executor", "oidc"]
        settings = {"enabled": names, "config": {"oidc": {
            "issuer": issuer, "client_id": "otnet", "client_secret": {"env": "OIDC_SECRET"}, "label": "Our sign-in"}}}  # fmt: skip
        environment = {f"OTNET_PLUGINS__{k.upper()}": json.dumps(v) for k, v in settings.items()}
        environment["OIDC_SECRET"] = "secret-of-otnet"
        with running(folder / "data", folder / "library", **environment) as server:  # type: ignore[arg-type]
            assert process.stdin and process.stdout
            process.stdin.write(f"{server.url}/api/v1/auth/oidc/oidc/callback\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["ready"]
            with owner(server):
                pass
            yield server


def complete_login(browser: httpx.Client, answer: httpx.Response, login: str) -> httpx.Response:
    """Submit the forms of the provider's pages until it redirects back. `login`: see provider.mjs."""
    for _ in range(6):
        form = re.search(r'<form[^>]*action="([^"]+)"[^>]*method="post"', answer.text)
        if form is None:
            return answer
        prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)
        assert prompt
        fields = {"prompt": prompt[1], "login": login, "password": "anything"}
        answer = browser.post(answer.url.join(form[1]), data=fields)
    raise AssertionError("the provider asks without end")


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with provider() as (found, process):
        assert process.stdin and process.stdout
        process.stdin.write(f"{auth.CALLBACK}\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["ready"]
        yield found


@pytest.mark.parametrize("check", checks(auth), ids=lambda check: check.__name__)
async def test_oidc_conforms_to_the_protocol(check: Callable[..., Any], issuer: str, tmp_path: Path) -> None:
    config = {"oidc": {"issuer": issuer, "client_id": "otnet", "client_secret": "secret-of-otnet"}}
    host = enabled("oidc", folder=tmp_path, data=tmp_path / "data", config=config)
    await check(lambda: host.auth()["oidc"])


@pytest.mark.parametrize(("login", "email", "lands"), [
    ("ann", "ann@example.org", "/studio/"),
    ("unverified-ann", None, "/studio/#/login?problem=unknown"),
    ("stranger", None, "/studio/#/login?problem=unknown"),
])  # fmt: skip
def test_only_known_users_with_a_verified_email_are_signed_in(
    server: OTNet, login: str, email: str | None, lands: str
) -> None:
    with httpx.Client(base_url=server.url, follow_redirects=True, timeout=30) as browser:
        offered = browser.get("/api/v1/auth/session").json()
        assert offered["providers"] == [{"name": "oidc", "label": "Our sign-in"}]
        answer = complete_login(browser, browser.get("/api/v1/auth/oidc/oidc"), login)
        last = answer.history[-1].headers["location"]
        assert last == lands
        user = browser.get("/api/v1/auth/session").json()["user"]
        assert (user or {}).get("email") == email


def test_sign_in_with_the_provider_in_a_browser(server: OTNet, browser: Browser) -> None:
    context = browser.new_context(locale="en-US")
    try:
        page = context.new_page()
        page.goto(f"{server.url}/studio/")
        page.get_by_role("link", name="Our sign-in").or_(page.get_by_role("button", name="Our sign-in")).click()
        page.get_by_placeholder("Enter any login").fill("ann")
        page.get_by_placeholder("and password").fill("anything")
        page.get_by_role("button", name="Sign-in").click()
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", name="Home")).to_be_visible()
    finally:
        context.close()


def test_unsolicited_callbacks_are_refused(server: OTNet) -> None:
    with httpx.Client(base_url=server.url) as browser:
        answer = browser.get("/api/v1/auth/oidc/oidc/callback?code=x&state=y")
        assert (answer.status_code, answer.headers["location"]) == (303, "/studio/#/login?problem=expired")
        browser.get("/api/v1/auth/oidc/oidc")
        answer = browser.get("/api/v1/auth/oidc/oidc/callback?code=x&state=y")
        assert answer.status_code == 400 and answer.json()["code"] == "sign_in_failed"
        assert browser.get("/api/v1/auth/oidc/nobody").json()["code"] == "not_found"


def test_unreachable_provider_is_reported(tmp_path: Path) -> None:
    config = {"oidc": {"issuer": "http://127.0.0.1:9", "client_id": "otnet"}}
    plugins = Plugins(
        enabled=("local_storage", "ffmpeg_encoder", "shaka_packager", "local_executor", "oidc"), config=config
    )
    with control_plane(tmp_path / "data", plugins=plugins) as plane:
        assert plane.anonymous().get("/api/v1/auth/oidc/oidc").json()["code"] == "provider_away"
