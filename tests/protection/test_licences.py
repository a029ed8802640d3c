"""The session DRM proxy: which provider is asked, and for which keys."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from otnet_server.errors import ApiError
from otnet_server.media.drm import Quality
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


def licences_for(*key_ids: str, max_quality: Quality | None = None) -> Licences:
    """The proxy, whose tokens have these keys in this order."""
    claims = PlaybackClaims(ORGANIZATION, MEDIA, "s", "v", key_ids, 0)

    async def find(ids: Any) -> dict[str, tuple[StoredKey, ContentKey]]:
        return {  # in another order, as those that are in memory come first
            id: (StoredKey(ORGANIZATION, MEDIA, TrackClass.SD, "cbcs", ISSUED_BY[id], b"", Sealed("", "")),
                 ContentKey(bytes.fromhex(id), bytes(16), TrackClass.SD))
            for id in sorted(ids)
        }  # fmt: skip

    async def verify(_: str) -> PlaybackClaims:
        return claims

    async def account(_: str, provider: str) -> Any:
        return SimpleNamespace(provider=FakeProvider(provider), settings=None)

    async def choice(_: str) -> Any:
        return SimpleNamespace(proof_required=False)

    async def access(*_: Any) -> Any:
        return SimpleNamespace(media=MEDIA, user=None, refusal=None, ends_at="2999-01-01T00:00:00+00:00",
                               proof_key=None, max_quality=max_quality)  # fmt: skip

    async def ids_of_media(media: str, max_quality: str) -> tuple[str, ...]:
        return ("aa" * 16,)

    parts: list[Any] = [
        SimpleNamespace(find=find, ids_of_media=ids_of_media), SimpleNamespace(account=account, choice=choice),
        SimpleNamespace(verify=verify), SimpleNamespace(add=lambda _: None), access, lambda _: None,
        SimpleNamespace(check=lambda *_: None),
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
