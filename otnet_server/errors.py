"""Expected errors. Each has a stable code, a message, and a remedy.

Pure. Programming errors are assertions instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple


class OtnetError(Exception):
    """Base class of all expected errors.

    ``code`` is stable and meant for programs, ``message`` is one sentence that says what happened and why, ``remedy``
    says what to do about it (may be empty). ``members`` are further members of the problem that a request gets.
    """

    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        super().__init__(f"{message} {remedy}".strip())
        self.members: dict[str, Any] = {}
        self.code, self.message, self.remedy = code, message, remedy


class ConfigError(OtnetError):
    """The configuration is invalid; the server does not start."""


class PluginError(OtnetError):
    """A plugin fails to load or is declared incorrectly; the server does not start. The message names the plugin."""


class MediaError(OtnetError):
    """A media can't be encoded. ``stage`` is the pipeline stage that failed."""

    def __init__(self, code: str, stage: str, message: str, remedy: str = "") -> None:
        super().__init__(code, message, remedy)
        self.stage = stage


class MailRejected(OtnetError):
    """A mail that was refused for good, such as one to an address that does not exist. It is not sent again."""


class LookupFailed(OtnetError):
    """A database of titles refused or did not answer. ``retry_after_s`` says when to ask again, if that is known."""

    def __init__(self, code: str, message: str, remedy: str = "", *, retry_after_s: int | None = None) -> None:
        super().__init__(code, message, remedy)
        self.retry_after_s = retry_after_s


class DrmError(OtnetError):
    """A DRM provider refused a request or did not answer, or a challenge is not valid. ``status`` is the HTTP status
    that players get: 400 for the challenge, 403 for a refusal, 502 or 504 for a provider that fails or does not answer
    in time. The message names the provider and contains no secrets."""

    def __init__(self, status: Literal[400, 403, 502, 504], code: str, message: str, remedy: str = "") -> None:
        super().__init__(code, message, remedy)
        self.status = status


class KeyServiceError(OtnetError):
    """A key management service refused a request or did not answer. The message says what, names the service, and
    contains no secrets."""


class PublishRefused(OtnetError):
    """A live stream that is not accepted: its key is not valid, or somebody else publishes. The message is for the
    person at the encoder."""


class PublishEnded(OtnetError):
    """A live stream that the server has ended: its key was revoked, or the encoder has connected again."""


class PreviewRefused(OtnetError):
    """A live preview that can't be sent: the offer of the browser can't be used, or there are too many previews."""


class CpixError(OtnetError):
    """A CPIX document that is not valid, or that can't be answered."""


class StorageUnavailable(OtnetError):
    """The storage is full or not available. Work pauses and is retried."""


class FieldError(NamedTuple):
    """An invalid field: its name, a stable code, the reason (“must be …”, appended to the name), and a remedy."""

    field: str
    code: str
    reason: str
    remedy: str = ""


class Invalid(OtnetError):
    """A request with invalid fields. ``field_errors`` lists them."""

    def __init__(self, code: str, message: str, field_errors: Sequence[FieldError], remedy: str = "") -> None:
        super().__init__(code, message, remedy or "; ".join(f"{e.field} {e.reason}" for e in field_errors))
        self.field_errors = tuple(field_errors)


class Conflict(Invalid):
    """A request whose fields are well-formed but conflict with one another or with existing records. ``existing`` is
    the record that it conflicts with: ``resource``, ``id`` and ``name``."""

    def __init__(
        self,
        message: str,
        field_errors: Sequence[FieldError],
        remedy: str = "",
        existing: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__("conflict", message, field_errors, remedy)
        if existing is not None:
            self.members["existing"] = dict(existing)


class ApiError(OtnetError):
    """A request that is refused. ``status`` is the HTTP status of the response; ``headers`` are added to it."""

    def __init__(self, status: int, code: str, message: str, remedy: str = "", **headers: str) -> None:
        super().__init__(code, message, remedy)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
