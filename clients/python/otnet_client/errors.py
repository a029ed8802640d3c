"""The exceptions of the client: all are OTNetError.

OTNetError
├── ConnectionFailed             no response
│   └── RequestTimeout
├── APIError                     an error response, by status:
│   ├── BadRequest 400, AuthenticationError 401, PermissionDenied 403, NotFound 404, Conflict 409, Gone 410
│   ├── ChangedMeanwhile 412, ValidationError 422, RateLimited 429
│   └── ServerError              500 and above
├── UploadFailed                 an upload that stopped, and may be resumed
├── MediaFailed                  a file that could not be encoded
├── ImportFailed                 a download by the server that failed
├── WaitTimeout                  a state that was not reached in time
└── WebhookVerificationError     a webhook that is not authentic
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx


class OTNetError(Exception):
    """The base of all exceptions of the client. They can be pickled, for another process."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (type(self), self.args, self.__dict__)


class ConnectionFailed(OTNetError):
    """The server could not be reached, or the connection was lost."""


class RequestTimeout(ConnectionFailed, TimeoutError):
    """The server did not respond in time."""


class UploadFailed(OTNetError):
    """An upload stopped. `resumable`: the same call continues it."""

    def __init__(self, message: str, *, resumable: bool) -> None:
        super().__init__(message)
        self.resumable = resumable


class MediaFailed(OTNetError):
    """A file could not be encoded. `error` has `code`, `stage` and `message`."""

    def __init__(self, id: str, error: Mapping[str, Any]) -> None:
        super().__init__(f"The media {id} could not be encoded: {error.get('message') or 'unknown reason'}")
        self.id, self.error = id, dict(error)


class ImportFailed(OTNetError):
    """The server could not download a file. `error` has `code`, `message` and `remedy`."""

    def __init__(self, id: str, error: Mapping[str, Any]) -> None:
        super().__init__(f"The import {id} failed: {error.get('message') or 'unknown reason'}")
        self.id, self.error = id, dict(error)


class WaitTimeout(OTNetError, TimeoutError):
    """A state was not reached in time."""


class WebhookVerificationError(OTNetError):
    """A webhook is not authentic: its headers are missing, its signature does not match, or it is too old."""


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field: a stable `code`, a `reason` and a `remedy` for people."""

    field: str
    code: str = ""
    reason: str = ""
    remedy: str = ""


class APIError(OTNetError):
    """An error response (RFC 9457). `code` is stable; `title` says what happened and `detail` what to do.
    `field_errors` are by field. `request_id` identifies the request in the log of the server. `retry_after` are the
    seconds after which the request may be repeated, if the server says so. `document` is the complete body."""

    def __init__(self, response: httpx.Response) -> None:
        document = _document(response)
        self.status = response.status_code
        self.type = str(document.get("type") or "about:blank")
        self.code = str(document.get("code") or f"http_{self.status}")
        self.title = str(document.get("title") or f"The server responded with status {self.status}.")
        self.detail = str(document.get("detail") or document.get("remedy") or "")
        self.errors = [_field_error(e) for e in _items(document.get("errors"))]
        self.existing: dict[str, Any] | None = document.get("existing")
        self.used_by: list[dict[str, Any]] = _items(document.get("used_by"))
        self.request_id = response.headers.get("x-request-id")
        self.retry_after = retry_after_s(response.headers.get("retry-after", ""))
        self.document = document
        fields = [f"{e.field} {e.reason}. {e.remedy}".strip() for e in self.errors]
        parts = [self.title, *(fields or [self.detail]), f"({self.status} {self.code}, request {self.request_id})"]
        super().__init__(" ".join(p for p in parts if p))

    @property
    def field_errors(self) -> dict[str, list[FieldError]]:
        """The errors by the name of the field."""
        by_field: dict[str, list[FieldError]] = {}
        for error in self.errors:
            by_field.setdefault(error.field, []).append(error)
        return by_field


class BadRequest(APIError):
    """400: the query or the body is malformed."""


class AuthenticationError(APIError):
    """401: the key is missing, revoked or not valid."""


class PermissionDenied(APIError):
    """403: the key lacks a scope."""


class NotFound(APIError):
    """404: the record does not exist in this organization."""


class Conflict(APIError):
    """409: the fields conflict with one another or with a record (`existing`), or the record is in use (`used_by`)."""


class Gone(APIError):
    """410: it existed, but is no longer kept."""


class ChangedMeanwhile(APIError):
    """412: the record has changed since its ETag was read."""


class ValidationError(APIError):
    """422: some fields are not valid; `errors` names each."""


class RateLimited(APIError):
    """429: too many requests."""


class ServerError(APIError):
    """500 and above: the server failed, or a part of it is not available."""


BY_STATUS: dict[int, type[APIError]] = {
    400: BadRequest, 401: AuthenticationError, 403: PermissionDenied, 404: NotFound, 409: Conflict, 410: Gone,
    412: ChangedMeanwhile, 422: ValidationError, 429: RateLimited,
}  # fmt: skip


def _restored(kind: type[OTNetError], arguments: tuple[Any, ...], values: dict[str, Any]) -> OTNetError:
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(values)
    return error


def error_of(response: httpx.Response) -> APIError:
    """The exception for an error response."""
    fallback = ServerError if response.status_code >= 500 else APIError
    return BY_STATUS.get(response.status_code, fallback)(response)


def retry_after_s(value: str) -> float | None:
    """The seconds that the header Retry-After asks for: a number of seconds, or a date (RFC 9110 §10.2.3)."""
    if value.isascii() and value.strip().isdigit() and len(value) < 10:
        return float(value)
    with suppress(ValueError, TypeError, IndexError):
        at = parsedate_to_datetime(value)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return max(0.0, (at - datetime.now(UTC)).total_seconds())
    return None


def _document(response: httpx.Response) -> dict[str, Any]:
    with suppress(ValueError):
        document = response.json()
        if isinstance(document, dict):
            return document
    return {}


def _items(value: Any) -> list[dict[str, Any]]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def _field_error(error: Mapping[str, Any]) -> FieldError:
    return FieldError(*(str(error.get(n) or "") for n in ("field", "code", "reason", "remedy")))
