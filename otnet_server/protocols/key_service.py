"""The protocol of key management services (KMS), which hold the master key of the vault outside of OTNet.

The data key of each organization encrypts its secrets; a service encrypts (*wraps*) the data keys, and never sees what
they encrypt (envelope encryption, NIST SP 800-57 part 1 §6.2.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True)
class KeyContext:
    """To what a wrapped data key is bound: its organization and its own id."""

    organization: str
    data_key: str

    @property
    def associated_data(self) -> bytes:
        """The context as associated data of authenticated encryption."""
        return f"otnet vault\n{self.organization}\ndata_key/{self.data_key}".encode()


@runtime_checkable
class KeyService(Protocol):
    """A key management service. `key` identifies the key that wraps now: another key has another identity, another
    version of the same key has not. The service opens what its earlier keys and versions have wrapped."""

    name: str

    @property
    def key(self) -> str: ...

    async def wrap(self, plaintext: bytes, context: KeyContext) -> str:
        """The plaintext, encrypted and bound to the context. Raises KeyServiceError."""
        ...

    async def unwrap(self, text: str, context: KeyContext) -> bytes:
        """What `wrap` has encrypted for the same context. Raises KeyServiceError, also for another context."""
        ...
