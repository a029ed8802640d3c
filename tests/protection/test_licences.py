"""The session DRM proxy: which provider is asked, and for which keys."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from otnet_server.errors import ApiError, DrmError
from otnet_server.media.drm import Quality
from otnet_server.protection import licences as licences_module
from otnet_server.protection.circuit_breaker import CircuitBreaker
from otnet_server.protection.content_keys import StoredKey
from otnet_server.protection.licences import Licences
from otnet_server.protection.tokens import PlaybackClaims
from otnet_server.protection.vault import Sealed
from otnet_server.protocols import ContentKey, DrmSystem, LicenceRequest, LicenceResponse, TrackClass

ORGANIZATION, MEDIA = "000000000001", "00000000000a"
ISSUED_BY = {"aa" * 16: "new", "bb" * 16: "new", "11" * 16: "old"}


class FakeProvider:
    systems = (DrmSystem.WIDEVINE, DrmSystem.FAIRPLAY)

    def __init__(self, name: str) -> None:
        self.name = self.label = name

    async def licence(self, request: LicenceRequest) -> LicenceResponse:
        return LicenceResponse(f"{self.name} {' '.join(key.id.hex()[:2] for key in request.keys)}".encode())


def licences_for(*key_ids: str, max_quality: Quality | None = None, provider: Any = FakeProvider) -> Licences:
    """The proxy, whose tokens have these keys in this order. The token names the session."""

    async def find(ids: Any) -> dict[str, tuple[StoredKey, ContentKey]]:
        return {  # in another order, as those that are in memory come first
            id: (StoredKey(ORGANIZATION, MEDIA, TrackClass.SD, "cbcs", ISSUED_BY[id], b"", Sealed("", "")),
                 ContentKey(bytes.fromhex(id), bytes(16), TrackClass.SD))
            for id in sorted(ids)
        }  # fmt: skip

    async def verify(token: str) -> PlaybackClaims:
        return PlaybackClaims(ORGANIZATION, MEDIA, token, "v", key_ids, 0)

    async def account(_: str, name: str) -> Any:
        return SimpleNamespace(provider=provider(name), settings=None)

    async def choice(_: str) -> Any:
        return SimpleNamespace(proof_required=False)

    async def access(*_: Any) -> Any:
        return SimpleNamespace(media=MEDIA, user=None, refusal=None, ends_at="2999-01-01T00:00:00+00:00",
                               proof_key=None, max_quality=max_quality, of_channel=False)  # fmt: skip

    async def ids_of_media(media: str, max_quality: str) -> tuple[str, ...]:
        return ("aa" * 16,)

    parts: list[Any] = [
        SimpleNamespace(find=find, ids_of_media=ids_of_media), SimpleNamespace(account=account, choice=choice),
        SimpleNamespace(verify=verify), SimpleNamespace(add=lambda _: None), access, lambda _: None,
        SimpleNamespace(check=lambda *_: None), None,
    ]  # fmt: skip
    return Licences(*parts)


@pytest.mark.parametrize(
    ("key_ids", "key_id", "answer"),
    [
        (("bb" * 16, "aa" * 16, "11" * 16), "", b"new bb aa"),
        (("11" * 16, "aa" * 16), "", b"old 11"),
        (("aa" * 16, "11" * 16), "11" * 16, b"old 11"),
    ],
    ids=["what plays now is first", "the order of the token decides", "FairPlay names its key"],
)
async def test_licence_is_that_of_the_provider_which_issued_the_keys(
    key_ids: tuple[str, ...], key_id: str, answer: bytes
) -> None:
    """A title has keys of two providers while it gets new keys after the organization chose another one."""
    system = DrmSystem.FAIRPLAY if key_id else DrmSystem.WIDEVINE
    response = await licences_for(*key_ids).licence({"type": "http"}, system, "token", b"challenge", key_id)
    assert response.body == answer


async def test_token_gives_no_keys_above_the_quality_that_its_session_has_now() -> None:
    """The grant was limited after the token was signed."""
    licences = licences_for("bb" * 16, "aa" * 16, max_quality="sd")
    response = await licences.licence({"type": "http"}, DrmSystem.WIDEVINE, "token", b"challenge")
    assert response.body == b"new aa"
    for system in (DrmSystem.FAIRPLAY, DrmSystem.WIDEVINE):
        with pytest.raises(ApiError) as refused:
            await licences.licence({"type": "http"}, system, "token", b"challenge", "bb" * 16)
        assert refused.value.code == "not_authorized"


class FailingProvider(FakeProvider):
    """Does what `behaviour` says: answer, hang, raise an error of a class, or a DrmError with a status."""

    behaviour: Any = None
    asked = 0

    def __call__(self, _: str) -> FailingProvider:
        return self

    async def licence(self, request: LicenceRequest) -> LicenceResponse:
        self.asked += 1
        if self.behaviour == "hang":
            await asyncio.Event().wait()
        if isinstance(self.behaviour, int):
            raise DrmError(self.behaviour, "failed", "The provider failed.")  # type: ignore[arg-type]
        if self.behaviour is not None:
            raise self.behaviour
        return LicenceResponse(b"licence")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> tuple[Licences, FailingProvider, Clock]:
    """The proxy of a provider that fails, with a time-out of 10 ms and a clock."""
    monkeypatch.setattr(licences_module, "PROVIDER_S", 0.01)
    provider, clock = FailingProvider("slow"), Clock()
    proxy = licences_for("11" * 16, provider=provider)
    proxy._breaker = CircuitBreaker(clock=clock)
    return proxy, provider, clock


async def outcome(licences: Licences, session: str) -> tuple[int, str]:
    """The status and code that a session gets."""
    try:
        await licences.licence({"type": "http"}, DrmSystem.WIDEVINE, session, b"challenge")
    except ApiError as e:
        return e.status, e.code
    return 200, ""


@pytest.mark.parametrize("behaviour", [502, ValueError("odd"), UnicodeDecodeError("utf-8", b"x", 0, 1, "odd")])
async def test_errors_of_one_session_do_not_pause_the_others(
    failing: tuple[Licences, FailingProvider, Clock], behaviour: Any
) -> None:
    """A player with broken challenges, to which the provider answers 5xx or its plugin fails."""
    licences, provider, clock = failing
    provider.behaviour = behaviour
    assert [(await outcome(licences, "odd"))[0] for _ in range(8)] == [502] * 5 + [503] * 3
    assert provider.asked == 5
    provider.behaviour = None
    assert await outcome(licences, "another") == (200, "")
    assert await outcome(licences, "odd") == (503, "provider_unavailable")
    clock.now += 11
    assert await outcome(licences, "odd") == (200, "")


async def test_errors_of_many_sessions_pause_nobody_else(failing: tuple[Licences, FailingProvider, Clock]) -> None:
    licences, provider, _ = failing
    provider.behaviour = 502
    assert [(await outcome(licences, f"odd {n}"))[0] for n in range(12)] == [502] * 12
    provider.behaviour = None
    assert await outcome(licences, "another") == (200, "")


@pytest.mark.parametrize(("behaviour", "code"), [("hang", "provider_unreachable"), (504, "failed")])
async def test_provider_that_does_not_answer_is_not_asked_until_it_comes_back(
    failing: tuple[Licences, FailingProvider, Clock], behaviour: Any, code: str
) -> None:
    licences, provider, clock = failing
    provider.behaviour = behaviour
    assert [await outcome(licences, f"session {n}") for n in range(5)] == [(504, code)] * 5
    assert await outcome(licences, "session 0") == (503, "provider_unavailable")
    clock.now += 11
    assert [(await outcome(licences, "session 1"))[0] for _ in range(2)] == [504, 503], "one request tries again"
    provider.behaviour = None
    assert (await outcome(licences, "session 1"))[0] == 503
    clock.now += 11
    assert [(await outcome(licences, f"session {n}"))[0] for n in range(5)] == [200] * 5
    provider.behaviour = behaviour
    assert [(await outcome(licences, "session 1"))[0] for _ in range(5)] == [504] * 5, "counted anew"
