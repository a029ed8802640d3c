"""
A fake server: it serves the built site and answers API requests from a fictional catalogue.

To try it: `python -m tests.site.fake` prints an address; sign in as ann@example.org with “a long password”.
"""

from __future__ import annotations

import asyncio
import contextlib
import html
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from tests.site.catalogue import Json
from tests.site.fake_site import ANN, CSRF, FakeSite
from tests.site.pictures import FORMATS, variant

ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "web_ui" / "dist"
CSP = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "media-src 'self' blob: data:; worker-src 'self' blob:"
)
PASSWORD = "a long password"
COOKIE, TOKEN = "otnet_session", "signed-in"
CODE = "BCDF-GHJK"


def problem(status: int, code: str, title: str, detail: str = "", remedy: str = "", **more: Any) -> JSONResponse:
    body = {"type": "about:blank", "status": status, "code": code, "title": title, "detail": detail, "remedy": remedy}
    return JSONResponse(body | more, status, media_type="application/problem+json")


def make(fake: FakeSite) -> Starlette:
    def user(request: Request) -> bool:
        return request.cookies.get(COOKIE) == TOKEN

    def found(answer: Json | None) -> Response:
        return (
            JSONResponse(answer)
            if answer
            else problem(404, "not_found", "There is no such title.", remedy="Look for it.")
        )

    async def api(request: Request) -> Response:
        p, q = request.path_params, request.query_params
        match request.url.path.removeprefix("/api/v1/site").strip("/").split("/"):
            case [""]:
                return JSONResponse(fake.site(user(request)))
            case ["home"]:
                return JSONResponse(fake.home(user(request)))
            case ["browse"]:
                return JSONResponse(fake.browse())
            case ["search"]:
                return JSONResponse(fake.search(q.get("q", "")))
            case ["titles", key]:
                return found(fake.title(key))
            case ["series", key]:
                return found(fake.show(key))
            case ["people", key]:
                return found(fake.person(key))
            case ["categories" | "genres" as kind, key]:
                return found(fake.listing(kind, key, q.get("cursor")))
        return found(p.get("nothing"))

    async def listed(request: Request) -> Response:
        if not user(request):
            return problem(401, "sign_in", "Sign in first.")
        key = request.path_params.get("key")
        if request.method == "GET":
            return JSONResponse({"items": [fake.shown(fake.catalogue.cards[i]) for i in fake.list]})
        if request.headers.get("x-csrf-token") != CSRF:
            return problem(403, "csrf", "The request does not come from the page.")
        if request.method == "PUT" and key not in fake.list:
            fake.list.insert(0, str(key))
        if request.method == "DELETE" and key in fake.list:
            fake.list.remove(str(key))
        return Response(status_code=204)

    async def progress(request: Request) -> Response:
        if request.headers.get("x-csrf-token") != CSRF:
            return problem(403, "csrf", "The request does not come from the page.")
        fake.progress.pop(request.query_params["content"], None)
        return Response(status_code=204)

    async def profiles(request: Request) -> Response:
        if not user(request):
            return problem(401, "sign_in", "Sign in first.")
        if request.method == "GET":
            return JSONResponse({"items": fake.profiles})
        if request.headers.get("x-csrf-token") != CSRF:
            return problem(403, "csrf", "The request does not come from the page.")
        key = request.path_params.get("key")
        known = next((p for p in fake.profiles if p["id"] == key), None)
        if request.method == "DELETE":
            fake.profiles.remove(known)  # type: ignore[arg-type]
            return Response(status_code=204)
        body = await request.json()
        pin = body.pop("pin", None)
        if known is None:
            known = {"id": f"p{len(fake.profiles)}", "has_pin": False, "main": False, "active": False, "max_age": None}
            fake.profiles.append(known)
        known.update(body)
        if pin is not None:
            known["has_pin"] = bool(pin)
        return Response(status_code=204)

    async def profile(request: Request) -> Response:
        body = await request.json()
        known = next(p for p in fake.profiles if p["id"] == body["id"])
        if known["has_pin"] and body["pin"] != "2468":
            return problem(403, "wrong_pin", "The PIN is wrong.")
        for p in fake.profiles:
            p["active"] = p is known
        return Response(status_code=204)

    async def login(request: Request) -> Response:
        body = await request.json()
        if body.get("password") != PASSWORD:
            return problem(401, "bad_credentials", "The e-mail address or the password is wrong.")
        if body["email"].startswith("two@") and body.get("code") != "123456":
            return problem(401, "bad_code" if body.get("code") else "two_factor_needed", "A code is needed.")
        answer = JSONResponse({"user": ANN, "csrf": CSRF})
        answer.set_cookie(COOKIE, TOKEN, httponly=True, samesite="lax")
        return answer

    async def signup(request: Request) -> Response:
        body = await request.json()
        if body["email"] == ANN["email"]:
            wrong = [
                {"field": "email", "code": "taken", "reason": "This address has an account already.", "remedy": ""}
            ]
            return problem(422, "invalid", "Some fields can't be taken.", errors=wrong)
        answer = JSONResponse({"user": ANN, "csrf": CSRF}, 201)
        answer.set_cookie(COOKIE, TOKEN, httponly=True, samesite="lax")
        return answer

    async def logout(_: Request) -> Response:
        answer = Response(status_code=204)
        answer.delete_cookie(COOKIE)
        return answer

    async def password(request: Request) -> Response:
        if (await request.json())["current"] != PASSWORD:
            wrong = [{"field": "current", "code": "wrong", "reason": "This is not your password.", "remedy": ""}]
            return problem(422, "invalid", "Some fields can't be taken.", errors=wrong)
        return Response(status_code=204)

    async def sessions(request: Request) -> Response:
        if request.method == "DELETE":
            fake.sessions = [s for s in fake.sessions if s["id"] != request.path_params["key"]]
            return Response(status_code=204)
        return JSONResponse({"items": fake.sessions, "next": None})

    async def device(request: Request) -> Response:
        if not user(request):
            return problem(401, "sign_in", "Sign in first.")
        if request.path_params["code"] != CODE:
            return problem(404, "device_not_found", "There is no such code.")
        if request.method == "POST":
            fake.device["allowed"] = (await request.json())["allow"]
            return Response(status_code=204)
        return JSONResponse({"user_code": CODE, "client": "otnet-tv", "agent": "otnet-tv/1 (Web0S)", "expires_in": 600})

    async def playback(request: Request) -> Response:
        key = request.path_params["key"]
        one = fake.title(key)
        if not one:
            return problem(404, "not_found", "There is no such title.", remedy="Look for it.")
        wide = one["images"]["backdrop"] or one["images"]["square"]
        chapters = [
            {"start": i * 600, "end": (i + 1) * 600, "title": t}
            for i, t in enumerate(("Dawn", "The pier", "Ice", "Home"))
        ]
        following = one["next"] and {"src": f"/api/v1/playback/{one['next']['id']}", "title": one["next"]["title"]}
        return JSONResponse({
            "version": 1, "id": key, "media": one["media"], "title": one["title"],
            "kind": "audio" if one["kind"] == "podcast_episode" else "video", "chapters": chapters,
            "sources": {"dash": "/media/x/main.mpd", "hls": "/media/x/main.m3u8"}, "next": following,
            "poster": wide and f"{wide['base']}/{wide['widths'][-1]}.webp",
        })  # fmt: skip

    async def media(_: Request) -> Response:
        return JSONResponse({"items": [fake.change(m) for m in fake.encoding], "next": None})

    async def events(_: Request) -> Response:
        queue: asyncio.Queue[str] = asyncio.Queue()

        async def stream() -> AsyncIterator[str]:
            listeners = fake.listeners
            listeners.append(queue)
            try:
                yield ": here\n\n"
                while True:
                    yield await queue.get()
            finally:
                listeners.remove(queue)

        return StreamingResponse(stream(), media_type="text/event-stream")

    def image(request: Request) -> Response:
        role, name = request.path_params["role"], request.path_params["name"]
        width, _, ext = request.path_params["file"].partition(".")
        scene, palette, words = fake.catalogue.drawings.get(name) or ("portrait", sum(name.encode()), None)
        shown = words if role in ("poster", "square") else None
        data = variant(role, name, scene, palette, shown, int(width), ext)
        kind = FORMATS[ext].lower()
        return Response(data, media_type=f"image/{kind}", headers={"Cache-Control": "public, max-age=3600"})

    async def page(request: Request) -> Response:
        signed = user(request)
        known = {"site": fake.site(signed), "page": fake.page(request.url.path, signed)} if fake.inline else {}
        data = json.dumps(known).replace("<", "\\u003c")
        title = (known.get("page") or {}).get("title") or "Harbour Films"
        head = f'<title>{html.escape(title)}</title><script type="application/json" id="otnet-page">{data}</script>'
        text = (DIST / "site.html").read_text("utf-8").replace("<!--otnet:head-->", head)
        return HTMLResponse(text, headers={"Cache-Control": "no-cache"})

    async def file(request: Request) -> Response:
        name = request.url.path
        if name == "/manifest.webmanifest":
            icons = [{"src": f"/ui/icon-{n}.png", "sizes": s, "type": "image/png", "purpose": p}
                     for n, s, p in (("192", "192x192", "any"), ("512", "512x512", "any"), ("maskable-512", "512x512", "maskable"))]  # fmt: skip
            return JSONResponse({"name": "Harbour Films", "start_url": "/", "display": "standalone", "icons": icons})
        if name == "/sw.js":
            return FileResponse(DIST / "sw.js", headers={"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"})
        return FileResponse(Path(__file__).parent / "player.js", media_type="text/javascript")

    async def inject_failures(request: Request, call_next: Any) -> Response:
        said = next((v for k, v in fake.failing.items() if request.url.path.startswith(k)), None)
        answer = problem(*said, detail="It was asked to fail.") if said else await call_next(request)
        answer.headers["Content-Security-Policy"] = CSP
        return answer

    async def done(_: Request) -> Response:
        return Response(status_code=204)

    v1 = "/api/v1"
    routes = [
        Route(f"{v1}/site", api), Route(f"{v1}/site/{{rest:path}}", api),
        Route(f"{v1}/me/list", listed), Route(f"{v1}/me/list/{{key}}", listed, methods=["PUT", "DELETE"]),
        Route(f"{v1}/me/profile", profile, methods=["PUT"]),
        Route(f"{v1}/me/profiles", profiles, methods=["GET", "POST"]),
        Route(f"{v1}/me/profiles/{{key}}", profiles, methods=["PATCH", "DELETE"]),
        Route(f"{v1}/me/progress", progress, methods=["DELETE"]),
        Route(f"{v1}/auth/login", login, methods=["POST"]), Route(f"{v1}/auth/signup", signup, methods=["POST"]),
        Route(f"{v1}/auth/logout", logout, methods=["POST"]), Route(f"{v1}/auth/password", password, methods=["POST"]),
        Route(f"{v1}/auth/reset", done, methods=["POST"]), Route(f"{v1}/auth/device/{{code}}", device, methods=["GET", "POST"]),
        Route(f"{v1}/dashboard/sessions", sessions), Route(f"{v1}/dashboard/sessions/{{key}}", sessions, methods=["DELETE"]),
        Route(f"{v1}/playback/{{key}}", playback), Route(f"{v1}/media", media), Route(f"{v1}/media/events", events),
        Route("/images/{role}/{name}/{file}", image), Route("/manifest.webmanifest", file), Route("/sw.js", file),
        Route("/player/v1/otnet-player.js", file), Mount("/ui", StaticFiles(directory=DIST)), Route("/{rest:path}", page),
    ]  # fmt: skip
    app = Starlette(routes=routes)
    app.add_middleware(BaseHTTPMiddleware, dispatch=inject_failures)
    return app


@contextlib.contextmanager
def serving(port: int = 0) -> Iterator[FakeSite]:
    """The fake server on a free port, in a thread; stopped at the end of the block."""
    fake = FakeSite()
    listener = socket.create_server(("127.0.0.1", port))
    fake.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(make(fake), log_level="warning", timeout_graceful_shutdown=1))

    async def run() -> None:
        fake.loop = asyncio.get_running_loop()
        await server.serve(sockets=[listener])

    thread = threading.Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


if __name__ == "__main__":
    with serving() as running:
        print(running.url, flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
