"""HTTP requests to DRM providers. Whatever goes wrong becomes a DrmError without secrets in its message.

| the provider | error |
| --- | --- |
| answers 4xx | 403 `licence_refused`, with the provider's own message if it has a short one |
| answers 5xx or anything else, or with more than `MAX_BYTES` | 502 `provider_failed` |
| does not answer in time, or there is no connection | 504 `provider_unreachable` |

URLs can have secrets in their query, and providers repeat what they were sent. Messages therefore contain no URL, no
secret of the settings, no value of a content key and no long token.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx
from pydantic import BaseModel, SecretStr

from otnet_server.errors import CpixError, DrmError
from otnet_server.protection.cpix import cpix_keys
from otnet_server.protection.licensing import fairplay_ckc
from otnet_server.protocols import ContentKey, DrmSystem, LicenceResponse, TrackClass

# They log URLs and headers.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)

TIMEOUT_S = 8.0  # players wait for less than 10 s
GET_ATTEMPTS = 2
MAX_BYTES = 1 << 20
MAX_MESSAGE_CHARACTERS = 200
MESSAGE_NAMES = (
    "errormsg", "error_message", "errorMessage", "status_message", "message", "Message", "error_description", "error",
    "detail", "title",
)  # fmt: skip
FAULT = re.compile(r"<(?:\w+:)?(?:faultstring|Text|message|errormsg)\b[^>]*>([^<]{1,1000})<", re.IGNORECASE)
ADDRESS = re.compile(r"\b[a-zA-Z][a-zA-Z0-9+.-]{0,30}://\S+")
TOKEN = re.compile(r"[A-Za-z0-9+/_=.~-]{20,}")
HIDDEN = "…"


class ProviderHttp:
    """The HTTP client of a DRM provider, with the name for people of its messages.

    Licence requests are sent once. Requests by GET, which change nothing, are repeated once. Redirects are not
    followed, proxies of the environment are not used, and cookies are not kept, because the client serves every
    organization.
    """

    def __init__(
        self, label: str, transport: httpx.AsyncBaseTransport | None = None, timeout_s: float = TIMEOUT_S
    ) -> None:
        self._label, self._timeout_s = label, timeout_s
        self._client = httpx.AsyncClient(
            timeout=timeout_s, trust_env=False, follow_redirects=False, transport=transport,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "OTNet"},
        )  # fmt: skip

    async def post(
        self,
        url: str,
        body: bytes,
        settings: BaseModel,
        *,
        headers: Mapping[str, str] | None = None,
        keys: Sequence[ContentKey] = (),
        refusal_header: str = "",
    ) -> bytes:
        """The body of the answer. With `refusal_header`, an answer of 5xx that has this header or a SOAP fault is a
        refusal, and the header or the fault its message.

        Raises DrmError.
        """
        return await self._send("POST", url, body, settings, headers or {}, keys, refusal_header)

    async def get(self, url: str, settings: BaseModel, *, headers: Mapping[str, str] | None = None) -> bytes:
        """The body of the answer. Raises DrmError."""
        for _ in range(GET_ATTEMPTS - 1):
            try:
                return await self._send("GET", url, b"", settings, headers or {}, (), "")
            except DrmError as e:
                if e.status not in (502, 504):
                    raise
        return await self._send("GET", url, b"", settings, headers or {}, (), "")

    async def close(self) -> None:
        await self._client.aclose()

    async def _send(
        self,
        method: str,
        url: str,
        body: bytes,
        settings: BaseModel,
        headers: Mapping[str, str],
        keys: Sequence[ContentKey],
        refusal_header: str,
    ) -> bytes:
        data = bytearray()
        try:
            async with (
                asyncio.timeout(self._timeout_s),
                self._client.stream(method, url, content=body, headers=dict(headers)) as response,
            ):
                async for part in response.aiter_bytes():
                    data += part
                    if len(data) > MAX_BYTES:
                        raise self.failed("Its answer is too long.")
        except httpx.LocalProtocolError as e:
            raise self.failed(f"The request is not valid ({type(e).__name__}).") from None
        except (httpx.TransportError, TimeoutError) as e:
            raise DrmError(504, "provider_unreachable", f"{self._label} does not answer ({type(e).__name__}).",
                           "Try again later.") from None  # fmt: skip
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as e:
            raise self.failed(f"The exchange failed ({type(e).__name__}).") from None
        status = response.status_code
        if status == 200:
            return bytes(data)
        secrets = [*secret_texts(settings, keys), *headers.values()]
        if refusal_header and (refusal_header in response.headers or FAULT.search(data[:16_384].decode("latin-1"))):
            said = response.headers.get(refusal_header, "")
            raise self.refused(status, safe_text(said, secrets) or safe_message(bytes(data), secrets))
        if 400 <= status < 500:
            raise self.refused(status, safe_message(bytes(data), secrets))
        raise self.failed(f"It answered with status {status}.")

    def licence(self, system: DrmSystem, answer: bytes) -> LicenceResponse:
        """The licence in an answer, with its media type; for FairPlay the binary CKC. Raises DrmError."""
        if not answer:
            raise self.failed("Its answer is empty.")
        if system == DrmSystem.PLAYREADY:
            return LicenceResponse(answer, "text/xml; charset=utf-8")
        if system != DrmSystem.FAIRPLAY:
            return LicenceResponse(answer)
        try:
            return LicenceResponse(fairplay_ckc(answer))
        except ValueError as e:
            raise self.failed(f"It returned no licence: {e}.") from None

    def cpix_keys(self, answer: bytes, key_ids: Mapping[TrackClass, bytes]) -> tuple[ContentKey, ...]:
        """The content keys with these ids in a CPIX document. Raises DrmError."""
        try:
            return cpix_keys(answer, key_ids)
        except CpixError as e:
            raise self.failed(f"It returned no keys: {e.message}") from None

    def refused_in(self, answer: bytes, settings: BaseModel, keys: Sequence[ContentKey] = ()) -> DrmError:
        """A refusal that came with status 200."""
        return self.refused(200, safe_message(answer, secret_texts(settings, keys)))

    def refused(self, status: int, message: str = "") -> DrmError:
        said = f": “{message}”" if message else ""
        return DrmError(403, "licence_refused", f"{self._label} refused the request (status {status}){said}.",
                        "Check the settings of the provider and the rights of its account.")  # fmt: skip

    def failed(self, sentence: str) -> DrmError:
        return DrmError(502, "provider_failed", f"{self._label} failed. {sentence}", "Try again later.")


def secret_texts(settings: BaseModel, keys: Iterable[ContentKey] = ()) -> list[str]:
    """The secrets of settings and the values of content keys, in the encodings in which a provider may repeat them."""
    texts = [
        value.get_secret_value()
        for value in (getattr(settings, name) for name in type(settings).model_fields)
        if isinstance(value, SecretStr)
    ]
    for key in keys:
        texts += [key.value.hex(), base64.b64encode(key.value).decode(), base64.urlsafe_b64encode(key.value).decode()]
    return [text for text in texts if text]


def safe_message(body: bytes, secrets: Iterable[str]) -> str:
    """The short message in the body of a refusal: of JSON, of a SOAP fault or of plain text. Empty if there is none."""
    text = body[:16_384].decode("utf-8", "replace").strip()
    if text.startswith("{"):
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            return ""
        messages = [document[name] for name in MESSAGE_NAMES if isinstance(document.get(name), str)]
        return safe_text(messages[0], secrets) if messages else ""
    if text.startswith("<"):
        fault = FAULT.search(text)
        return safe_text(fault[1], secrets) if fault else ""
    return safe_text(text.partition("\n")[0], secrets)


def safe_text(text: str, secrets: Iterable[str]) -> str:
    """`text` on one line, at most 200 characters long, without URLs, secrets and long tokens."""
    for secret in sorted({s.strip() for s in secrets if s.strip()}, key=len, reverse=True):
        text = re.sub(re.escape(secret), HIDDEN, text, flags=re.IGNORECASE)
    text = ADDRESS.sub(HIDDEN, text)
    text = TOKEN.sub(lambda token: HIDDEN if re.search(r"[0-9+/=]", token[0]) else token[0], text)
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split()).rstrip(".")
    return text if len(text) <= MAX_MESSAGE_CHARACTERS else text[: MAX_MESSAGE_CHARACTERS - 1] + "…"
