"""The conformance suite for DrmProvider.

A `DrmCase` describes the provider: `make` returns one whose requests a fake of the provider answers, `settings` are
those of an account there, and `challenges` are licence requests that the fake accepts. `make_with` returns a provider
that sends its requests to a transport of httpx; it is None for a provider that sends none.

The keys of the suite are `KEYS`, unless the provider issues keys.
"""

from __future__ import annotations

import base64
import itertools
import json
import re
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import httpx
from pydantic import BaseModel, SecretStr

from otnet_server import (
    SYSTEM_IDS,
    CertificateRequest,
    ConnectionTestRequest,
    ContentKey,
    DrmError,
    DrmProvider,
    DrmSystem,
    KeyRequest,
    LicenceRequest,
    LicenceResponse,
    Signalling,
    SignallingRequest,
    TrackClass,
)
from otnet_server.media.pssh import COMMON_SYSTEM_ID

CONTENT_ID = "suite0a1b2c3d4e5f"
KEYS = tuple(
    ContentKey(bytes.fromhex(f"{n}0112233445566778899aabbccddeeff"[:32]), bytes([n] * 8 + [255 - n] * 8), track_class)
    for n, track_class in enumerate((TrackClass.AUDIO, TrackClass.SD, TrackClass.HD), 1)
)
SECRET_NAME = re.compile(r"(password|passphrase|secret|token|credentials?|apikey|(?<!public)_key|_iv)$")
ADDRESS_NAME = re.compile(r"url|uri|host|endpoint|address")
HOSTILE_CHALLENGES = (
    b"", b"\x00", b"x" * (1 << 20), bytes(range(256)), b"{", b'{"kids": 1}', b'{"kids": [1, null, "/"]}', b"[" * 50_000,
    b"<soap:Envelope", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', b"spc=\r\nX: y", "ключ".encode(), b"%s%n{0}",
)  # fmt: skip
STRANGE_ANSWERS = (b"", b"\x00", b"{", b"{}", b"[]", b"null", b"<ckc></ckc>", b"<html>Not here</html>", b"!!" * 50,
                   b'{"license": 1, "status": []}', b"[" * 50_000, b"x" * (2 << 20))  # fmt: skip


@dataclass(frozen=True)
class DrmCase:
    make: Callable[[], DrmProvider]
    settings: BaseModel
    challenges: Mapping[DrmSystem, bytes] = field(default_factory=dict)
    make_with: Callable[[httpx.AsyncBaseTransport], DrmProvider] | None = None


async def check_it_is_a_provider(case: DrmCase) -> None:
    provider = case.make()
    assert isinstance(provider, DrmProvider)
    assert provider.name.isidentifier() and provider.name == provider.name.lower(), "the name is part of URLs"
    assert provider.label and isinstance(provider.issues_keys, bool)
    assert provider.systems and len(set(provider.systems)) == len(provider.systems)
    assert all(isinstance(system, DrmSystem) for system in provider.systems)
    assert isinstance(case.settings, provider.settings)


async def check_settings_are_described(case: DrmCase) -> None:
    """Each field says where its value is found, and those with secrets are a SecretStr. The addresses to which the
    server connects are not settings of an organization."""
    for name, setting in case.make().settings.model_fields.items():
        assert setting.description, f"{name} has no description"
        assert not ADDRESS_NAME.search(name), f"{name}: addresses belong into the Config of the plugin"
        if SECRET_NAME.search(name):
            assert setting.annotation is SecretStr, f"{name} is not a SecretStr"


async def check_settings_show_no_secrets(case: DrmCase) -> None:
    shown = f"{case.settings!r} {case.settings} {case.settings.model_dump_json()} {case.settings.model_dump()}"
    assert not _secrets_in(shown, case)


async def check_signalling(case: DrmCase) -> None:
    """Every system is there, with valid boxes that have the key of the tracks, and the same request gives the same."""
    for scheme in ("cbcs", "cenc"):
        for key in KEYS:
            ids = tuple(k.id for k in KEYS)
            request = SignallingRequest(CONTENT_ID, scheme, key.id, ids, case.settings)
            signallings = case.make().signalling(request)
            assert signallings == case.make().signalling(request)
            assert tuple(s.system for s in signallings) == tuple(case.make().systems)
            for signalling in signallings:
                _check_signalling(signalling, key.id)
                assert not _secrets_in(repr(signalling), case)
            if scheme == "cbcs":
                assert all(s.hls for s in signallings), "all systems play HLS with cbcs"


async def check_licences(case: DrmCase) -> None:
    async for request in _licence_requests(case):
        response = await case.make().licence(request)
        assert isinstance(response, LicenceResponse) and response.body and "/" in response.content_type
        if request.system == DrmSystem.FAIRPLAY:
            assert not re.fullmatch(rb"\s*(<ckc>.*|[A-Za-z0-9+/=\s]+)", response.body, re.DOTALL), "the CKC is binary"


