"""WHEP for an audience, by a media server in front (MediaMTX, OvenMediaEngine or SRS).

Every live stream that comes by RTMP is sent to the media server, as to a simulcast target, under the id of its channel.
The configuration of the channel then has a signed address, at which a player may start for a few minutes. Three kinds
of signatures can be in the template of the address:

- `{token}`: a JWT (RFC 7519, HS256) with `sub`, the stream, `aud`, “whep”, and `exp`;
- `{expires}` and `{signature}`: the time in seconds, and the HMAC-SHA256 of `STREAM:EXPIRES` in hexadecimal digits;
- `{policy}` and `{policy_signature}`: those of OvenMediaEngine's SignedPolicy, which has an HMAC-SHA1 of the address
  without its argument for the signature.

Pure.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import jwt

from otnet_server.config import Settings, read_secret
from otnet_server.config_live import MIN_SECRET
from otnet_server.errors import ConfigError
from otnet_server.ingest.addresses import Rules
from otnet_server.live.push import Target

ID = "whep"  # of the target, as in the health of streams
AUDIENCE = "whep"
EVERYWHERE = ("0.0.0.0/0", "::/0")


@dataclass(frozen=True)
class WhepEngine:
    """`url` is the template of the address for players. `publish_key` may contain a secret."""

    url: str
    publish_url: str
    publish_key: str = field(repr=False)
    secret: str = field(repr=False)
    lifetime_s: int

    def target(self, stream: str) -> Target:
        """Where a stream is sent. The address is the operator's, so that it may be in the own network."""
        parts = urlsplit(self.publish_url)
        rules = Rules(frozenset({parts.hostname or "", *EVERYWHERE}), frozenset({parts.port} if parts.port else ()))
        return Target(ID, "WHEP", self.publish_url, self.publish_key.replace("{stream}", stream), rules)

    def address(self, stream: str, now: float) -> str:
        """The signed address of a stream for players, from a time of day on."""
        expires = int(now) + self.lifetime_s
        claims = {"sub": stream, "aud": AUDIENCE, "exp": expires}
        policy = json.dumps({"url_expire": expires * 1000}, separators=(",", ":")).encode()
        values = {
            "stream": stream,
            "token": jwt.encode(claims, self.secret, "HS256"),
            "expires": str(expires),
            "signature": hmac.digest(self.secret.encode(), f"{stream}:{expires}".encode(), hashlib.sha256).hex(),
            "policy": _base64(policy),
        }
        url = self.url
        for name, value in values.items():
            url = url.replace(f"{{{name}}}", value)
        signed = re.sub(r"[?&]\w+=\{policy_signature\}", "", url)
        return url.replace(
            "{policy_signature}", _base64(hmac.digest(self.secret.encode(), signed.encode(), hashlib.sha1))
        )

    def allows(self, stream: str, token: str) -> bool:
        """Whether a token is valid for a stream now."""
        try:
            claims = jwt.decode(
                token, self.secret, ["HS256"], audience=AUDIENCE, options={"require": ["sub", "exp", "aud"]}
            )  # fmt: skip
        except (jwt.PyJWTError, ValueError):
            return False
        return bool(claims["sub"] == stream)


def engine_of(settings: Settings) -> WhepEngine | None:
    """The media server of the settings; None without one. Raises ConfigError when a secret can't be read."""
    whep = settings.whep
    if not whep.url:
        return None
    secret = read_secret(whep.secret)
    if len(secret) < MIN_SECRET:
        raise ConfigError("secret_short", f"The secret of [whep] has less than {MIN_SECRET} characters.",
                          "Choose a longer one.")  # fmt: skip
    return WhepEngine(whep.url, whep.publish_url, read_secret(whep.publish_key), secret, whep.lifetime_s)


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
