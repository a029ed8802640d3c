"""The configuration of the plugin."""

from __future__ import annotations

import ipaddress
from pathlib import Path

from pydantic import BaseModel, Field, field_validator, model_validator


class Config(BaseModel):
    """Where it listens. Without `host`: where the HTTP server listens. Port 0: a free one. `addresses`: the IP
    addresses of this machine at which encoders send media; without them all but the loopback. `url`: the address that
    encoders use, if a web server is in front. `max_previews`: editors who watch a live stream without delay in the
    studio at the same time; 0: none."""

    host: str = ""
    port: int = Field(8891, ge=0, le=65535)
    url: str = ""
    addresses: tuple[str, ...] = ()
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    max_sessions: int = Field(10, ge=1)
    max_sessions_per_address: int = Field(4, ge=1)
    max_previews: int = Field(4, ge=0)

    @field_validator("addresses")
    @classmethod
    def _are_addresses(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(ipaddress.ip_address(address)) for address in addresses)

    @model_validator(mode="after")
    def _check_tls(self) -> Config:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("tls_certificate and tls_key belong together")
        return self
