"""Which requests of the Python client are repeated, how often, and after which pause."""

from __future__ import annotations

import os
import pickle
import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from otnet_client import (
    APIError,
    AsyncClient,
    Client,
    ConnectionFailed,
    MediaFailed,
    NotFound,
    OTNetError,
    RateLimited,
    RequestTimeout,
    ServerError,
    UploadFailed,
    ValidationError,
)
from otnet_client._upload_files import LocalFile

from tests.clients.conftest import Served

RECORD = {"id": "0123456789ab"}
OK = httpx.Response(200, json=RECORD)
PAGE = {"items": [], "next": None}


class Fake:
    """A server that returns the given responses in order, and records the requests and the pauses of the client."""

    def __init__(self, *answers: httpx.Response | Exception, retries: int = 3) -> None:
        self.answers, self.requests, self.pauses = list(answers), list[httpx.Request](), list[float]()
        http = httpx.Client(transport=httpx.MockTransport(self.answer))
        self.client = Client("http://otnet/base/", "otk_secret", http_client=http, max_retries=retries)
        self.client._transport.sleep = self.pauses.append

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def busy(status: int = 503, **headers: str) -> httpx.Response:
    return httpx.Response(status, headers={n.replace("_", "-"): v for n, v in headers.items()})


READS: list[Callable[[Client], Any]] = [
    lambda c: c.content.retrieve("0123456789ab"),
    lambda c: c.content.create(title="T"),
    lambda c: c.content.upsert("cms-1", title="T"),
]
CHANGES: list[Callable[[Client], Any]] = [
    lambda c: c.content.update("0123456789ab", title="T"),
    lambda c: c.content.publish("0123456789ab"),
    lambda c: c.content.delete("0123456789ab"),
]


@pytest.mark.parametrize("call", READS)
@pytest.mark.parametrize("failure", [busy(), busy(502), busy(504), httpx.ConnectError("away"), httpx.ReadError("cut")])
def test_safe_requests_are_repeated(call: Callable[[Client], Any], failure: httpx.Response | Exception) -> None:
    fake = Fake(failure, failure, OK)
    assert call(fake.client).id == "0123456789ab"
    assert len(fake.requests) == 3 and 0.25 <= fake.pauses[0] <= 0.5 <= fake.pauses[1] <= 1
    assert len({r.headers.get("idempotency-key") for r in fake.requests}) == 1


@pytest.mark.parametrize("call", CHANGES)
@pytest.mark.parametrize("failure", [busy(), httpx.ReadError("cut")])
def test_other_requests_are_sent_once(call: Callable[[Client], Any], failure: httpx.Response | Exception) -> None:
    fake = Fake(failure)
    with pytest.raises((ServerError, ConnectionFailed)):
        call(fake.client)
    assert len(fake.requests) == 1


@pytest.mark.parametrize("call", [*READS, *CHANGES])
def test_every_request_is_repeated_after_a_rate_limit(call: Callable[[Client], Any]) -> None:
    fake = Fake(busy(429, Retry_After="7"), OK)
    call(fake.client)
    assert 7 <= fake.pauses[0] <= 7.5


def test_retries_are_bounded() -> None:
    fake = Fake(*[busy()] * 4)
    with pytest.raises(ServerError) as failed:
        fake.client.content.retrieve("0123456789ab")
    assert (failed.value.status, len(fake.requests), len(fake.pauses)) == (503, 4, 3)
    none = Fake(busy(), retries=0)
    with pytest.raises(ServerError):
        none.client.content.list().first_page()
    assert len(none.requests) == 1


