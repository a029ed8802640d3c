"""The conformance suite for AuthProvider. `make` returns a provider that can reach its service; nobody signs in there.

What a browser brings back is untrusted: a response that belongs to another sign-in, is incomplete, or says that the
user refused must raise an OtnetError, whose message people see.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

from otnet_server import AuthProvider, OtnetError

MakeAuthProvider = Callable[[], AuthProvider]
CALLBACK = "https://studio.example.org/api/v1/auth/oidc/provider/callback"
MAX_MESSAGE_LENGTH = 300


async def check_it_is_an_auth_provider(make: MakeAuthProvider) -> None:
    provider = make()
    assert isinstance(provider, AuthProvider)
    assert isinstance(provider.label, str) and provider.label, "the text of its button"
    assert provider.name.replace("_", "").replace("-", "").isalnum(), "its name is part of an address"


async def check_begin_returns_an_address_of_the_provider(make: MakeAuthProvider) -> None:
    url, remembered = await make().begin(CALLBACK)
    assert urlsplit(url).scheme in ("http", "https") and urlsplit(url).netloc, "the browser is redirected there"
    assert isinstance(remembered, str) and remembered, "`finish` gets it back"
    assert len(remembered) < 3000, "it is kept in a cookie"


async def check_each_sign_in_is_another_one(make: MakeAuthProvider) -> None:
    """What ties a response to its sign-in is random and does not repeat."""
    provider = make()
    (url, remembered), (other_url, other_remembered) = await provider.begin(CALLBACK), await provider.begin(CALLBACK)
    assert url != other_url and remembered != other_remembered


async def check_refusal_is_an_error(make: MakeAuthProvider) -> None:
    provider = make()
    url, remembered = await provider.begin(CALLBACK)
    response = {"error": "access_denied", "state": _state(url)}
    await _raises(provider, response, remembered)
    await _raises(provider, {**response, "error": "<script>" * 1000}, remembered)


async def check_response_of_another_sign_in_is_an_error(make: MakeAuthProvider) -> None:
    provider = make()
    url, _ = await provider.begin(CALLBACK)
    _, other_remembered = await provider.begin(CALLBACK)
    await _raises(provider, {"code": "a-code", "state": _state(url)}, other_remembered)


async def check_incomplete_response_is_an_error(make: MakeAuthProvider) -> None:
    provider = make()
    url, remembered = await provider.begin(CALLBACK)
    for response in ({}, {"state": _state(url)}, {"code": "a-code"}, {"code": "", "state": ""}):
        await _raises(provider, response, remembered)


async def check_invented_code_is_an_error(make: MakeAuthProvider) -> None:
    provider = make()
    url, remembered = await provider.begin(CALLBACK)
    await _raises(provider, {"code": "invented", "state": _state(url)}, remembered)


def _state(url: str) -> str:
    """The `state` of the address, as it comes back in the response (RFC 6749 §4.1.2)."""
    return dict(parse_qsl(urlsplit(url).query)).get("state", "")


async def _raises(provider: AuthProvider, response: dict[str, str], remembered: str) -> None:
    try:
        identity = await provider.finish(response, remembered)
    except OtnetError as e:
        assert 0 < len(e.message) <= MAX_MESSAGE_LENGTH, "people read the message"
        return
    raise AssertionError(f"{response} signed in {identity}")
