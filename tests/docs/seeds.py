"""Records for the documentation's examples: a new record for each `id_of(resource)` in a code block."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from otnet_server.db.tables import FIRST
from otnet_server.resources import SCHEMA
from otnet_server.schema.examples import id_of
from otnet_server.schema.field import Surface
from tests.harness import TLS_CONTEXT, OTNet, make_film, running, until
from tests.playback.titles import jpeg
from tests.studio import DASHBOARD, OWNER, create_record, owner

SCOPES = [s for s in SCHEMA["api_key"].fields["scopes"].options]  # type: ignore[attr-defined]

NOWHERE = "http://127.0.0.1:65530/hook"  # nothing listens there
CHANGES = re.compile(r"\b(POST|PATCH|PUT|DELETE)\b|\.(post|patch|put|delete)\(|auth/organization")
SETTINGS = {"OTNET_SERVER__RATE": "100000", "OTNET_UPLOADS__ALLOW_HOSTS": '["127.0.0.0/8"]'}


@dataclass
class Seeds:
    """`fresh(name)` returns the id of a new record that an example may change or delete."""

    server: OTNet
    client: httpx.Client
    key: str
    folder: Path
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    switched: bool = False
    _shared: dict[tuple[str, bool], str] = field(default_factory=dict)  # records for examples that only read

    @property
    def environment(self) -> dict[str, str]:
        return {
            "OTNET_KEY": self.key, "OTNET_SESSION": self.client.cookies["otnet_session"],
            "OTNET_CSRF": self.client.headers["X-CSRF-Token"], "OTNET_EMAIL": OWNER["email"],
            "OTNET_PASSWORD": OWNER["password"],
        }  # fmt: skip

    def substituted(self, code: str, published: bool = False) -> str:
        """The code with ids of new records, and e-mail addresses and times of programs that no other example uses.
        Examples that only read share records."""
        reads = not CHANGES.search(code)
        if ("DELETE" in code or ".delete(" in code) and id_of("media") in code:
            code = code.replace(id_of("media"), self.media_to_delete())
        email = f"ann-{next(self.numbers)}@example.org"
        if "/dashboard/organizations/" in code:
            code = code.replace(id_of("organization"), self.create_organization())
        for r in SCHEMA:
            if id_of(r.name) in code:
                id = self.shared(r.name, published) if reads and not self.switched else self.fresh(r.name, published)
                code = code.replace(id_of(r.name), id)
        self.switched = self.switched or "auth/organization" in code
        program = SCHEMA["program"].example["starts_at"]
        code = code.replace(program, program.replace("2030", str(2030 + next(self.numbers))))
        return code.replace("zoe@example.org", email).replace("https://example.org/hooks/otnet", NOWHERE)

    def shared(self, name: str, published: bool) -> str:
        """The id of a record that no example changes."""
        if (name, published) not in self._shared:
            self._shared[name, published] = self.fresh(name, published)
        return self._shared[name, published]

    def create_organization(self) -> str:
        """Create an organization and switch to it."""
        there = create_record(self.client, "organizations", name=f"Other {next(self.numbers)}")["id"]
        self.client.post("/api/v1/auth/organization", json={"id": there}).raise_for_status()
        self.switched = True
        return there

    def switch_back(self) -> None:
        """Switch to the first organization again after `create_organization` or an example that switched."""
        if self.switched:
            self.client.post("/api/v1/auth/organization", json={"id": FIRST}).raise_for_status()
            self.switched = False

    def media_to_delete(self) -> str:
        """The id of the media of a new file."""
        (library,), number = self.server.libraries, next(self.numbers)
        make_film(library / f"Deleted {number}.mp4", 0.5, rate=str(10 + number % 50), sound=False)
        wanted = {"title": f"Deleted {number}"}
        return until("the file is found", lambda: self._some("media", **wanted))[0]["id"]

    def invite(self, email: str) -> str:
        """The id of a new user, who accepts an invitation."""
        token = create_record(self.client, "invitations", email=email, role="editor")["link"].partition("token=")[2]
        body = {"token": token, "name": "U", "password": OWNER["password"]}
        accepted = httpx.post(f"{self.server.url}/api/v1/auth/invitation/accept", json=body, verify=TLS_CONTEXT)
        return str(accepted.raise_for_status().json()["user"]["id"])

    def fresh(self, name: str, published: bool) -> str:
        number = next(self.numbers)
        match name:
            case "media" if published:
                media, content = self._first("media"), self.fresh("content", True)
                self.client.patch(f"{DASHBOARD}/media/{media}", json={"content": content}).raise_for_status()
                return media
            case "webhook_delivery":
                hook = self.fresh("webhook", False)
                self.client.post(f"{DASHBOARD}/webhooks/{hook}/test").raise_for_status()
                return until("there is a delivery", lambda: self._some("webhook_deliveries", webhook=hook))[0]["id"]
            case "mail":
                self.fresh("invitation", False)
                return self._first("mails")
            case "library" | "media" | "audit_entry":
                return self._first(SCHEMA[name].plural)
            case "organization":
                return FIRST
            case "user":
                return self.invite(f"u{number}@example.org")
            case "membership":
                return self._first("memberships", user=self.invite(f"m{number}@example.org"))
            case "session":
                with httpx.Client(base_url=self.server.url, verify=TLS_CONTEXT) as other:
                    other.post("/api/v1/auth/login", json={n: OWNER[n] for n in ("email", "password")})
                    return other.get(f"{DASHBOARD}/sessions", params={"limit": 1, "sort": "-created_at"}).json()[
                        "items"
                    ][0]["id"]
        r = SCHEMA[name]
        needed = {n: self.fresh(f.to, published) for n, f in r.writable(Surface.DASHBOARD, create=True).items()
                  if f.type == "reference" and r.needs(n)}  # fmt: skip
        values = {**needed, **r.example}
        if name == "webhook":
            values["url"] = NOWHERE
        if name == "channel":
            values["status"] = "on"
        if name in ("artwork",):
            values["content"] = self.fresh("content", published)
        record = create_record(self.client, r.plural, **values)
        if name == "content" and published:
            self.client.post(f"{DASHBOARD}/content/{record['id']}/publish").raise_for_status()
        if published and name in ("series", "season", "person"):
            self._appear(name, record)
        return record["id"]

    def _appear(self, name: str, record: dict[str, Any]) -> None:
        """Put the record into published content, so that the public API shows it."""
        content = self.fresh("content", True)
        if name == "person":
            create_record(self.client, "credits", content=content, person=record["id"], role="actor")
            return
        within = {"series": record["id"]} if name == "series" else {"series": record["series"], "season": record["id"]}
        self.client.patch(f"{DASHBOARD}/content/{content}", json=within).raise_for_status()

    def _first(self, plural: str, **query: Any) -> str:
        return self._some(plural, **query)[0]["id"]

    def _some(self, plural: str, **query: Any) -> list[dict[str, Any]]:
        return self.client.get(f"{DASHBOARD}/{plural}", params={"limit": 1, **query}).json()["items"]


@contextmanager
def seeded(base: Path) -> Iterator[Seeds]:
    """A public server with a film, an owner and an API key with every scope."""
    library, here = base / "library", base / "here"
    library.mkdir()
    here.mkdir()
    make_film(here / "film.mp4", 1)
    (here / "poster.jpg").write_bytes(jpeg())
    make_film(library / "Night Train.mp4", 1)
    with running(base / "data", library, **SETTINGS) as server, owner(server) as client:
        key = create_record(client, "api_keys", name="Partner site", scopes=SCOPES)["secret"]
        seeds = Seeds(server, client, key, here)
        until("there is a media", lambda: client.get(f"{DASHBOARD}/media").json()["items"])
        server.settled("Night Train")
        yield seeds
