"""A control plane in this process: a complete server that takes requests without a socket, and its clients.

The server runs in the event loop of its own thread, so that tests are plain functions and hypothesis can
send any number of requests. A `Person` carries a cookie and a CSRF token, a `PartnerClient` an API key.

Two things save time: password hashes with minimal argon2 parameters (`tests/identity/test_authentication.py` checks the
real ones), and SQLite databases that are copied from a migrated one (`tests/db/` tests the migrations).
"""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import httpx
import sqlalchemy as sa
import uvicorn

from otnet_server.config import Settings
from otnet_server.connections import ConnectionLimits, limited_protocol
from otnet_server.db.engine import url_of
from otnet_server.db.tables import metadata
from otnet_server.identity import passwords
from otnet_server.resources import SCHEMA
from otnet_server.schema.field import Surface
from otnet_server.schema.resource import Role
from otnet_server.server import Server, server
from tests.harness import FAST_HASHER, migrated_database

T = TypeVar("T")
PASSWORD = "a long enough password"
passwords.HASHER = FAST_HASHER
SCOPES = [o["value"] for o in SCHEMA["api_key"].fields["scopes"].shape()["options"]]


class InProcessTransport(httpx.BaseTransport):
    """Sends requests straight to an ASGI application that runs in another thread's event loop."""

    def __init__(self, plane: ControlPlane, address: str) -> None:
        self._plane, self._address = plane, address

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": request.method,
            "headers": [(name.lower(), value) for name, value in request.headers.raw], "scheme": request.url.scheme,
            "path": request.url.path, "raw_path": request.url.raw_path.partition(b"?")[0],
            "query_string": request.url.query, "server": (request.url.host, request.url.port),
            "client": (self._address, 40000), "root_path": "",
        }  # fmt: skip
        status, headers, content = self._plane.run(_respond(self._plane.app, scope, request.read()))
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(content), request=request)


async def _respond(app: Any, scope: dict[str, Any], body: bytes) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """The status, headers and body with which an ASGI application responds."""
    start: dict[str, Any] = {"status": 500, "headers": []}
    parts: list[bytes] = []
    requests = [{"type": "http.request", "body": body, "more_body": False}]
    complete = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if requests:
            return requests.pop()
        await complete.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
            return
        if scope["method"] != "HEAD":
            parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            complete.set()

    with suppress(Exception):  # like a server, which responds with 500
        await app(scope, receive, send)
    return start["status"], list(start["headers"]), b"".join(parts)


class Client(httpx.Client):
    """An HTTP client of one control plane. Paths without a leading slash are relative to the surface's base path."""

    surface = Surface.PUBLIC

    def __init__(self, plane: ControlPlane, *, address: str = "203.0.113.7", **more: Any) -> None:
        super().__init__(transport=InProcessTransport(plane, address), base_url="http://studio.test", **more)
        self.plane = plane

    def request(self, method: str, url: Any, **more: Any) -> httpx.Response:
        if isinstance(url, str) and not url.startswith(("/", "http")):
            url = f"/api/v1/{self.surface}/{url}"
        return super().request(method, url, **more)

    def make(self, plural: str, /, **values: Any) -> dict[str, Any]:
        """Create a record and return it."""
        answer = self.post(plural, json=values)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def items(self, path: str, /, **params: Any) -> list[dict[str, Any]]:
        answer = self.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    def all(self, plural: str, /, **params: Any) -> list[dict[str, Any]]:
        """Every record, over all pages."""
        found, cursor = [], None
        while True:
            asked = params | ({"cursor": cursor} if cursor else {})
            page = self.get(plural, params=asked).json()
            assert "items" in page, page
            found += page["items"]
            if (cursor := page["next"]) is None:
                return found


class Person(Client):
    """A person in a browser, with a session cookie."""

    surface = Surface.DASHBOARD

    def sign_in(self, email: str, password: str = PASSWORD, **more: Any) -> Person:
        answer = self.post("/api/v1/auth/login", json={"email": email, "password": password, **more})
        assert answer.status_code == 200, answer.text
        return self.keep(answer.json())

    def keep(self, document: dict[str, Any]) -> Person:
        """Remember the session document that sign-in returned."""
        self.document = document
        self.headers["X-CSRF-Token"] = document["csrf"]
        return self

    @property
    def id(self) -> str:
        return self.document["user"]["id"]

    @property
    def organization(self) -> str:
        return self.document["organization"]["id"]

    def switch(self, organization: str) -> Person:
        answer = self.post("/api/v1/auth/organization", json={"id": organization})
        assert answer.status_code == 200, answer.text
        return self.keep(answer.json())

    def colleague(self, role: str | Role = "editor", **more: Any) -> Person:
        """A new signed-in user of the same organization."""
        word = role.word if isinstance(role, Role) else role
        email = f"{word}-{secrets.token_hex(4)}@example.org"
        return self.invite(email, word, Person(self.plane, **more))

    def invite(self, email: str, role: str, invited: Person | None = None, name: str = "") -> Person:
        """A person who accepts an invitation with a new password."""
        token = self.make("invitations", email=email, role=role)["link"].partition("token=")[2]
        invited = invited or Person(self.plane)
        body = {"token": token, "name": name or role.capitalize(), "password": PASSWORD}
        accepted = invited.post("/api/v1/auth/invitation/accept", json=body)
        assert accepted.status_code == 200, accepted.text
        return invited.keep(accepted.json())

    def key(self, *scopes: str, **more: Any) -> PartnerClient:
        """A client with a new API key of this organization; every scope unless scopes are given."""
        made = self.make("api_keys", name="A program", scopes=list(scopes or SCOPES), **more)
        return PartnerClient(self.plane, made["secret"])


