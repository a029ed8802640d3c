"""A fake OTNet server: a catalogue of a few films, and embed pages that show their query parameters."""

from __future__ import annotations

import contextlib
import html
import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from PIL import Image, ImageDraw
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from tests.harness import until

FILMS = (
    ("night-train", "Night Train", "Two towns, one guard", 5400, (28, 44, 92)),
    ("night-ferry", "Night Ferry", "", 4210, (18, 74, 84)),
    ("nightingale", "Nightingale & Sons", "A family of \"makers\" <of> instruments", 3605, (92, 60, 24)),
    ("harbour-hour", "Harbour Hour", "Podcast · 12", 1830, (64, 30, 66)),
    ("lighthouse", "The Lighthouse Keeper’s Very Long Goodbye to a Town", "", 725, (110, 38, 34)),
    ("tides", "Tides", "", 95, (30, 86, 58)),
)  # fmt: skip
EMBED = """<!doctype html><html lang="en"><title>{title}</title><style>body{{margin:0;background:#0B0D12;color:#EEF1F6;
font:16px sans-serif;display:grid;place-items:center;height:100vh}}</style><main data-skin="{skin}">{title}</main>"""


@dataclass
class FakeServer:
    url: str = ""
    private: bool = False
    broken: int = 0
    empty: bool = False
    asked: list[str] = field(default_factory=list)

    def card(self, n: int) -> dict[str, Any]:
        id, title, subtitle, seconds, _ = FILMS[n]
        size = {"width": 640, "height": 960 if n == 1 else 360, "widths": [160, 320, 480, 640], "alt": ""}
        shape = "poster" if n == 1 else "still"
        images = {s: None for s in ("poster", "still", "square", "backdrop")}
        if n != 5:
            images[shape] = {"base": f"/images/a/{n}/1", **size}
        return {"id": f"c{n}", "type": "content", "slug": id, "title": title, "subtitle": subtitle,
                "kind": "podcast_episode" if n == 3 else "film", "year": 2020 + n, "duration_s": seconds,
                "age_rating": None, "href": f"/title/{id}", "watch": f"/watch/c{n}", "playable": n != 4,
                "state": "encoding" if n == 4 else "ready", "media": f"m{n}", "images": images, "progress": None}  # fmt: skip

    def cards(self) -> list[dict[str, Any]]:
        return [] if self.empty else [self.card(n) for n in range(len(FILMS))]

    def named(self, name: str) -> dict[str, Any] | None:
        return next((c for c in self.cards() if name in (c["id"], c["slug"])), None)

    # --- responses ---

    async def site(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        if self.broken:
            return JSONResponse({"code": "broken"}, self.broken)
        organization = {"id": "o1", "name": "Harbour Films", "slug": "harbour-films", "accent": None, "logo": None}
        return JSONResponse({"organization": organization, "sign_up": "closed", "user": None})

    def closed(self, request: Request) -> Response | None:
        self.asked.append(f"{request.url.path}?{request.url.query}".rstrip("?"))
        if self.broken:
            return JSONResponse({"code": "broken"}, self.broken)
        return JSONResponse({"code": "sign_in", "status": 401}, 401) if self.private else None

    async def home(self, request: Request) -> Response:
        series = {**self.card(0), "id": "s1", "type": "series", "title": "The Signal Box"}
        rows = [
            {"id": "series", "kind": "series", "items": [series]},
            {"id": "new", "kind": "new", "items": self.cards()},
        ]
        return self.closed(request) or JSONResponse({"rows": rows, "hero": None})

    async def search(self, request: Request) -> Response:
        words = request.query_params.get("q", "").lower()
        items = [c for c in self.cards() if any(w.startswith(words) for w in c["title"].lower().split())]
        return self.closed(request) or JSONResponse({"items": items, "people": [], "genres": [], "categories": []})

    async def title(self, request: Request) -> Response:
        found = self.named(request.path_params["name"])
        return self.closed(request) or (
            JSONResponse(found) if found else JSONResponse({"code": "not_found", "status": 404}, 404)
        )

    async def oembed(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        url = request.query_params.get("url", "")
        found = self.named(url.rsplit("/", 1)[-1]) if url.startswith(self.url) else None
        if found is None or self.broken:
            return JSONResponse({"code": "not_found"}, self.broken or 404)
        skin = "?skin=audio" if found["kind"] == "podcast_episode" else ""
        frame = f'<iframe src="{self.url}/embed/{found["id"]}{skin}" width="1280" height="720"></iframe>'
        return JSONResponse({"version": "1.0", "type": "video", "title": found["title"], "provider_name": "Harbour Films",
                             "provider_url": self.url, "width": 1280, "height": 720, "html": frame})  # fmt: skip

    async def embed(self, request: Request) -> Response:
        found = self.named(request.path_params["id"]) or {"title": "There is no such title here"}
        skin = request.query_params.get("skin", "video")
        return HTMLResponse(EMBED.format(title=html.escape(found["title"]), skin=html.escape(skin)))

    async def image(self, request: Request) -> Response:
        n, width = int(request.path_params["n"]), int(request.path_params["file"].split(".")[0])
        height = width * 3 // 2 if n == 1 else width * 9 // 16
        picture = Image.new("RGB", (width, height), FILMS[n][4])
        draw = ImageDraw.Draw(picture)
        for i in range(12):  # a simple landscape
            far = height * (4 + i) // 16
            shade = tuple(min(255, c + 12 * i) for c in FILMS[n][4])
            draw.ellipse((-width + i * width // 6, far, i * width // 4 + width // 2, far + height), fill=shade)
        out = io.BytesIO()
        picture.save(out, "WEBP")
        return Response(out.getvalue(), media_type="image/webp")

    def app(self) -> Starlette:
        return Starlette(routes=[
            Route("/api/v1/site", self.site), Route("/api/v1/site/home", self.home),
            Route("/api/v1/site/search", self.search), Route("/api/v1/site/titles/{name}", self.title),
            Route("/oembed", self.oembed), Route("/embed/{id}", self.embed), Route("/images/a/{n}/1/{file}", self.image),
        ])  # fmt: skip


@contextlib.contextmanager
def fake() -> Iterator[FakeServer]:
    made = FakeServer()
    server = uvicorn.Server(uvicorn.Config(made.app(), "127.0.0.1", 0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        until("the stand-in listens", lambda: server.started, 30)
        made.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        yield made
    finally:
        server.should_exit = True
        thread.join(20)
