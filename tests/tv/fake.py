"""A fake server for the television app: a hundred rows of twenty fictional titles, and generated images.

Sign-in, list and watch progress are kept while it runs. `scene` selects the kind of
server: "public", "private" (everything except sign-in requires authentication), "empty" or "broken" (home fails).
"""

from __future__ import annotations

import colorsys
import functools
import io
import itertools
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from PIL import Image, ImageDraw
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

DIST = Path(__file__).resolve().parents[2] / "tv" / "dist"
ROWS, ITEMS = 100, 20
#: Number of titles in a category or genre, and page size.
LISTED, PAGE = 100, 40
WIDTHS = [160, 320, 480, 640, 960, 1280]
FIRST = ["The Quiet", "Northern", "A Glass", "Paper", "The Last", "Blue", "Every", "Salt and", "Under the", "Two"]
SECOND = ["Harbour", "Lights", "Letter", "Season", "Mountain", "Signal", "Orchard", "Bridge", "Winter", "Cartographer"]
ROW_NAMES = ["New", "Documentaries", "Short films", "Drama", "Nature", "Music", "Late night", "For children"]
CHANNELS = ["Aurora One", "Night", "Docs", "Coast and Sea Television", "Music", "Kids", "Classic", "Events"]
PEOPLE = [
    "Ines Varga", "Sean Okafor", "Mei-Lin Zhou", "Tomasz Nowak", "Ada Lindqvist", "Rafael Quintanilla-Montenegro",
    "Yara Haddad", "Jonas Weber", "Priya Raman", "Emil Sørensen",
]  # fmt: skip
CREDITS = [
    ("actor", "The keeper"), ("actor", "The voice on the tape"), ("director", ""), ("writer", ""), ("producer", ""),
    ("composer", ""), ("camera", ""), ("editor", ""), ("narrator", ""), ("other", ""),
]  # fmt: skip
GENRES = [{"slug": "drama", "name": "Drama"}, {"slug": "sea", "name": "Sea"}]
CATEGORIES = [{"slug": "documentaries", "name": "Documentaries"}]
SYNOPSIS = (
    "A lighthouse keeper finds a **tape** that should not exist, and the coast he has watched for thirty years begins to "
    "answer back. Filmed over four winters on the outer islands."
)


@dataclass
class State:
    """The state of the server, and the requests it received."""

    scene: str = "public"
    allowed: bool = False
    slow_downs: int = 0
    polls: int = 0
    listed: set[str] = field(default_factory=set)
    progress: dict[str, float] = field(default_factory=dict)
    home_rows: int = ROWS
    asked: list[str] = field(default_factory=list)
    film: Path | None = None
    #: Number of channels. The last of them has a live stream.
    channels: int = 0
    profiles: list[dict[str, Any]] = field(
        default_factory=lambda: [
            {"id": "u1", "name": "Mara", "color": 0, "max_age": None, "has_pin": False, "main": True, "active": True}
        ]
    )


def picture(seed: int, shape: str) -> dict[str, Any]:
    size = {"still": (1280, 720), "poster": (640, 960), "square": (640, 640)}[shape]
    return {
        "base": f"/images/{shape}/{seed}",
        "width": size[0],
        "height": size[1],
        "widths": [w for w in WIDTHS if w <= size[0]],
        "alt": "",
    }


