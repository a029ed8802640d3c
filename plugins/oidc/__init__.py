"""Single sign-on with an OpenID Connect provider (OpenID Connect Core 1.0, authorization code flow with PKCE).

Users must already have an account here. They are identified by the provider's subject, or the first time by an e-mail
address that the provider has verified.
"""

from __future__ import annotations

import json
import secrets
import time
from typing import Any

import httpx
import jwt
from authlib.integrations.httpx_client import AsyncOAuth2Client
from pydantic import BaseModel, Field, HttpUrl

from otnet_server import AuthProvider, Identity, OtnetError, SignInRedirect, SignInRequest, SignInResponse, hookimpl

name = "oidc"
api = 2
METADATA_TTL_S = 600.0
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]


class Config(BaseModel):
    """`issuer` is the URL below which `/.well-known/openid-configuration` is found."""

    issuer: HttpUrl
    client_id: str
    client_secret: str = ""
    label: str = "Single sign-on"
    scopes: str = Field("openid email profile", description="The scopes that are requested.")


class ProviderMetadata(BaseModel):
    """The part of the provider's metadata that is used (OpenID Connect Discovery §3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class SignInFailed(OtnetError):
    """The provider refused the sign-in, or its response is not valid."""


class Oidc:
    name = "oidc"

    def __init__(self, config: Config) -> None:
        self._config, self.label = config, config.label
        self._issuer = str(config.issuer).rstrip("/")
        self._cached_provider: tuple[float, ProviderMetadata, jwt.PyJWKSet] | None = None

    async def begin(self, request: SignInRequest) -> SignInRedirect:
        callback = request.callback
        metadata, _ = await self._provider_metadata()
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        async with self._client(callback) as client:
            url, state = client.create_authorization_url(
                metadata.authorization_endpoint, code_verifier=verifier, nonce=nonce
            )
        sign_in = {"state": state, "nonce": nonce, "verifier": verifier, "callback": callback}
        return SignInRedirect(str(url), json.dumps(sign_in))

    async def finish(self, response: SignInResponse) -> Identity:
        sign_in, parameters = json.loads(response.state), response.parameters
        if "error" in parameters or not secrets.compare_digest(
            parameters.get("state", "").encode(), sign_in["state"].encode()
        ):
            reason = parameters.get("error", "the response belongs to another sign-in")[:100]
            raise SignInFailed("sign_in_failed", f"The sign-in failed: {reason}.", "Try again.")
        metadata, keys = await self._provider_metadata()
        try:
            async with self._client(sign_in["callback"]) as client:
                token = await client.fetch_token(
                    metadata.token_endpoint, code=parameters.get("code", ""), code_verifier=sign_in["verifier"]
                )
            claims = self._claims(token["id_token"], keys)
        except (httpx.HTTPError, jwt.PyJWTError, KeyError, ValueError) as e:
            raise SignInFailed("sign_in_failed", "The provider's response is not valid.", "Try again.") from e
        except Exception as e:  # authlib's exceptions have no common base class
            raise SignInFailed("sign_in_failed", f"The provider refused: {type(e).__name__}.", "Try again.") from e
        if claims.get("nonce") != sign_in["nonce"]:
            raise SignInFailed("sign_in_failed", "The provider's response belongs to another sign-in.", "Try again.")
        verified = claims.get("email_verified") is True
        return Identity(str(claims["sub"]), str(claims.get("email", "")), verified, str(claims.get("name", "")))

    def _client(self, callback: str) -> AsyncOAuth2Client:
        c = self._config
        return AsyncOAuth2Client(
            c.client_id, c.client_secret or None, scope=c.scopes, redirect_uri=callback, code_challenge_method="S256",
            timeout=15, trust_env=False,
        )  # fmt: skip

    def _claims(self, token: str, keys: jwt.PyJWKSet) -> dict[str, Any]:
        """The claims of an ID token, validated (OpenID Connect Core §3.1.3.7)."""
        header = jwt.get_unverified_header(token)
        matching_keys = [k for k in keys.keys if header.get("kid") in (None, k.key_id)]
        if not matching_keys:
            self._cached_provider = None  # the provider may have new keys: read them next time
            raise ValueError("signed with a key that the provider does not publish")
        return dict(
            jwt.decode(
                token, matching_keys[0], ALGORITHMS, audience=self._config.client_id, issuer=self._issuers(), leeway=60,
                options={"require": ["exp", "iat", "sub", "aud", "iss"]},
            )
        )  # fmt: skip

    def _issuers(self) -> list[str]:
        return [self._issuer, self._issuer + "/"]

    async def _provider_metadata(self) -> tuple[ProviderMetadata, jwt.PyJWKSet]:
        """The provider's metadata and keys, cached for METADATA_TTL_S. Raises SignInFailed."""
        if self._cached_provider is not None and self._cached_provider[0] > time.monotonic():
            return self._cached_provider[1], self._cached_provider[2]
        try:
            async with httpx.AsyncClient(timeout=15, trust_env=False) as http:
                response = await http.get(f"{self._issuer}/.well-known/openid-configuration")
                metadata = ProviderMetadata.model_validate_json(response.raise_for_status().content)
                keys = jwt.PyJWKSet.from_dict((await http.get(metadata.jwks_uri)).raise_for_status().json())
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, TypeError, AttributeError, jwt.PyJWTError) as e:
            raise SignInFailed("provider_away", "The sign-in provider does not respond.", "Try again later.") from e
        if metadata.issuer.rstrip("/") != self._issuer:
            raise SignInFailed(
                "provider_wrong", "The issuer in the provider's metadata differs from the configured one."
            )
        self._cached_provider = (time.monotonic() + METADATA_TTL_S, metadata, keys)
        return metadata, keys


@hookimpl
def register_auth(config: Config) -> list[AuthProvider]:
    return [Oidc(config)]