def test_retry_after_may_be_a_date_and_is_bounded() -> None:
    at = datetime.now(UTC) + timedelta(seconds=20)
    fake = Fake(busy(Retry_After=format_datetime(at, usegmt=True)), OK)
    fake.client.content.retrieve("0123456789ab")
    assert 15 < fake.pauses[0] < 21
    with pytest.raises(RateLimited) as limited:
        Fake(busy(429, Retry_After="3600")).client.content.retrieve("0123456789ab")
    assert limited.value.retry_after == 3600
    for strange in ("", "-1", "soon", "1e3", "²", "9" * 40):
        fake = Fake(busy(Retry_After=strange), OK) if strange.isascii() else Fake(busy(), OK)
        fake.client.content.retrieve("0123456789ab")
        assert 0 <= fake.pauses[0] <= 1


def test_permanent_errors_are_not_repeated() -> None:
    for status in (400, 401, 403, 404, 409, 412, 422, 500, 301):
        fake = Fake(busy(status))
        with pytest.raises(APIError):
            fake.client.content.retrieve("0123456789ab")
        assert len(fake.requests) == 1


def test_error_responses_without_problem_details_are_errors() -> None:
    for text in ("<html>", "[]", '"x"', '{"errors": 5, "used_by": {}}', ""):
        with pytest.raises(NotFound) as failed:
            Fake(httpx.Response(404, text=text)).client.content.retrieve("0123456789ab")
        assert (failed.value.code, failed.value.errors) == ("http_404", [])
    with pytest.raises(RequestTimeout):
        Fake(httpx.ReadTimeout("slow"), retries=0).client.content.retrieve("0123456789ab")


@pytest.mark.parametrize("text", ["<html>", "[]", "5", "{}", '{"records": []}'])
def test_responses_of_something_else_than_otnet_are_errors(text: str) -> None:
    with pytest.raises(OTNetError, match="Check the URL"):
        Fake(httpx.Response(200, text=text)).client.content.list().first_page()
    with pytest.raises(OTNetError, match="Check the URL"):
        Fake(httpx.Response(200, text=text)).client.content.publish("0123456789ab")


def test_requests_have_key_agent_and_escaped_paths() -> None:
    fake = Fake(OK, httpx.Response(200, json=PAGE))
    fake.client.content.upsert("a/b?c#d ü", title="T")
    assert fake.requests[0].url.raw_path == b"/base/api/v1/partner/content/by-external-id/a%2Fb%3Fc%23d%20%C3%BC"
    assert fake.requests[0].headers["authorization"] == "Bearer otk_secret"
    assert fake.requests[0].headers["user-agent"].startswith("otnet-client/")
    list(fake.client.content.list(kind=["film", "clip"], created_at__gte=datetime(2026, 1, 1, tzinfo=UTC)))
    assert dict(fake.requests[1].url.params) == {"kind": "film,clip", "created_at.gte": "2026-01-01T00:00:00+00:00"}
    assert "otk_secret" not in repr(fake.client)


@pytest.mark.parametrize("id", ["", ".", ".."])
def test_ids_that_are_other_paths_are_refused(id: str) -> None:
    with pytest.raises(ValueError):
        Fake().client.content.retrieve(id)


def test_wrong_arguments_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTNET_KEY", raising=False)
    for url, key in (("studio.example.org", "otk_x"), ("http://x?y", "otk_x"), ("http://x", ""), ("http://x", "a\nb")):
        with pytest.raises(ValueError):
            Client(url, key)
    with pytest.raises(ValueError, match="time zone"):
        Fake().client.content.update("0123456789ab", published_from=datetime(2026, 1, 1))


@pytest.mark.parametrize("key", ["a\nb", "日本"])
def test_header_that_cannot_be_sent_is_a_mistake_of_the_caller(served: Served, key: str) -> None:
    with Client(served.server.url, served.key) as client, pytest.raises(ValueError):
        client.content.create(title="T", idempotency_key=key)


def test_client_reads_url_and_key_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTNET", "https://studio.example.org/")
    monkeypatch.setenv("OTNET_KEY", "otk_x")
    with Client() as client:
        assert repr(client) == "Client('https://studio.example.org')"