async def check_licence_without_keys_is_refused(case: DrmCase) -> None:
    async for request in _licence_requests(case):
        error = await _error_of(case.make().licence(replace(request, keys=())))
        assert error is not None and error.status in (400, 403)


async def check_other_systems_are_refused(case: DrmCase) -> None:
    keys = await _keys(case)
    for system in set(DrmSystem) - set(case.make().systems):
        request = _licence_request(case, system, b"challenge", keys)
        assert await _error_of(case.make().licence(request)) is not None


async def check_hostile_challenges(case: DrmCase) -> None:
    """Any challenge gives a response or DrmError, without secrets."""
    keys = await _keys(case)
    for system in case.make().systems:
        for challenge in HOSTILE_CHALLENGES:
            error = await _error_of(case.make().licence(_licence_request(case, system, challenge, keys)))
            assert error is None or not _secrets_in(str(error), case, keys)


async def check_players_add_no_headers(case: DrmCase) -> None:
    """What a player sends, such as a SOAP action, does not become another header of the provider's request."""
    if case.make_with is None:
        return

    def answer(request: httpx.Request) -> httpx.Response:
        for header in request.headers.raw:
            assert not re.search(rb"[\r\n\x00]", b"".join(header)), "a header has a line break"
        return httpx.Response(200)

    provider = case.make_with(httpx.MockTransport(answer))
    async for request in _licence_requests(case):
        for text in ("x\r\nX-Injected: 1", "\x00", "ö" * 300, "x" * 100_000):
            injecting = replace(request, soap_action=text, viewer=text, session=text, challenge=text.encode())
            await _error_of(provider.licence(injecting))


async def check_keys(case: DrmCase) -> None:
    """One key of each class; the same for the same request, others in another generation."""
    if not case.make().issues_keys:
        return
    classes = tuple(TrackClass)
    request = KeyRequest(CONTENT_ID, "cbcs", classes, 1, case.settings)
    keys = await case.make().keys(request)
    assert tuple(key.track_class for key in keys) == classes
    assert all(len(key.id) == len(key.value) == 16 for key in keys)
    assert len({key.id for key in keys}) == len({key.value for key in keys}) == len(classes)
    assert keys == await case.make().keys(request)
    others = await case.make().keys(replace(request, generation=2))
    assert not {key.id for key in keys} & {key.id for key in others}
    assert not {key.value for key in keys} & {key.value for key in others}
    assert not any(key.value.hex() in repr(key) or str(key.value) in repr(key) for key in keys)


async def check_certificates(case: DrmCase) -> None:
    for system in DrmSystem:
        certificate = await case.make().certificate(CertificateRequest(system, case.settings))
        assert certificate is None or isinstance(certificate, bytes)


async def check_the_connection_test_says_what_it_checked(case: DrmCase) -> None:
    sentence = await case.make().test(ConnectionTestRequest(case.settings))
    assert sentence.endswith(".") and not _secrets_in(sentence, case)


