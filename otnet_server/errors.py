"""Every failure a person may meet, in one shape: a stable code, what happened, and what to do.

Pure. Outcomes are exceptions of these types; programmer mistakes are asserts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class OtnetError(Exception):
    """Base of all expected failures.

    ``code`` is stable (machines match it), ``message`` says what and why in one plain sentence,
    ``remedy`` says what to do about it (may be empty).
    """

    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        super().__init__(f"{message} {remedy}".strip())
        self.code, self.message, self.remedy = code, message, remedy


class ConfigError(OtnetError):
    """The configuration can't be used; the server does not start."""


class PluginError(OtnetError):
    """A plugin is broken or misdeclared; the server does not start. The message names the plugin."""


class MediaError(OtnetError):
    """One title can't be made. ``stage`` is the pipeline stage that found out."""

    def __init__(self, code: str, stage: str, message: str, remedy: str = "") -> None:
        super().__init__(code, message, remedy)
        self.stage = stage


class StorageUnavailable(OtnetError):
    """The store can't take or give bytes right now (full, away). Work pauses and is tried again."""


class FieldError(NamedTuple):
    """One field that can't be taken: which, a stable code, why (“must be …”), and what helps."""

    field: str
    code: str
    reason: str
    remedy: str = ""


class Invalid(OtnetError):
    """A request whose fields can't be taken. ``field_errors`` names each."""

    def __init__(self, code: str, message: str, field_errors: Sequence[FieldError], remedy: str = "") -> None:
        super().__init__(code, message, remedy or "; ".join(f"{e.field} {e.reason}" for e in field_errors))
        self.field_errors = tuple(field_errors)


class Conflict(Invalid):
    """A request whose fields are well-formed, and contradict one another or what is there."""

    def __init__(self, message: str, field_errors: Sequence[FieldError], remedy: str = "") -> None:
        super().__init__("conflict", message, field_errors, remedy)


class ApiError(OtnetError):
    """A request that is understood and refused. ``status`` is the HTTP status to answer with."""

    def __init__(self, status: int, code: str, message: str, remedy: str = "", **headers: str) -> None:
        super().__init__(code, message, remedy)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
