"""The conformance suite for AuthProvider. `make` returns a provider that can reach its service; nobody signs in there.

What a browser brings back is untrusted: a response that belongs to another sign-in, is incomplete, or says that the
user refused must raise an OtnetError, whose message people see.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

from otnet_server import AuthProvider, OtnetError, SignInRedirect, SignInRequest, SignInResponse

MakeAuthProvider = Callable[[], AuthProvider]
CALLBACK = "https://studio.example.org/api/v1/auth/oidc/provider/callback"
MAX_MESSAGE_LENGTH = 300


async def check_it_is_an_auth_provider(make: MakeAuthProvider) -> None:
    provider = make()
    assert isinstance(provider, AuthProvider)
    assert isinstance(provider.label, str) and provider.label, "the text of its button"
    assert provider.name.replace("_", "").replace("-", "").isalnum(), "its name is part of an address"


async def check_begin_returns_an_address_of_the_provider(make: MakeAuthProvider) -> None:
    redirect = await _begin(make())
    assert urlsplit(redirect.url).scheme in ("http", "https") and urlsplit(redirect.url).netloc
    assert isinstance(redirect.state, str) and redirect.state, "`finish` gets it back"
    assert len(redirect.state) < 3000, "it is kept in a cookie"


async def check_each_sign_in_is_another_one(make: MakeAuthProvider) -> None:
    """What ties a response to its sign-in is random and does not repeat."""
    provider = make()
    first, second = await _begin(provider), await _begin(provider)
    assert first.url != second.url and first.state != second.state


async def check_refusal_is_an_error(make: MakeAuthProvider) -> None:
    provider = make()
    redirect = await _begin(provider)
    parameters = {"error": "access_denied", "state": _state(redirect.url)}
    await _raises(provider, parameters, redirect.state)
    await _raises(provider, {**parameters, "error": "<script>" * 1000}, redirect.state)


async def check_response_of_another_sign_in_is_an_error(make: MakeAuthProvider) -> None:
    provider = make()
    first, second = await _begin(provider), await _begin(provider)
    await _raises(provider, {"code": "a-code", "state": _state(first.url)}, second.state)


async def check_incomplete_response_is_an_error(make: MakeAuthProvider) -> None:
    provider = make()
    redirect = await _begin(provider)
    incomplete: list[dict[str, str]] = [
        {},
        {"state": _state(redirect.url)},
        {"code": "a-code"},
        {"code": "", "state": ""},
    ]
    for parameters in (*incomplete, {"code": "a-code", "state": "é"}):
        await _raises(provider, parameters, redirect.state)


async def check_invented_code_is_an_error(make: MakeAuthProvider) -> None:
    provider = make()
    redirect = await _begin(provider)
    await _raises(provider, {"code": "invented", "state": _state(redirect.url)}, redirect.state)


def _state(url: str) -> str:
    """The `state` of the address, as it comes back in the response (RFC 6749 §4.1.2)."""
    return dict(parse_qsl(urlsplit(url).query)).get("state", "")


async def _begin(provider: AuthProvider) -> SignInRedirect:
    return await provider.begin(SignInRequest(CALLBACK))


async def _raises(provider: AuthProvider, parameters: dict[str, str], state: str) -> None:
    try:
        identity = await provider.finish(SignInResponse(parameters, state))
    except OtnetError as e:
        assert 0 < len(e.message) <= MAX_MESSAGE_LENGTH, "people read the message"
        return
    raise AssertionError(f"{parameters} signed in {identity}")
