"""The configuration of the plugin."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, Field, model_validator


class Config(BaseModel):
    """Where it listens. Without `host`: where the HTTP server listens. Port 0: a free one. `tls_port` switches RTMPS
    on, with a certificate and its key in PEM."""

    host: str = ""
    port: int = Field(1935, ge=0, le=65535)
    tls_port: int | None = Field(None, ge=0, le=65535)
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    max_connections: int = Field(200, ge=1)
    max_connections_per_address: int = Field(20, ge=1)

    @model_validator(mode="after")
    def _check_tls(self) -> Config:
        if self.tls_port is not None and (self.tls_certificate is None or self.tls_key is None):
            raise ValueError("tls_port needs tls_certificate and tls_key")
        return self
