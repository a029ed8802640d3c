"""The configuration of the plugin."""

from __future__ import annotations

from pydantic import BaseModel, Field


class Config(BaseModel):
    """Where it listens. Without `host`: where the HTTP server listens. Port 0: a free one."""

    host: str = ""
    port: int = Field(8890, ge=0, le=65535)
    latency_ms: int = Field(120, ge=20, le=8000)
    max_connections: int = Field(100, ge=1)
    max_connections_per_address: int = Field(20, ge=1)