class PartnerClient(Client):
    """A program that uses the partner API with an API key."""

    surface = Surface.PARTNER

    def __init__(self, plane: ControlPlane, key: str, **more: Any) -> None:
        super().__init__(plane, headers={"Authorization": f"Bearer {key}"}, **more)
        self.secret = key


class ControlPlane:
    """A running server, and direct access to its database for what no request can do or see."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="plane", daemon=True)
        self._stop = asyncio.Event()
        self.server: Server

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(120)

    @property
    def app(self) -> Any:
        return self.server.app

    def start(self) -> ControlPlane:
        self._thread.start()
        started: asyncio.Future[Server]

        async def live(ready: Callable[[Server], None]) -> None:
            async with server(self.settings) as running:
                ready(running)
                await self._stop.wait()

        async def begin() -> Server:
            nonlocal started
            started = self._loop.create_future()
            self._life = asyncio.create_task(live(started.set_result))
            done, _ = await asyncio.wait([started, self._life], return_when=asyncio.FIRST_COMPLETED)
            if started not in done:
                self._life.result()
            return started.result()

        self.server = self.run(begin())
        return self

    def stop(self) -> None:
        async def end() -> None:
            if "url" in self.__dict__:
                self._web.should_exit = self._web.force_exit = True
                await self._serving
            self._stop.set()
            await self._life

        try:
            self.run(end())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)
            self._loop.close()
            if "engine" in self.__dict__:
                self.engine.dispose()

    @cached_property
    def url(self) -> str:
        """The URL of the same server on a local port, for tests that need a real connection."""

        async def listen() -> str:
            http = limited_protocol(ConnectionLimits(4096, exempt=lambda _: True))
            self._web = uvicorn.Server(uvicorn.Config(self.app, port=0, log_level="error", lifespan="off", http=http))
            serving = asyncio.create_task(self._web.serve())
            while not self._web.started:
                assert not serving.done(), "it does not listen"
                await asyncio.sleep(0.01)
            self._serving = serving
            return f"http://127.0.0.1:{self._web.servers[0].sockets[0].getsockname()[1]}"

        return self.run(listen())

    def call(self, work: Callable[..., T], *given: Any) -> T:
        """Call a function in the server's thread."""

        async def there() -> T:
            return work(*given)

        return self.run(there())

    def anonymous(self, **more: Any) -> Client:
        return Client(self, **more)

    @cached_property
    def owner(self) -> Person:
        """Ann, the first owner, who used the set-up link."""
        ann = Person(self)
        answer = ann.post("/api/v1/auth/setup", json={
            "code": self.server.setup_code, "organization": "Harbour Films", "name": "Ann Example",
            "email": "ann@example.org", "password": PASSWORD,
        })  # fmt: skip
        assert answer.status_code == 201, answer.text
        return ann.keep(answer.json())

    @cached_property
    def founder(self) -> Person:
        """Another owner of the first organization, who creates the other organizations."""
        return self.owner.colleague("owner")

    def organization(self, name: str, email: str) -> Person:
        """The owner of a new organization, which the founder created and then left."""
        made = self.founder.make("organizations", name=name)
        inside = Person(self).sign_in(self.founder.document["user"]["email"]).switch(made["id"])
        owner = inside.invite(email, "owner", name=name)
        (own,) = [m for m in inside.items("memberships") if m["user"] == inside.id]
        assert inside.delete(f"memberships/{own['id']}").status_code == 204
        return owner

    @cached_property
    def engine(self) -> sa.Engine:
        """The server's database, for reads and writes that bypass the server."""
        engine = sa.create_engine(url_of(self.settings.database, self.settings.data).replace("+aiosqlite", ""))
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", lambda c, _: c.execute("PRAGMA busy_timeout=10000"))
        return engine

    def rows(self, table: str, **where: Any) -> list[dict[str, Any]]:
        t = metadata.tables[table]
        with self.engine.connect() as c:
            found = c.execute(sa.select(t).where(*(t.c[n] == v for n, v in where.items())))
            return [dict(r) for r in found.mappings()]

    def put(self, table: str, **values: Any) -> str:
        """Insert a row that no request creates, such as those of the pipeline."""
        t = metadata.tables[table]
        at = "2026-01-02T03:04:05.000Z"
        row = {"id": secrets.token_hex(6), "created_at": at, "updated_at": at} | values
        with self.engine.begin() as c:
            c.execute(sa.insert(t).values({n: v for n, v in row.items() if n in t.c}))
        return str(row["id"])

    def set(self, table: str, id: str, **values: Any) -> None:
        t = metadata.tables[table]
        with self.engine.begin() as c:
            c.execute(sa.update(t).where(t.c.id == id).values(**values))


@contextmanager
def control_plane(
    data: Path,
    *,
    database: str = "",
    rate: int = 10**6,
    public: bool = True,
    url: str = "",
    trusted_proxies: tuple[str, ...] = (),
    server: Any = None,
    **more: Any,
) -> Iterator[ControlPlane]:
    """A public server without libraries and without users."""
    if not database and not data.exists():
        data.mkdir(parents=True, mode=0o700)
        (data / "otnet.db").write_bytes(migrated_database())
    web = {"public": public, "rate": rate, "url": url, "trusted_proxies": trusted_proxies, **(server or {})}
    settings = Settings(data=data, database=database, server=web, **more)
    made = ControlPlane(settings).start()
    try:
        yield made
    finally:
        made.stop()