async def check_a_provider_that_does_not_answer(case: DrmCase) -> None:
    def timeout(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout(f"{request.url} {dict(request.headers)}", request=request)

    def unreachable(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"{request.url} {dict(request.headers)}", request=request)

    for handler in (timeout, unreachable):
        await _check_failure(case, handler, 504)


async def check_a_provider_that_fails(case: DrmCase) -> None:
    for status in (500, 503):
        await _check_failure(case, _repeating(status), 502)


async def check_a_provider_that_refuses(case: DrmCase) -> None:
    for status in (400, 401, 403, 404):
        await _check_failure(case, _repeating(status), 403)


async def check_redirects_are_not_followed(case: DrmCase) -> None:
    def redirect(request: httpx.Request) -> httpx.Response:
        assert request.url.host != "redirected.example"
        return httpx.Response(307, headers={"Location": "http://redirected.example/"})

    await _check_failure(case, redirect, 502)


async def check_strange_answers(case: DrmCase) -> None:
    """Any answer with status 200 gives a result or DrmError."""
    keys = await _keys(case)
    if case.make_with is None:
        return
    for body in STRANGE_ANSWERS:
        provider = case.make_with(httpx.MockTransport(partial(_answer, body)))
        async for call in _calls(case, provider):
            error = await _error_of(call)
            assert error is None or not _secrets_in(str(error), case, keys)


async def _check_failure(case: DrmCase, handler: Callable[[httpx.Request], httpx.Response], status: int) -> None:
    if case.make_with is None:
        return
    keys = await _keys(case)
    sent: list[httpx.Request] = []

    def record(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return handler(request)

    async for call in _calls(case, case.make_with(httpx.MockTransport(record))):
        before = len(sent)
        error = await _error_of(call)
        if len(sent) > before:
            assert error is not None, "a failure is an error"
            assert error.status == status, error
            assert not _secrets_in(str(error), case, keys), error
        if sent[before:] and sent[-1].method == "POST":
            assert len(sent) == before + 1, "a licence request is sent once"
    assert sent, "the transport was not used"


def _repeating(status: int) -> Callable[[httpx.Request], httpx.Response]:
    """Answers that repeat the request: the body of the first as text, of the next as JSON."""
    count = itertools.count()

    def answer(request: httpx.Request) -> httpx.Response:
        said = f"{request.url} {dict(request.headers)} {request.content.decode('utf-8', 'replace')}"
        if next(count) % 2:
            return httpx.Response(status, json={"message": said})
        return httpx.Response(status, text=" ".join(said.split()))

    return answer


def _answer(body: bytes, request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=body)


async def _calls(case: DrmCase, provider: DrmProvider) -> AsyncIterator[Awaitable[Any]]:
    """Every call that may send a request."""
    async for request in _licence_requests(case):
        yield provider.licence(request)
    if provider.issues_keys:
        yield provider.keys(KeyRequest(CONTENT_ID, "cbcs", tuple(TrackClass), 1, case.settings))
    for system in provider.systems:
        yield provider.certificate(CertificateRequest(system, case.settings))
    yield provider.test(ConnectionTestRequest(case.settings))


async def _keys(case: DrmCase) -> tuple[ContentKey, ...]:
    provider = case.make()
    if not provider.issues_keys:
        return KEYS
    classes = tuple(key.track_class for key in KEYS)
    return await provider.keys(KeyRequest(CONTENT_ID, "cbcs", classes, 1, case.settings))


async def _licence_requests(case: DrmCase) -> AsyncIterator[LicenceRequest]:
    keys = await _keys(case)
    for system, challenge in case.challenges.items():
        yield _licence_request(case, system, challenge, keys)


def _licence_request(
    case: DrmCase, system: DrmSystem, challenge: bytes, keys: tuple[ContentKey, ...]
) -> LicenceRequest:
    return LicenceRequest(
        system, challenge, CONTENT_ID, "cbcs", keys, "session-1", "viewer-1",
        datetime.now(UTC) + timedelta(hours=1), case.settings, keys[0].id,
    )  # fmt: skip


async def _error_of(call: Awaitable[Any]) -> DrmError | None:
    try:
        await call
    except DrmError as e:
        assert e.code and e.message and e.status in (400, 403, 502, 504)
        return e
    return None


def _secrets_in(text: str, case: DrmCase, keys: tuple[ContentKey, ...] = KEYS) -> list[str]:
    secrets = [
        value.get_secret_value() for _, value in case.settings if isinstance(value, SecretStr) and len(str(value)) > 3
    ]
    for key in keys:
        secrets += [key.value.hex(), base64.b64encode(key.value).decode().rstrip("="), json.dumps(str(key.value))]
    return [secret for secret in secrets if secret in text]


def _check_signalling(signalling: Signalling, key_id: bytes) -> None:
    if signalling.pssh:
        system_id, key_ids, data = _parsed_pssh(signalling.pssh)
        common = COMMON_SYSTEM_ID if signalling.system == DrmSystem.CLEARKEY else None
        assert system_id in (SYSTEM_IDS[signalling.system], common)
        assert key_id in key_ids or key_id in data or _playready_id(key_id) in data, "the box has the key id"
    if signalling.playready_object:
        assert signalling.system == DrmSystem.PLAYREADY
        size, _ = struct.unpack_from("<IH", signalling.playready_object)
        assert size == len(signalling.playready_object) and _playready_id(key_id) in signalling.playready_object
    if signalling.hls is not None:
        assert re.match(r"[a-z][a-z+.-]*:|/", signalling.hls.uri) and not re.search(r'["\r\n]', signalling.hls.uri)
        assert signalling.hls.key_format and not re.search(r'["\r\n]', signalling.hls.key_format)
        assert signalling.hls.key_id in (None, key_id)


def _playready_id(key_id: bytes) -> bytes:
    return base64.b64encode(UUID(bytes=key_id).bytes_le).decode().encode("utf-16-le")


def _parsed_pssh(box: bytes) -> tuple[UUID, tuple[bytes, ...], bytes]:
    """System id, key ids and data of a `pssh` box (ISO/IEC 23001-7 §8.1)."""
    size, kind, version = struct.unpack_from(">I4sB", box)
    assert size == len(box) and kind == b"pssh" and version in (0, 1)
    system_id, at = UUID(bytes=box[12:28]), 28
    key_ids: tuple[bytes, ...] = ()
    if version == 1:
        (count,) = struct.unpack_from(">I", box, at)
        key_ids = tuple(_parts(box[at + 4 : at + 4 + 16 * count]))
        at += 4 + 16 * count
    (length,) = struct.unpack_from(">I", box, at)
    assert at + 4 + length == size
    return system_id, key_ids, box[at + 4 :]


def _parts(data: bytes) -> Iterator[bytes]:
    for at in range(0, len(data), 16):
        yield data[at : at + 16]
