"""Creates one record of every resource from the examples in the declarations."""

from __future__ import annotations

from typing import Any

from otnet_server.resources import SCHEMA
from otnet_server.schema.field import Surface
from otnet_server.schema.fields import Reference, References
from otnet_server.schema.resource import Resource, Verb
from tests.control.services import ControlPlane, Person


def example(resource: Resource, known: dict[str, str]) -> dict[str, Any]:
    """A body that creates a record: the declared example with references to the `known` records."""
    body = dict(resource.example)
    for name, f in resource.writable(Surface.DASHBOARD, create=True).items():
        if isinstance(f, Reference) and f.to in known and f.to != resource.name:
            body[name] = [known[f.to]] if isinstance(f, References) else known[f.to]
    if resource.name == "webhook":  # `.invalid` never resolves (RFC 2606)
        body["url"] = "https://hooks.invalid/otnet"
    body = {n: v for n, v in body.items() if n not in resource.one_of[1:]}
    if resource.name in ("grant", "access_code"):  # the example covers everything
        body = {n: v for n, v in body.items() if n not in ("content", "series", "category")}
    if resource.name == "artwork":  # artwork belongs to exactly one record
        body = {n: v for n, v in body.items() if n not in ("series", "person", "channel")}
    return body


def reference(resource: Resource, name: str, value: Any) -> dict[str, Any]:
    """The values of a record that refers to `value` in the field `name`."""
    scopes = {"content": "title", "series": "series", "category": "category"}
    covers = resource.name in ("grant", "access_code") and name in scopes
    return {name: value} | ({"scope": scopes[name]} if covers else {})


SERVER_RECORDS = ("upload_link",)  # they refer to records that no request creates


def in_creation_order() -> list[Resource]:
    """Resources that can be created with a request, each after those that it references."""
    left = {r.name: r for r in SCHEMA if Verb.CREATE in r.surfaces.get(Surface.DASHBOARD, ())}
    made: list[Resource] = []
    for name in SERVER_RECORDS:
        left.pop(name)
    while left:
        ready = [
            r
            for r in left.values()
            if not {f.to for f in r.writable(Surface.DASHBOARD, create=True).values() if isinstance(f, Reference)}
            & (set(left) - {r.name})
        ]
        assert ready, f"these refer to one another: {', '.join(left)}"
        for r in ready:
            made.append(left.pop(r.name))
    return made


def one_of_each(plane: ControlPlane, person: Person, mark: str = "") -> dict[str, str]:
    """{resource: id} in the person's organization. Records that no request creates are inserted into the database."""
    known: dict[str, str] = {"organization": person.organization, "user": person.id}
    (own,) = [m for m in person.items("memberships") if m["user"] == person.id]
    known |= {"membership": own["id"], "session": person.items("sessions")[0]["id"]}
    for r in in_creation_order():
        if r.name not in known:
            known[r.name] = person.make(r.plural, **example(r, known))["id"]
    owner, library = person.organization, f"Library {mark}".strip()
    folder = plane.settings.data.parent / library
    folder.mkdir()
    known["library"] = plane.put(
        "library", organization=owner, name=library, label=library, path=str(folder), profile="fast"
    )
    known["media"] = media(plane, owner, f"Rushes {mark}".strip(), library, known["content"])
    link = {"library": known["library"], "content": known["content"], **SCHEMA["upload_link"].example}
    known["upload_link"] = person.make("upload_links", **link)["id"]
    known["webhook_delivery"] = plane.put(
        "webhook_delivery", organization=owner, webhook=known["webhook"], event_type="content.published",
        state="waiting", attempts=0, log=[], payload={"type": "content.published"}, event="1",
    )  # fmt: skip
    known["mail"] = person.items("mails")[0]["id"]  # of the invitation
    known["audit_entry"] = person.items("audit_entries")[0]["id"]
    assert set(known) == {r.name for r in SCHEMA}, "a new resource: say here how one is made"
    return known


def media(plane: ControlPlane, organization: str, title: str, library: str, content: str | None = None) -> str:
    """A failed title, as the pipeline stores it."""
    id = plane.put(
        "media", organization=organization, library=library, title=title, present=True, info={}, content=content,
        state="failed", role="main",
    )  # fmt: skip
    error = {"code": "x", "stage": "probe", "message": "It is no film.", "remedy": ""}
    revision = plane.put(
        "revision", media=id, path=f"/nowhere/{id}.mp4", fingerprint=id, state="failed", playable=False, priority=0,
        error=error,
    )  # fmt: skip
    plane.set("media", id, current=revision[:16])
    return id
