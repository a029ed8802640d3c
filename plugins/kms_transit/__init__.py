"""The transit secrets engine of OpenBao and HashiCorp Vault as the key management service of the vault.

API: POST /v1/<mount>/encrypt/<key> and /decrypt/<key>, https://openbao.org/api-docs/secret/transit/. A wrapped data key
is stored as `<key>:<ciphertext>`, so that those of an earlier key open after the configuration names another one.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import ssl
from pathlib import Path
from typing import Any, Literal

import httpx
from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field, SecretStr, model_validator

from otnet_server import KeyContext, KeyService, KeyServiceError, hookimpl

name = "kms_transit"
api = 2
TIMEOUT_S = 2.5  # the server waits for three seconds
MAX_BYTES = 64 << 10
NAME = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$"
WRAPPED = re.compile(r"([A-Za-z0-9][A-Za-z0-9_.-]{0,99}):(vault:v[0-9]+:[A-Za-z0-9+/=]+)")


class Config(BaseModel):
    """The address of OpenBao or HashiCorp Vault, and a token that may encrypt and decrypt with the key. `token_file` is
    read at each request: a file that an agent renews. `ca_file` are the certificates to trust, in PEM."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    url: AnyHttpUrl = AnyHttpUrl("https://127.0.0.1:8200")
    mount: str = Field("transit", pattern=r"^[A-Za-z0-9][A-Za-z0-9_./-]{0,99}$")
    key: str = Field("otnet", pattern=NAME)
    token: SecretStr | None = None
    token_file: Path | None = None
    namespace: str = Field("", pattern=r"^[A-Za-z0-9_./-]*$")
    ca_file: Path | None = None

    @model_validator(mode="after")
    def _check(self) -> Config:
        if self.token is not None and self.token_file is not None:
            raise ValueError("set token or token_file, not both")
        if ".." in self.mount or "//" in self.mount:
            raise ValueError("mount must be the path of the secrets engine")
        return self


class Transit:
    name = "transit"

    def __init__(self, config: Config, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._config, self._transport = config, transport
        self._client: httpx.AsyncClient | None = None
        self.key = "/".join((str(config.url), config.namespace, config.mount, config.key))

    async def start(self) -> None:
        self._connect()

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def wrap(self, plaintext: bytes, context: KeyContext) -> str:
        key = self._config.key
        answer = await self._ask("encrypt", key, {"plaintext": _encode(plaintext)}, context)
        stored = f"{key}:{answer.get('ciphertext')}"
        if not WRAPPED.fullmatch(stored):
            raise _failed("It returned no ciphertext.")
        return stored

    async def unwrap(self, text: str, context: KeyContext) -> bytes:
        wrapped = WRAPPED.fullmatch(text)
        if wrapped is None:
            raise _error("refused", "The data key was not wrapped by the transit engine.", "Restore the database.")
        answer = await self._ask("decrypt", wrapped[1], {"ciphertext": wrapped[2]}, context)
        try:
            return base64.b64decode(answer.get("plaintext", ""), validate=True)
        except (binascii.Error, ValueError, TypeError):
            raise _failed("It returned no plaintext.") from None

    async def _ask(
        self, operation: Literal["encrypt", "decrypt"], key: str, fields: dict[str, str], context: KeyContext
    ) -> dict[str, Any]:
        """The member `data` of the answer. Raises KeyServiceError, without what was sent and what was answered."""
        body = fields | {"associated_data": _encode(context.associated_data)}
        headers = {"X-Vault-Token": self._token(), "X-Vault-Request": "true"}
        if self._config.namespace:
            headers["X-Vault-Namespace"] = self._config.namespace
        client, path, data = self._connect(), f"v1/{self._config.mount.strip('/')}/{operation}/{key}", bytearray()
        try:
            async with client.stream("POST", path, json=body, headers=headers) as response:
                async for part in response.aiter_bytes():
                    data += part
                    if len(data) > MAX_BYTES:
                        raise _failed("Its answer is too long.")
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as e:
            raise _error("unreachable", f"The transit engine does not answer ({type(e).__name__}).",
                         "Check that it runs, and the url of kms_transit.") from None  # fmt: skip
        if response.status_code != 200:
            raise _refused(response.status_code)
        try:
            answer = json.loads(data)["data"]
        except (ValueError, KeyError, TypeError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise _failed("Its answer has no data.")
        return answer

    def _connect(self) -> httpx.AsyncClient:
        if self._client is None:
            ca_file = self._config.ca_file
            self._client = httpx.AsyncClient(
                base_url=str(self._config.url), timeout=TIMEOUT_S, trust_env=False, follow_redirects=False,
                transport=self._transport, verify=ssl.create_default_context(cafile=ca_file) if ca_file else True,
            )  # fmt: skip
        return self._client

    def _token(self) -> str:
        """The token. Raises KeyServiceError."""
        token = self._config.token.get_secret_value() if self._config.token is not None else ""
        if self._config.token_file is not None:
            try:
                token = self._config.token_file.read_text("utf-8")
            except (OSError, ValueError):
                token = ""
        token = token.strip()
        if not re.fullmatch(r"[!-~]+", token):
            raise _error("token", "There is no valid token for the transit engine.",
                         "Set token or token_file of kms_transit.")  # fmt: skip
        return token


def _error(code: str, message: str, remedy: str) -> KeyServiceError:
    return KeyServiceError(f"key_service_{code}", message, remedy)


def _encode(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _refused(status: int) -> KeyServiceError:
    if status == 403:
        remedy = "Give the token of kms_transit a policy that may update encrypt and decrypt of the key."
    elif status == 503:
        remedy = "Unseal it."
    else:
        remedy = "Check that the transit engine has the key of kms_transit, and that its type is aes256-gcm96."
    return _error("refused", f"The transit engine refused a data key (status {status}).", remedy)


def _failed(sentence: str) -> KeyServiceError:
    return _error("failed", f"The transit engine failed. {sentence}", "See its log.")


@hookimpl
def register_key_services(config: Config) -> list[KeyService]:
    return [Transit(config)]
