"""`otnet events`: lists, follows and forwards events, of a server and of a data folder."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import aclosing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from click.testing import Result
from typer.testing import CliRunner

from otnet_server.cli import events as command
from otnet_server.cli import import_all
from otnet_server.cli.event_forwarding import Forwarder
from otnet_server.cli.event_sources import Event, Page
from otnet_server.client import Problem
from otnet_server.errors import OtnetError
from otnet_server.webhooks import signing
from tests.control.services import ControlPlane, control_plane


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with control_plane(tmp_path_factory.mktemp("events") / "data") as made:
        made.owner.make("genres", name="First")
        made.owner.make("categories", name="Second")
        yield made


class Receiver:
    """A receiver of webhooks, which answers with `status`."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.received.append(({n.lower(): v for n, v in self.headers.items()}, body))
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def run(*arguments: str, **environment: str) -> Result:
    names = {"OTNET": "", "OTNET_KEY": ""}
    return CliRunner().invoke(import_all(), ["events", *arguments], env=names | environment)


def listed(done: Result) -> list[dict[str, Any]]:
    assert done.exit_code == 0, done.output
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_events_of_a_server_are_those_of_its_data_folder(studio: ControlPlane) -> None:
    key = studio.owner.key("event:read").secret
    of_server = listed(run("--json", OTNET=studio.url, OTNET_KEY=key))
    assert [e["type"] for e in of_server][-2:] == ["genre.created", "category.created"]
    assert listed(run("--json", "--data", str(studio.settings.data))) == of_server
    # The data folder counts although the environment names a server.
    assert listed(run("--json", "--data", str(studio.settings.data), OTNET="http://127.0.0.1:1")) == of_server
    assert set(of_server[0]) == {"id", "at", "type", "data"}


@pytest.mark.parametrize("local", [True, False])
def test_types_and_position_select_events(studio: ControlPlane, local: bool) -> None:
    source = {} if local else {"OTNET": studio.url, "OTNET_KEY": studio.owner.key("event:read").secret}
    where = ("--data", str(studio.settings.data)) if local else ()
    everything = listed(run("--json", *where, **source))
    genres = listed(run("--json", "--type", "genre.created", "--type", "genre.deleted", *where, **source))
    assert genres == [e for e in everything if e["type"] == "genre.created"] != []
    rest = listed(run("--json", "--after", everything[0]["id"], *where, **source))
    assert rest == everything[1:]


def test_forwarded_events_are_the_same_as_webhooks(studio: ControlPlane, receiver: Receiver) -> None:
    hook = studio.owner.make("webhooks", url="https://hooks.invalid/x", events=["channel.created"])
    made = studio.owner.make("channels", name="Forwarded")

    def delivery() -> list[dict[str, Any]]:
        return studio.rows("webhook_delivery", webhook=hook["id"])

    deadline = time.monotonic() + 60
    while not delivery() and time.monotonic() < deadline:
        time.sleep(0.05)
    secret = signing.new_secret()
    done = run("--forward", receiver.url, "--secret", secret, "--type", "channel.created", "--data",
               str(studio.settings.data))  # fmt: skip
    assert done.exit_code == 0 and "→ 204" in done.stdout, done.output
    assert secret in done.stderr and secret not in done.stdout
    ((headers, body),) = receiver.received
    signing.verify(headers, body, [secret], time.time())
    (row,) = delivery()
    assert body == json.dumps(row["payload"], ensure_ascii=False).encode()
    assert headers["webhook-id"] == row["event"] and headers["content-type"] == "application/json"
    assert json.loads(body)["data"]["id"] == made["id"]


def test_response_of_the_receiver_is_printed(studio: ControlPlane, receiver: Receiver) -> None:
    receiver.status = 500
    arguments = ("--json", "--type", "genre.created", "--data", str(studio.settings.data))
    (event,) = listed(run("--forward", receiver.url, *arguments))
    assert event["forwarded"] == {"status": 500, "error": None}
    (event,) = listed(run("--forward", "http://127.0.0.1:1/", *arguments))
    assert event["forwarded"]["status"] is None and "connection" in event["forwarded"]["error"]


MISTAKES = [
    (("--type", "no.such"), {}, "is not a type of event"),
    (("--type", "webhook.created"), {}, "is not a type of event"),
    (("--forward", "localhost:3000"), {}, "is not a URL"),
    (("--forward", "http://x.invalid/", "--secret", "whsec_!"), {}, "The secret is not valid"),
    ((), {"OTNET": "studio.example.org"}, "is not a URL"),
    ((), {"OTNET": "http://127.0.0.1:1"}, "There is no API key"),
]


@pytest.mark.parametrize(("arguments", "environment", "said"), MISTAKES)
def test_mistakes_are_explained(
    studio: ControlPlane, arguments: tuple[str, ...], environment: dict[str, str], said: str
) -> None:
    where = () if environment else ("--data", str(studio.settings.data))
    done = run(*arguments, *where, **environment)
    assert done.exit_code == 2 and said in done.stderr, done.output


def test_unknown_position_and_missing_scope_are_explained(studio: ControlPlane) -> None:
    for after in ("999999", "x", "9" * 30):
        done = run("--after", after, "--data", str(studio.settings.data))
        assert done.exit_code == 2 and "There is no event" in done.stderr
    done = run(OTNET=studio.url, OTNET_KEY=studio.owner.key("content:read").secret)
    assert done.exit_code == 1 and "event:read" in done.stderr


class Scripted:
    """A source that returns the given pages, or raises the given errors, and records the positions."""

    def __init__(self, *answers: Page | OtnetError) -> None:
        self.answers, self.asked = list(answers), list[str]()

    async def page(self, after: str) -> Page:
        self.asked.append(after)
        answer = self.answers.pop(0)
        if isinstance(answer, OtnetError):
            raise answer
        return answer


def event(id: str) -> Event:
    return Event(id, "2026-01-01T00:00:00.000Z", "genre.created", {"id": "a" * 12})


async def first(source: Scripted, number: int) -> list[str]:
    found: list[str] = []
    async with aclosing(command._events(source, "latest", follow=True)) as following:
        async for e in following:
            found.append(e.id)
            if len(found) == number:
                break
    return found


def test_follow_continues_after_a_temporary_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "POLL_S", 0.0)
    source = Scripted(
        Page([], "7", more=False), Problem(503, {}), Problem(0, {}), Page([event("8")], "8", more=True),
        Page([], "8", more=False), Page([event("9")], "9", more=False),
    )  # fmt: skip
    assert asyncio.run(first(source, 2)) == ["8", "9"]
    assert source.asked == ["latest", "7", "7", "7", "8", "8"]


@pytest.mark.parametrize("status", [401, 403, 410])
def test_follow_ends_when_it_is_refused(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    monkeypatch.setattr(command, "POLL_S", 0.0)
    with pytest.raises(Problem):
        asyncio.run(first(Scripted(Page([], "7", more=False), Problem(status, {})), 1))


def test_redirects_are_not_followed() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(302, headers={"Location": "http://elsewhere.invalid/"})

    async def send() -> int | None:
        forwarder = Forwarder("http://here.invalid/", signing.new_secret(), httpx.MockTransport(answer))
        try:
            return (await forwarder.send(event("1"))).status
        finally:
            await forwarder.close()

    assert asyncio.run(send()) == 302 and asked == ["http://here.invalid/"]


def test_failures_are_listed_apart(studio: ControlPlane, tmp_path: Path) -> None:
    done = run("failures", "--data", str(studio.settings.data))
    assert done.exit_code == 0 and "All events were handled" in done.stdout
