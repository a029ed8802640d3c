"""What media servers send when an encoder publishes, and what they expect as an answer. Pure.

- nginx-rtmp: `on_publish`, `on_publish_done`, `on_done`: a form with `call`, `app`, `name`, `addr`, `clientid` and the
  query of the stream. Status 2xx accepts.
- MediaMTX: `authHTTPAddress`: JSON with `action`, `path`, `protocol`, `ip`, `id`, `user`, `password`, `token`, `query`.
  Status 2xx accepts. It asks for readers too: OTNet itself reads with the secret as its password, viewers with a token.
- SRS: `http_hooks`: JSON with `action`, `app`, `stream`, `param`, `ip`, `client_id`. The answer `0` accepts. With
  `on_play` it asks for readers too.
- OvenMediaEngine: `AdmissionWebhooks`: signed JSON with `client` and `request`. `{"allowed": true}` accepts.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

WORD = re.compile(r"[A-Za-z0-9_-]{1,100}")
PATH = re.compile(r"[A-Za-z0-9_-]{1,100}(/[A-Za-z0-9_-]{1,100}){0,4}")


@dataclass(frozen=True)
class Hook:
    """A message of a media server about a stream. `id` is the same for its beginning and its end. `places` fill in the
    address of the stream. A reader has a `password`, or the `token` of a
    signed address."""

    what: Literal["publish", "done", "read", "other"]
    key: str = field(default="", repr=False)
    protocol: str = ""
    address: str = ""
    id: str = ""
    places: Mapping[str, str] = field(default_factory=dict, repr=False)
    token: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes = b""
    media_type: str = "text/plain"


def is_authentic(engine: str, secret: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the message is from a media server that knows the secret. OvenMediaEngine signs; the others have it in
    the address, as `?secret=`."""
    if not secret:
        return False
    if engine == "ovenmediaengine":
        digest = hmac.digest(secret.encode(), body, hashlib.sha1)
        signature = headers.get("x-ome-signature", "").rstrip("=")
        return hmac.compare_digest(base64.urlsafe_b64encode(digest).rstrip(b"="), signature.encode())
    return hmac.compare_digest(query.get("secret", "").encode(), secret.encode())


def read(engine: str, body: bytes) -> Hook:
    """Raises ValueError for what the media server would not send."""
    return READERS[engine](body)


def answer(engine: str, hook: Hook, refusal: str = "") -> Answer:
    """The answer that accepts, or refuses with a sentence."""
    if engine == "srs":
        return Answer(200, json.dumps({"code": 1 if refusal else 0, "msg": refusal}).encode(), "application/json")
    if engine == "ovenmediaengine":
        admission = {} if hook.what == "done" else {"allowed": not refusal, "reason": refusal}
        return Answer(200, json.dumps(admission).encode(), "application/json")
    return Answer(403 if refusal else 200, refusal.encode())


def _nginx_rtmp(body: bytes) -> Hook:
    form = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100))
    calls: dict[str, Literal["publish", "done"]] = {"publish": "publish", "publish_done": "done", "done": "done"}
    app, stream = form.get("app", ""), form.get("name", "")
    return _stream(
        calls.get(form.get("call", "")), "rtmp", form.get("addr", ""), app, stream, form.get("key") or stream,
        form.get("clientid", ""),
    )  # fmt: skip


def _srs(body: bytes) -> Hook:
    message = _json(body)
    actions: dict[str, Literal["publish", "done"]] = {"on_publish": "publish", "on_unpublish": "done"}
    query = dict(parse_qsl(_text(message, "param").removeprefix("?")))
    stream = _text(message, "stream")
    if _text(message, "action") == "on_play":
        places = {"app": _text(message, "app"), "name": stream}
        return Hook("read", places=places, token=query.get("token", ""), password=query.get("secret", ""))
    return _stream(
        actions.get(_text(message, "action")), "rtmp", _text(message, "ip"), _text(message, "app"), stream,
        query.get("key") or stream, _text(message, "client_id"),
    )  # fmt: skip


def _mediamtx(body: bytes) -> Hook:
    message = _json(body)
    action, path = _text(message, "action"), _text(message, "path")
    query = dict(parse_qsl(_text(message, "query")))
    password = _text(message, "password") or _text(message, "token")
    if action != "publish":
        what: Literal["read", "other"] = "read" if action in ("read", "playback") else "other"
        return Hook(what, places={"path": path}, token=query.get("token") or password, password=password)
    if not PATH.fullmatch(path):
        raise ValueError("the path has characters other than letters, digits, - and _")
    key = password or query.get("key") or path.rpartition("/")[2]
    return Hook("publish", key, _text(message, "protocol"), _text(message, "ip"), _text(message, "id"), {"path": path})


def _ovenmediaengine(body: bytes) -> Hook:
    message = _json(body)
    client, request = message.get("client"), message.get("request")
    if not isinstance(client, dict) or not isinstance(request, dict):
        raise ValueError("it has no client or no request")
    if _text(request, "direction") == "outgoing":
        return Hook("other")
    url = urlsplit(_text(request, "url"))
    app, _, stream = url.path.strip("/").partition("/")
    query = dict(parse_qsl(url.query))
    statuses: dict[str, Literal["publish", "done"]] = {"opening": "publish", "closing": "done"}
    address = _text(client, "real_ip") or _text(client, "address")
    return _stream(
        statuses.get(_text(request, "status")), _text(request, "protocol").lower(), address, app, stream,
        query.get("key") or stream, f"{client.get('address')}:{client.get('port')}",
    )  # fmt: skip


def _stream(
    what: Literal["publish", "done"] | None, protocol: str, address: str, app: str, stream: str, key: str, id: str
) -> Hook:
    if what is None:
        return Hook("other")
    if not WORD.fullmatch(app) or not WORD.fullmatch(stream):
        raise ValueError("the name of the stream has characters other than letters, digits, - and _")
    return Hook(what, key, protocol, address, f"{app}/{stream}/{id}", {"app": app, "name": stream})


def _json(body: bytes) -> dict[str, Any]:
    message = json.loads(body)
    if not isinstance(message, dict):
        raise ValueError("it is not a JSON object")
    return message


def _text(message: Mapping[str, Any], name: str) -> str:
    """A text, or a number as one."""
    value = message.get(name, "")
    return str(value) if isinstance(value, str | int) else ""


READERS: dict[str, Callable[[bytes], Hook]] = {
    "nginx_rtmp": _nginx_rtmp,
    "mediamtx": _mediamtx,
    "srs": _srs,
    "ovenmediaengine": _ovenmediaengine,
}
ENGINES = tuple(READERS)
