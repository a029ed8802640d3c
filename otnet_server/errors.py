"""Every failure a person may meet, in one shape: a stable code, what happened, and what to do.

Pure. Outcomes are exceptions of these types; programmer mistakes are asserts.
"""

from __future__ import annotations


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