def test_deprecation_is_a_warning() -> None:
    fake = Fake(httpx.Response(200, json=PAGE, headers={"Deprecation": "@1767225600", "Sunset": "Fri, 01 Jan 2027"}))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fake.client.content.list().first_page()
    assert "deprecated until Fri, 01 Jan 2027" in str(caught[0].message)
    assert caught[0].filename == __file__, "it names the line that called the client"


def test_malformed_response_is_a_lost_connection() -> None:
    garbled = httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(b"no gzip"))
    with pytest.raises(ConnectionFailed):
        Fake(garbled, retries=0).client.content.retrieve("0123456789ab")


def test_unknown_fields_and_values_are_kept() -> None:
    record = {"id": "0123456789ab", "kind": "hologram", "depth_m": 3, "created_at": "no time", "expanded": {"x": {}}}
    content = Fake(httpx.Response(200, json=record, headers={"ETag": '"1"'})).client.content.retrieve("0123456789ab")
    assert (content.kind, content.raw["depth_m"], content.etag) == ("hologram", 3, '"1"')
    assert content.expanded == {"x": {}} and "depth_m" not in repr(content)


def test_upload_link_is_created_again_when_its_url_was_lost() -> None:
    """A response that is repeated for an Idempotency-Key does not contain the URL."""
    link, replayed = {"id": "0123456789ab"}, {"Idempotency-Replayed": "true"}
    fake = Fake(
        httpx.ReadError("cut"), httpx.Response(201, json=link, headers=replayed), httpx.Response(204),
        httpx.Response(201, json={**link, "url": "/api/v1/direct_uploads/t"}),
    )  # fmt: skip
    made = fake.client.upload_links.create(library="0123456789ab")
    assert made.url == "http://otnet/base/api/v1/direct_uploads/t"
    assert [r.method for r in fake.requests] == ["POST", "POST", "DELETE", "POST"]


async def test_async_client_retries_too() -> None:
    answers, pauses = [busy(), busy(429), httpx.Response(200, json=RECORD)], list[float]()
    http = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: answers.pop(0)))
    client = AsyncClient("http://otnet", "otk_x", http_client=http)

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    client._transport.sleep = sleep
    assert (await client.content.retrieve("0123456789ab")).id == "0123456789ab"
    assert len(pauses) == 2


def test_errors_can_be_sent_to_another_process() -> None:
    problem = {"code": "invalid", "title": "Some fields are not valid.", "errors": [{"field": "title", "reason": "x"}]}
    with pytest.raises(ValidationError) as failed:
        Fake(httpx.Response(422, json=problem)).client.content.create(title="")
    for error in (failed.value, MediaFailed("m", {"message": "no"}), UploadFailed("stopped", resumable=True)):
        copy = pickle.loads(pickle.dumps(error))
        assert (type(copy), str(copy), copy.__dict__) == (type(error), str(error), error.__dict__)


@pytest.mark.parametrize(
    ("name", "sent"),
    [("Film.mp4", "Film.mp4"), ("a\nb\x7f.mp4", "a_b_.mp4"), (os.fsdecode(b"\xff.mp4"), "?.mp4"),
     ("x" * 250 + ".mp4", "x" * 196 + ".mp4"), ("y" * 250, "y" * 200)],
)  # fmt: skip
def test_file_names_are_made_acceptable(tmp_path: Path, name: str, sent: str) -> None:
    (tmp_path / name).touch()
    assert LocalFile.open(tmp_path / name).name == sent


def test_values_of_a_filter_have_no_commas() -> None:
    with pytest.raises(ValueError, match="comma"):
        Fake().client.content.list(external_id=["a,b"])


def test_list_ends_when_its_cursor_is_repeated() -> None:
    fake = Fake(*(httpx.Response(200, json={"items": [], "next": "c"}) for _ in range(2)))
    assert list(fake.client.content.list()) == [] and len(fake.requests) == 2
