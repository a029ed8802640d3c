"""Webhooks that both clients must accept or refuse, signed as the server signs them. All values are JSON."""

from __future__ import annotations

from typing import Any

from otnet_server.webhooks import signing
from otnet_server.webhooks.deliveries import body_of

NOW = 1_790_000_000
SECRET, OLD, OTHER = (signing.new_secret() for _ in range(3))
BODY = body_of("media.ready", NOW, {"organization": "o", "media": "m", "content": "c", "title": "Ö", "revision": "r"})
HEADERS = signing.headers("msg_1", NOW, BODY, [SECRET])
VALID: dict[str, Any] = {"body": BODY.decode(), "headers": HEADERS, "secrets": SECRET, "now": NOW, "tolerance": 300}


def case(**changed: Any) -> dict[str, Any]:
    return {**VALID, **changed}


def with_header(name: str, value: str) -> dict[str, Any]:
    return case(headers={**HEADERS, f"webhook-{name}": value})


def signed(body: str) -> dict[str, Any]:
    return case(body=body, headers=signing.headers("msg_1", NOW, body.encode(), [SECRET]))


ACCEPTED = {
    "as sent": VALID,
    "header names in other case": case(headers={n.title(): v for n, v in HEADERS.items()}),
    "unknown signatures": with_header("signature", f"v1a,AAAA v1,//// junk , {HEADERS['webhook-signature']}"),
    "receiver has the new and the old secret": case(secrets=[OTHER, SECRET]),
    "receiver has the old secret only": case(headers=signing.headers("msg_1", NOW, BODY, [SECRET, OLD]), secrets=[OLD]),
    "secret without prefix": case(secrets=SECRET.removeprefix("whsec_")),
    "just young enough": case(now=NOW + 300),
    "just old enough": case(now=NOW - 300),
    "longer tolerance": case(now=NOW + 900, tolerance=900),
}
REFUSED = {
    "appended body": case(body=BODY.decode() + " "),
    "tampered body": case(body=BODY.decode().replace("ready", "found")),
    "empty body": case(body=""),
    "wrong secret": case(secrets=OTHER),
    "no longer valid secret": case(secrets=[OLD]),
    "other id": with_header("id", "msg_2"),
    "empty id": with_header("id", ""),
    "other timestamp": with_header("timestamp", str(NOW + 1)),
    "negative timestamp": with_header("timestamp", "-1"),
    "timestamp with a space": with_header("timestamp", f" {NOW}"),
    "huge timestamp": with_header("timestamp", "9" * 30),
    "timestamp is no number": with_header("timestamp", "NaN"),
    "timestamp in other digits": with_header("timestamp", "١٧٩٠٠٠٠٠٠٠"),
    "empty signature": with_header("signature", ""),
    "unknown version": with_header("signature", HEADERS["webhook-signature"].replace("v1,", "v2,")),
    "signature without version": with_header("signature", HEADERS["webhook-signature"].replace("v1,", "")),
    "signature without value": with_header("signature", "v1,"),
    "signature is not base64": with_header("signature", "v1,ü"),
    "shortened signature": with_header("signature", HEADERS["webhook-signature"][:-8]),
    "no signature": case(headers={n: v for n, v in HEADERS.items() if n != "webhook-signature"}),
    "no headers": case(headers={}),
    "too old": case(now=NOW + 301),
    "from the future": case(now=NOW - 301),
    "no tolerance": case(now=NOW + 1, tolerance=0),
    "body is no JSON": signed("no json"),
    "body is a list": signed("[]"),
    "body has a wrong type": signed('{"type": 5, "data": {}}'),
    "body has no data": signed('{"type": "x"}'),
    "data is a list": signed('{"type": "x", "data": []}'),
    "body is nested too deeply": signed("[" * 9999),
}
# A mistake of the caller, not of the sender.
MALFORMED_SECRETS: list[str | list[str]] = ["", [], "whsec_", "whsec_no base64", [SECRET, ""]]
EVENTS = {
    "content.published": ({"resource": "content", "id": "c"}, "record"),
    "media.updated": ({"resource": "media", "id": "m"}, "record"),
    "media.reviewed": ({"media": "m"}, "media"),
    "test": ({"webhook": "w"}, "other"),
    "invented.later": ({}, "other"),
}
