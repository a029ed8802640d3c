"""Calls of key management services: in bounded time, and with errors that contain no secret.

A service that does not answer is not asked for a moment, so that requests for data keys that are not in memory fail at
once instead of waiting for it. Errors that come at once do not count: a data key that a service refuses must not lock
those of other organizations.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Mapping
from typing import NamedTuple, TypeVar

from otnet_server.errors import KeyServiceError
from otnet_server.logs import log, traceback_without_messages
from otnet_server.protection.circuit_breaker import CircuitBreaker
from otnet_server.protection.master_keys import KEY_BYTES, VaultLocked
from otnet_server.protocols import KeyContext, KeyService

T = TypeVar("T")
CALL_S = 3.0
SLOW_S = 1.0  # an error that takes longer is that of a service that does not answer
MAX_WRAPPED_CHARACTERS = 10_000


class WrappedKey(NamedTuple):
    """A wrapped data key as it is stored: the name of the service, the identity of its key, and the text."""

    key_service: str
    master_key: str
    wrapped: str


class KeyServices:
    """The services of the enabled plugins by name. `current` is the name of the one that wraps data keys; empty: the
    master key in the file does."""

    def __init__(self, services: Mapping[str, KeyService] | None = None, current: str = "") -> None:
        self._services, self.current = services or {}, current
        self._breaker = CircuitBreaker(failures=3, pause_s=5.0)

    def __contains__(self, name: str) -> bool:
        return name in self._services

    @property
    def master_key(self) -> str:
        """The identity of the key that wraps now."""
        return hashlib.sha256(f"{self.current}\n{self._services[self.current].key}".encode()).hexdigest()[:12]

    async def wrap(self, value: bytes, context: KeyContext) -> WrappedKey:
        """A wrapped key that the service has opened again: one that may only encrypt, or that returns something else,
        would lose the data key. Raises VaultLocked."""
        service = self._service(self.current)
        text, opened = await self._call(service, _wrap_and_open(service, value, context))
        if text is None:
            raise _failed(service.name, "returned no wrapped key")
        if opened != value:
            raise _failed(service.name, "does not open what it has wrapped")
        return WrappedKey(self.current, self.master_key, text)

    async def unwrap(self, name: str, text: str, context: KeyContext) -> bytes:
        """Raises VaultLocked."""
        service = self._service(name)
        value = await self._call(service, service.unwrap(text, context))
        if not (isinstance(value, bytes) and len(value) == KEY_BYTES):
            raise _failed(name, f"returned no key of {KEY_BYTES} bytes")
        return value

    def _service(self, name: str) -> KeyService:
        service = self._services.get(name)
        if service is None:
            raise _locked(f"The vault is locked, because the key management service “{name}” is not enabled.",
                          "Enable its plugin in plugins.enabled.")  # fmt: skip
        if not self._breaker.allows(name):
            raise _unanswered(name)
        return service

    async def _call(self, service: KeyService, call: Awaitable[T]) -> T:
        name, started = service.name, time.monotonic()
        try:
            async with asyncio.timeout(CALL_S):
                answer = await call
        except TimeoutError:
            self._breaker.failed(name)
            log.warning("a key management service does not answer", service=name)
            raise _unanswered(name) from None
        except KeyServiceError as e:
            self._count(name, started)
            log.warning("a key management service refused or failed", service=name, code=e.code, why=e.message)
            raise _locked(e.message, e.remedy) from None
        except Exception as e:
            self._count(name, started)
            log.error("a key management service raised an unexpected error", service=name,
                      where=traceback_without_messages(e))  # fmt: skip
            raise _failed(name, "failed") from None
        self._breaker.succeeded(name)
        return answer

    def _count(self, name: str, started: float) -> None:
        waited = time.monotonic() - started >= SLOW_S
        (self._breaker.failed if waited else self._breaker.succeeded)(name)


async def _wrap_and_open(
    service: KeyService, value: bytes, context: KeyContext
) -> tuple[str, bytes] | tuple[None, None]:
    """What the service makes of a key, and what it opens it to; (None, None) if the first can't be stored."""
    text = await service.wrap(value, context)
    if not (isinstance(text, str) and 0 < len(text) <= MAX_WRAPPED_CHARACTERS and text.isascii() and "\0" not in text):
        return None, None
    return text, await service.unwrap(text, context)


def _locked(message: str, remedy: str) -> VaultLocked:
    return VaultLocked(message, remedy, Retry_After="5")


def _unanswered(name: str) -> VaultLocked:
    return _locked(f"The vault is locked, because the key management service “{name}” does not answer.",
                   "Check that it runs and can be reached from this server.")  # fmt: skip


def _failed(name: str, what: str) -> VaultLocked:
    return _locked(f"The vault is locked, because the key management service “{name}” {what}.",
                   "The log of the server has the details.")  # fmt: skip
