"""The configuration of the plugin."""

from __future__ import annotations

import string

from pydantic import BaseModel, Field, field_validator


class Config(BaseModel):
    """`secret`: what the media servers send, or sign with. Then, for those that are used, the addresses from which
    OTNet reads the streams, with {app} and {name}, or {path} for MediaMTX. `rtmp_url` is shown to encoders, with
    {key}."""

    secret: str = Field("", repr=False)
    nginx_rtmp: str = ""
    mediamtx: str = ""
    srs: str = ""
    ovenmediaengine: str = ""
    rtmp_url: str = ""

    @field_validator("secret")
    @classmethod
    def _long(cls, secret: str) -> str:
        if secret and len(secret) < 16:
            raise ValueError("must have at least 16 characters")
        return secret

    @field_validator("nginx_rtmp", "mediamtx", "srs", "ovenmediaengine", "rtmp_url")
    @classmethod
    def _known_fields(cls, template: str) -> str:
        unknown = {field for _, field, _, _ in string.Formatter().parse(template) if field is not None}
        if unknown - {"app", "name", "path", "key"}:
            raise ValueError("may have {app}, {name}, {path} and {key} only")
        return template
