"""The sections `[live]` and `[whep]` of the settings."""

from __future__ import annotations

import re
import string
from typing import Annotated

from pydantic import Field, field_validator, model_validator
from pydantic_settings import NoDecode

from otnet_server.config_section import Section

Secret = Annotated[str | dict[str, str], NoDecode]
MIN_SECRET = 32
WHEP_SIGNATURES = ({"token"}, {"expires", "signature"}, {"policy", "policy_signature"})
WHEP_FIELDS = {"stream"}.union(*WHEP_SIGNATURES)


class Live(Section):
    """Live streams and their recordings."""

    profile: str = Field(
        "live", description="The profile of live streams. They are encoded as H.264 in software, in segments of 2 s."
    )
    grace_s: float = Field(
        20, ge=0, le=3600, description="Seconds in which a publisher may come back and continue its stream."
    )
    failover_s: float = Field(2, ge=0.5, le=60, description="Seconds of silence of a primary until its backup is used.")
    return_s: float = Field(10, ge=0, le=3600, description="Seconds that a primary must send again until it is used.")
    dvr_s: float = Field(7200, ge=30, description="Seconds that viewers of a live stream can go back.")
    slow_s: float = Field(8, ge=0, description="Drop the highest rung when encoding was so long too slow. 0: never.")
    warn_bitrate_kbps: int = Field(300, ge=0, description="Warn below so many kilobits per second. 0: never, as below.")
    warn_keyframe_s: float = Field(5, ge=0, description="Warn when keyframes are more seconds apart.")
    warn_latency_s: float = Field(5, ge=0, description="Warn when viewers get the stream so many seconds late.")
    warn_silence_s: float = Field(10, ge=0, description="Warn when there was no sound for so many seconds.")
    warn_black_s: float = Field(5, ge=0, description="Warn when the picture was black for so many seconds.")
    warn_frozen_s: float = Field(15, ge=0, description="Warn when the picture did not move for so many seconds.")
    warn_loudness_lufs: float = Field(-9, ge=-70, le=0, description="Warn when the sound is louder (EBU R 128).")


class Whep(Section):
    """Live streams for viewers with less than a second of delay, by a media server in front (docs/live.md)."""

    url: str = Field(
        "",
        description="The address for players, with {stream} and a signature: {token}, {expires} and {signature}, or "
        "{policy} and {policy_signature}. Empty: none.",
    )
    secret: Secret = Field(
        "",
        description='What signs addresses, or { env = "NAME" } or { file = "PATH" }, from which it is read.',
    )
    lifetime_s: int = Field(300, ge=10, le=86400, description="Seconds in which a player may start with an address.")
    publish_url: str = Field("", description="Where the media server takes streams: rtmp://127.0.0.1:1935/live.")
    publish_key: Secret = Field(
        "{stream}", description="What follows, with {stream}: {stream}?key=SECRET. It may be a secret, as above."
    )
    health_url: str = Field("", description="An HTTP address that answers with 200 while the media server works.")
    restricted: bool = Field(
        False, description="Also for channels that not everybody may watch. Viewers are then not stopped at the server."
    )

    @field_validator("secret", "publish_key")
    @classmethod
    def _check_secret(cls, value: str | dict[str, str]) -> str | dict[str, str]:
        if isinstance(value, dict) and set(value) not in ({"env"}, {"file"}):
            raise ValueError('must be a text, { env = "NAME" } or { file = "PATH" }')
        return value

    @model_validator(mode="after")
    def _is_complete(self) -> Whep:
        if not self.url:
            return self
        fields = {name for _, name, _, _ in string.Formatter().parse(self.url) if name is not None}
        if unknown := fields - WHEP_FIELDS:
            raise ValueError(f"url has unknown fields: {', '.join(sorted(unknown))}")
        if "stream" not in fields or not any(signature <= fields for signature in WHEP_SIGNATURES):
            raise ValueError("url must have {stream} and a signature, such as {token}")
        if not self.url.startswith(("https://", "http://")):
            raise ValueError("url must begin with https:// or http://")
        if not re.fullmatch(r"rtmps?://[^/@?#\s]+/[^@#\s]*[^/@#\s]", self.publish_url):
            raise ValueError("publish_url must be like rtmp://HOST:PORT/APPLICATION, without a password")
        if self.health_url and not self.health_url.startswith(("https://", "http://")):
            raise ValueError("health_url must begin with https:// or http://")
        if not self.secret or (isinstance(self.secret, str) and len(self.secret) < MIN_SECRET):
            raise ValueError(f"secret must have at least {MIN_SECRET} characters")
        return self