def card(n: int, **more: Any) -> dict[str, Any]:
    first, second = FIRST[n % 10], SECOND[(n // 10 + n) % 10]
    none = {"poster": None, "still": None, "square": None, "backdrop": None}
    pictures = none | {"poster": picture(n, "poster"), "still": picture(n, "still"), "backdrop": picture(n, "still")}
    return {
        "id": f"c{n}",
        "type": "content",
        "slug": f"title-{n}",
        "title": f"{first} {second}",
        "subtitle": None,
        "kind": "film",
        "year": 2000 + n % 26,
        "duration_s": 600 + (n * 397) % 6600,
        "age_rating": [None, 6, 12, 16][n % 4],
        "href": f"/title/title-{n}",
        "watch": f"/watch/c{n}",
        "playable": True,
        "state": "ready",
        "media": f"m{n}",
        # One in thirteen has no images; the app shows its name instead.
        "images": none if n % 13 == 5 else pictures,
        "progress": None,
    } | more


def entry(n: int, starts_at: datetime, minutes: int) -> dict[str, Any]:
    title = card(n)
    return {
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(minutes=minutes)).isoformat(),
        "kind": "program",
        "title": title["title"],
        "description": SYNOPSIS,
        "content": title["id"],
        "images": title["images"],
    }


def channel(n: int, live: bool) -> dict[str, Any]:
    """Channel `n`, counted from 1. One in three has no logo."""
    name, now = CHANNELS[(n - 1) % len(CHANNELS)], datetime.now(UTC)
    begun = now - timedelta(minutes=7 * n % 40)
    today = [entry(n * 10 + i, begun + timedelta(hours=i), 60) for i in range(8)]
    return {
        "id": f"ch{n}",
        "slug": f"channel-{n}",
        "name": name,
        "number": n,
        "description": "",
        "images": {},
        "logo": None if n % 3 == 0 else picture(900 + n, "square"),
        "playback": f"/api/v1/playback/ch{n}",
        "live_since": begun.isoformat() if live else None,
        "now": today[0],
        "next": today[1],
        "today": today,
    }


def person(n: int) -> dict[str, Any]:
    """A person as in credits and search results. One in three has no portrait."""
    slug = PEOPLE[n].lower().replace(" ", "-").replace("ø", "o")
    return {"slug": slug, "name": PEOPLE[n], "image": None if n % 3 == 2 else picture(700 + n, "square")}


def credits() -> list[dict[str, Any]]:
    said = [{"role": role, "character": who, "person": person(i)} for i, (role, who) in enumerate(CREDITS)]
    # The director is also a writer.
    return [*said, {"role": "writer", "character": "", "person": person(2)}]


def series() -> dict[str, Any]:
    def episode(season: int, number: int) -> dict[str, Any]:
        n = 5000 + season * 20 + number
        return card(n, title=f"{number}. {SECOND[number % 10]}", age_rating=6, slug=f"title-{n}")

    seasons = [{"number": s, "title": None, "episodes": [episode(s, e) for e in range(1, 9)]} for s in (1, 2, 3)]
    head = card(
        4000, type="series", slug="tides", title="Tides", subtitle="", href="/series/tides", watch=None, media=None,
        year=None, duration_s=None, age_rating=None, episodes=24,
    )  # fmt: skip
    return head | {"synopsis": SYNOPSIS, "seasons": seasons, "credits": []}


@functools.lru_cache(maxsize=4000)
def drawn(seed: int, shape: str, width: int, kind: str) -> bytes:
    """A generated image of a night sky with hills and a light, different for each seed."""
    height = {"still": width * 9 // 16, "poster": width * 3 // 2, "square": width}[shape]
    hue = (seed * 0.137) % 1
    image = Image.new("RGB", (64, 64))
    draw = ImageDraw.Draw(image)
    for y in range(64):
        r, g, b = colorsys.hsv_to_rgb((hue + y / 400) % 1, 0.55, 0.25 + 0.5 * y / 64)
        draw.line([(0, y), (64, y)], (int(r * 255), int(g * 255), int(b * 255)))
    x = 10 + seed * 7 % 44
    draw.ellipse([x - 6, 12, x + 6, 24], (250, 238, 214))
    for layer in range(3):
        r, g, b = colorsys.hsv_to_rgb((hue + 0.5) % 1, 0.5, 0.32 - layer * 0.1)
        top = 36 + layer * 8
        ridge = [(i, top + (seed * (layer + 3) + i * i * (layer + 1)) % 7) for i in range(0, 72, 8)]
        draw.polygon([*ridge, (64, 64), (0, 64)], (int(r * 255), int(g * 255), int(b * 255)))
    out = io.BytesIO()
    image.resize((width, height), Image.Resampling.BICUBIC).save(out, "WEBP" if kind == "webp" else "JPEG", quality=70)
    return out.getvalue()


def problem(status: int, code: str, detail: str, remedy: str) -> JSONResponse:
    body = {"type": "about:blank", "title": detail, "status": status, "code": code, "detail": detail, "remedy": remedy}
    return JSONResponse(body, status, media_type="application/problem+json")


class FakeServer:
    def __init__(self) -> None:
        self.state = State()

    def closed(self, request: Request) -> bool:
        return self.state.scene == "private" and not self.known(request)

    def known(self, request: Request) -> bool:
        return request.headers.get("authorization") == "Bearer tv-token"

    def site(self, request: Request) -> Response:
        if self.closed(request):
            return problem(401, "sign_in", "This studio's titles are for signed-in viewers.", "Sign in.")
        profiles = self.state.profiles
        active = next(p for p in profiles if p["active"])
        user = {"id": "u1", "name": "Mara", "email": "mara@example.org", "profile": active, "profiles": len(profiles)}
        if not self.known(request):
            user = None
        organization = {"id": "o1", "name": "Aurora Films", "slug": "aurora", "accent": None, "logo": None}
        return JSONResponse(
            {
                "organization": organization | {"description": ""},
                "sign_up": "closed",
                "user": user,
                "csrf": None,
                "languages": ["en", "de"],
                "channels": self.state.channels > 0,
            }
        )

    def profiles(self, request: Request) -> Response:
        return JSONResponse({"items": self.state.profiles})

    async def switch_profile(self, request: Request) -> Response:
        body = await request.json()
        chosen = next(p for p in self.state.profiles if p["id"] == body["id"])
        if chosen["has_pin"] and body["pin"] != "2468":
            return problem(403, "wrong_pin", "The PIN is wrong.", "Enter the PIN of the profile.")
        for profile in self.state.profiles:
            profile["active"] = profile is chosen
        return Response(status_code=204)

    def home(self, request: Request) -> Response:
        if self.closed(request):
            return problem(401, "sign_in", "This studio's titles are for signed-in viewers.", "Sign in.")
        if self.state.scene == "broken":
            return problem(503, "database", "The library is being moved.", "Try again in a minute.")
        if self.state.scene == "empty":
            return JSONResponse({"rows": [], "hero": None})
        begun = [card(9000 + i, progress={"position_s": 300 + i * 100, "duration_s": 2400}) for i in range(6)]
        rows = [self.row("continue", "continue", begun)] if self.known(request) else []
        rows.append(self.row("series", "series", [series(), *(card(8000 + i) for i in range(9))]))
        for r in range(self.state.home_rows):
            shape = ("still", "poster", "still", "square")[r % 4]
            items = [card(r * ITEMS + i) for i in range(ITEMS)]
            if r == 0:
                rows.append(self.row("new", "new", items))
                continue
            name = f"{ROW_NAMES[r % 8]} {r // 8 + 1}" if r >= 8 else ROW_NAMES[r]
            slug = name.lower().replace(" ", "-")
            rows.append(self.row(f"category-{slug}", "category", items, name, f"/category/{slug}", shape))
        return JSONResponse({"rows": rows, "hero": card(7, synopsis=SYNOPSIS, age_rating=6)})

    def row(
        self, id_: str, kind: str, items: list[dict[str, Any]], title: str = "", href: str | None = None,
        shape: str = "still",
    ) -> dict[str, Any]:  # fmt: skip
        return {"id": id_, "title": title, "kind": kind, "shape": shape, "items": items, "href": href}

    def listing(self, request: Request) -> Response:
        """A category or genre. "late-night" has nothing in it."""
        name, start = request.path_params["name"], int(request.query_params.get("cursor", "0"))
        self.state.asked.append(f"{name} from {start}")
        size = 0 if name == "late-night" else LISTED
        items = [card(3000 + i) for i in range(start, min(start + PAGE, size))]
        next_ = str(start + PAGE) if start + PAGE < size else None
        return JSONResponse(
            {"title": name.replace("-", " ").capitalize(), "description": "", "items": items, "next": next_}
        )

    def person(self, request: Request) -> Response:
        slug = request.path_params["name"]
        n = next((i for i in range(len(PEOPLE)) if person(i)["slug"] == slug), None)
        if n is None:
            return problem(404, "not_found", "There is no such person here.", "Go back and choose somebody else.")
        done = [] if n == 9 else [card(100 + i) for i in range(11)]
        said = [{"role": CREDITS[n][0], "character": CREDITS[n][1], "title": title} for title in done]
        if done:
            said.append({"role": "producer", "character": "", "title": done[0]})
        return JSONResponse(
            person(n)
            | {"biography": "" if n == 2 else SYNOPSIS, "born": "1961-03-14", "died": "2019-11-02" if n == 1 else None,
               "website": None, "credits": said}
        )  # fmt: skip

    def search(self, request: Request) -> Response:
        q = request.query_params["q"].lower()
        self.state.asked.append(q)
        found = itertools.islice((c for c in map(card, range(2000)) if q in c["title"].lower()), 30)
        people = [person(i) | {"id": f"p{i}"} for i, name in enumerate(PEOPLE) if q in name.lower()]
        genres, categories = ([x for x in sort if q in x["name"].lower()] for sort in (GENRES, CATEGORIES))
        return JSONResponse({"items": list(found), "people": people, "genres": genres, "categories": categories})

    def title(self, request: Request) -> Response:
        slug = request.path_params["slug"]
        number = slug.removeprefix("title-").removeprefix("c")
        if not number.isdigit():
            return problem(404, "not_found", "There is no such title.", "Go back and choose another.")
        n = int(number)
        at = self.state.progress.get(f"c{n}")
        progress = {"position_s": at, "duration_s": 60.0} if at else None
        more = {
            "synopsis": SYNOPSIS,
            "tagline": "Somebody is still listening",
            "genres": GENRES,
            "categories": CATEGORIES,
            "credits": credits(),
            "trailers": [card(n + 1)],
            "series": None,
            "next": card(n + 1) if 5000 <= n < 6000 else None,
            "related": [card(n + i) for i in range(1, 13)],
            "in_list": f"c{n}" in self.state.listed,
            "tracks": {"audio": ["en", "de"], "text": ["en"], "heights": [360, 1080]},
        }
        return JSONResponse(card(n, progress=progress) | more)

    def series(self, request: Request) -> Response:
        return JSONResponse(series())

    def my_list(self, request: Request) -> Response:
        if not self.known(request):
            return problem(401, "sign_in", "Your list is yours alone.", "Sign in.")
        return JSONResponse({"items": [card(int(c[1:])) for c in sorted(self.state.listed)]})

    def change_list(self, request: Request) -> Response:
        change = self.state.listed.add if request.method == "PUT" else self.state.listed.discard
        change(request.path_params["content"])
        return Response(status_code=204)

    async def put_progress(self, request: Request) -> Response:
        body = await request.json()
        self.state.progress[body["content"]] = body["position_s"]
        return Response(status_code=204)

    async def device(self, request: Request) -> Response:
        assert (await request.form())["client_id"] == "otnet-tv"
        uri = str(request.base_url) + "activate"
        code = {
            "device_code": "dev",
            "user_code": "BCDF-GHJK",
            "verification_uri": uri,
            "expires_in": 600,
            "interval": 1,
        }
        return JSONResponse(code | {"verification_uri_complete": uri + "?code=BCDF-GHJK"})

    async def token(self, request: Request) -> Response:
        assert (await request.form())["grant_type"] == "urn:ietf:params:oauth:grant-type:device_code"
        self.state.polls += 1
        if self.state.allowed:
            return JSONResponse({"access_token": "tv-token", "token_type": "Bearer", "expires_in": 86400})
        return JSONResponse({"error": "authorization_pending"}, 400)

    def logout(self, request: Request) -> Response:
        return Response(status_code=204)

    def all_channels(self) -> list[dict[str, Any]]:
        count = self.state.channels
        return [channel(n, live=n == count) for n in range(1, count + 1)]

    def channels(self, request: Request) -> Response:
        return JSONResponse({"items": self.all_channels()})

    def channel(self, request: Request) -> Response:
        return JSONResponse(next(c for c in self.all_channels() if c["slug"] == request.path_params["slug"]))

    def playback(self, request: Request) -> Response:
        id_ = request.path_params["id"]
        if id_.startswith("ch"):
            self.state.asked.append(id_)
            sources = {"dash": f"/channels/{id_}/main.mpd", "hls": f"/channels/{id_}/main.m3u8"}
            return JSONResponse({"version": 1, "id": id_, "title": id_, "live": True, "sources": sources})
        if id_ == "c66":
            return problem(403, "not_in_region", "This title is not shown in your country.", "Choose another title.")
        body: dict[str, Any] = {
            "version": 1,
            "id": id_,
            "title": card(int(id_[1:]))["title"],
            "subtitle": "Aurora Films",
        }
        body["sources"] = {"dash": "/film/main.mpd", "hls": "/film/main.m3u8"}
        body["chapters"] = [{"start": 0, "end": 5, "title": "The tape"}, {"start": 5, "end": 12, "title": "The coast"}]
        body["progress"] = {"url": "/api/v1/me/progress", "content": id_}
        return JSONResponse(body | {"resume": self.state.progress.get(id_, False), "telemetry": False})

    async def film(self, request: Request) -> Response:
        """The files of a packaged film, if the test provides one."""
        assert self.state.film is not None, "this test has no film"
        return FileResponse(self.state.film / request.path_params["path"])

    def image(self, request: Request) -> Response:
        p = request.path_params
        width, kind = p["file"].split(".")
        data = drawn(p["seed"] % 60, p["shape"], int(width), kind)
        return Response(
            data, media_type=f"image/{kind}", headers={"Cache-Control": "public, max-age=31536000, immutable"}
        )

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/api/v1/site", self.site),
                Route("/api/v1/site/home", self.home),
                Route("/api/v1/me/profiles", self.profiles),
                Route("/api/v1/me/profile", self.switch_profile, methods=["PUT"]),
                Route("/api/v1/site/search", self.search),
                Route("/api/v1/site/titles/{slug}", self.title),
                Route("/api/v1/site/series/{slug}", self.series),
                Route("/api/v1/site/people/{name}", self.person),
                Route("/api/v1/site/categories/{name}", self.listing),
                Route("/api/v1/site/genres/{name}", self.listing),
                Route("/api/v1/me/list", self.my_list),
                Route("/api/v1/me/list/{content}", self.change_list, methods=["PUT", "DELETE"]),
                Route("/api/v1/me/progress", self.put_progress, methods=["PUT"]),
                Route("/api/v1/auth/device", self.device, methods=["POST"]),
                Route("/api/v1/auth/token", self.token, methods=["POST"]),
                Route("/api/v1/auth/logout", self.logout, methods=["POST"]),
                Route("/api/v1/channels", self.channels),
                Route("/api/v1/channels/{slug}", self.channel),
                Route("/channels/{path:path}", lambda r: Response("<MPD/>", media_type="application/dash+xml")),
                Route("/api/v1/playback/{id}", self.playback),
                Route("/film/{path:path}", self.film),
                Route("/images/{shape}/{seed:int}/{file}", self.image),
                Route("/tv", lambda r: RedirectResponse("/tv/")),
                Mount("/tv", StaticFiles(directory=DIST, html=True)),
                # The same application without a known server, as in a packaged app.
                Mount("/elsewhere", StaticFiles(directory=DIST, html=True)),
            ]
        )


@contextmanager
def running() -> Iterator[tuple[str, FakeServer]]:
    """(URL of a server on a free port, the server)."""
    fake = FakeServer()
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()  # connections wait until the server has started
    server = uvicorn.Server(uvicorn.Config(fake.app(), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", fake
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
