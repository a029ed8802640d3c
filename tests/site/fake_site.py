"""The data of the fake server: catalogue, users, encoding titles, and every API response."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from tests.site.catalogue import CATEGORIES, GENRES, PEOPLE, Catalogue, Json, slug, term

ANN = {"id": "u1", "name": "Ann Becker", "email": "ann@example.org"}
CSRF = "csrf-token"


class FakeSite:
    """State that tests change: `failing` maps a path prefix to a problem, `push` sends an encoding update."""

    def __init__(self) -> None:
        self.catalogue = Catalogue()
        self.url = ""
        self.loop: asyncio.AbstractEventLoop | None = None
        self.reset()

    def reset(self) -> None:
        # Pages of the previous test may still be connected, so the list of listeners starts empty.
        self.listeners: list[asyncio.Queue[str]] = []
        self.empty, self.sign_up, self.accent, self.inline = False, "open", None, True
        self.failing: dict[str, tuple[int, str, str]] = {}
        self.list = ["c003", "c012", "c031"]
        self.progress = {
            "c002": (2210.0, 5820.0),
            "c007": (5400.0, 7560.0),
            "c036": (1200.0, 2700.0),
            "c034": (300.0, 1740.0),
        }
        self.encoding: dict[str, Json] = {
            "m901": {
                "title": "Interview with the harbour master (2026)",
                "percent": 41.0,
                "playable": True,
                "eta_s": 95,
            },
            "m902": {"title": "Open-air concert, third night", "percent": 3.0, "playable": False, "eta_s": 1260},
        }
        self.sessions = [
            {"id": "s1", "agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0", "address": "192.0.2.10",
             "seen_at": "2026-11-20T10:00:00Z", "current": True},
            {"id": "s2", "agent": "otnet-tv/1 (Tizen 7)", "address": "192.0.2.44", "seen_at": "2026-11-18T20:00:00Z",
             "current": False},
        ]  # fmt: skip
        self.profiles: list[Json] = [
            {
                "id": "u1",
                "name": "Ann Becker",
                "color": 0,
                "max_age": None,
                "has_pin": False,
                "main": True,
                "active": True,
            }
        ]
        self.device: Json = {"allowed": None}
        self.put: list[Json] = []

    def push(self, media: str, **change: Any) -> None:
        """Change an encoding title and send the change to the event stream."""
        self.encoding[media] = self.encoding[media] | change
        line = f"event: media\ndata: {json.dumps(self.change(media))}\n\n"
        assert self.loop
        for queue in list(self.listeners):
            self.loop.call_soon_threadsafe(queue.put_nowait, line)

    def change(self, media: str) -> Json:
        e = self.encoding[media]
        progress = {"percent": e["percent"], "speed": 3.1, "eta_s": e["eta_s"], "stage": "encode"}
        state = "ready" if e["percent"] >= 100 else "encoding"
        return {
            "id": media,
            "title": e["title"],
            "kind": "video",
            "state": state,
            "playable": e["playable"],
            "progress": progress,
        }

    # --- API responses ---
    def shown(self, one: Json) -> Json:
        at = self.progress.get(one["id"])
        return one | {"progress": {"position_s": at[0], "duration_s": at[1]} if at else None}

    def fresh(self) -> list[Json]:
        """Titles that are being encoded, as cards."""
        none = {"poster": None, "still": None, "square": None, "backdrop": None}
        return [
            {"id": m, "type": "content", "slug": m, "title": e["title"], "subtitle": "", "kind": "other", "year": None,
             "duration_s": 1500.0, "age_rating": None, "href": f"/title/{m}", "watch": f"/watch/{m}", "media": m,
             "playable": e["playable"], "state": "ready" if e["percent"] >= 100 else "encoding", "images": none, "progress": None}
            for m, e in self.encoding.items()
        ]  # fmt: skip

    def site(self, user: bool) -> Json:
        organization = {"id": "o1", "name": "Harbour Films", "slug": "harbour", "accent": self.accent, "logo": None,
                 "description": "Films from the coast, and the people who make them."}  # fmt: skip
        return {"organization": organization, "sign_up": self.sign_up, "user": self.ann() if user else None,
                "csrf": CSRF if user else None, "languages": ["en", "de"]}  # fmt: skip

    def ann(self) -> Json:
        active = next(p for p in self.profiles if p["active"])
        return ANN | {"profile": active, "profiles": len(self.profiles)}

    def home(self, user: bool) -> Json:
        if self.empty:
            return {"rows": [], "hero": None}
        c = self.catalogue
        films = [f for f in c.films() if f["type"] == "content" and f["kind"] != "podcast_episode"]
        rows = []
        if user:
            rows.append(row("continue", "", "continue", "still", [c.cards[i] for i in self.progress]))
            rows.append(row("list", "", "list", "poster", [c.cards[i] for i in self.list], "/list"))
        rows.append(row("new", "", "new", "still", [*self.fresh(), *sorted(films, key=lambda f: -f["year"])[:14]]))
        rows.append(row("series", "", "series", "poster", [f for f in c.films() if f["type"] == "series"]))
        rows.append(
            row("festival", CATEGORIES[0], "category", "poster", films[::2], f"/category/{slug(CATEGORIES[0])}")
        )
        rows += [row(slug(g), g, "genre", "still" if i % 2 else "poster", [f for f in c.of_genre(g) if f["kind"] != "podcast_episode"],
                     f"/genre/{slug(g)}") for i, g in enumerate(GENRES[:4])]  # fmt: skip
        podcasts = [f for f in c.films() if f["kind"] == "podcast_episode"]
        rows.append(row("podcasts", "Podcasts", "category", "square", podcasts, "/category/podcasts"))
        for one in rows:
            one["items"] = [self.shown(x) for x in one["items"]]
        return {"rows": rows, "hero": self.shown(films[0]) | {"synopsis": c.synopsis(films[0]["id"])}}

    def browse(self) -> Json:
        def tile(kind: str, name: str, item: Json) -> Json:
            return {"slug": slug(name), "name": name, "href": f"/{kind}/{slug(name)}", "images": item["images"]}

        if self.empty:
            return {"categories": [], "genres": []}
        c = self.catalogue
        return {
            "categories": [tile("category", name, c.films()[i]) for i, name in enumerate(CATEGORIES)],
            "genres": [tile("genre", name, c.of_genre(name)[0]) for name in GENRES if c.of_genre(name)],
        }

    def search(self, q: str) -> Json:
        def has(text: str) -> bool:
            return any(word.startswith(q.lower()) for word in text.lower().split()) or text.lower().startswith(
                q.lower()
            )

        c = self.catalogue
        return {
            "items": [self.shown(f) for f in c.films() if has(f["title"])][:24],
            "people": [{"id": slug(p)} | c.person(p) for p in PEOPLE if has(p)],
            "genres": [term(g) for g in GENRES if has(g)], "categories": [term(g) for g in CATEGORIES if has(g)],
        }  # fmt: skip

    def title(self, key: str) -> Json | None:
        if one := self.catalogue.find(key):
            return self.catalogue.title(one, one["id"] in self.list, self.shown)
        fresh = next((f for f in self.fresh() if f["id"] == key), None)
        if not fresh:
            return None
        plain = {"synopsis": None, "tagline": None, "release_date": None, "original_language": None, "genres": [],
                 "categories": [], "credits": [], "trailers": [], "series": None, "next": None, "related": [],
                 "in_list": False, "playback": f"/api/v1/playback/{key}", "tracks": {"audio": [], "text": [], "heights": []},
                 "share": {"url": f"/title/{key}", "embed": f"/embed/{key}", "oembed": "/oembed"}}  # fmt: skip
        return fresh | plain

    def show(self, name: str) -> Json | None:
        known = self.catalogue.series.get(name)
        if not known:
            return None
        c = self.catalogue

        def part(key: str) -> Json:
            number = c.about[key]["series"]["episode"]
            return self.shown(c.cards[key]) | {"synopsis": c.about[key]["tagline"], "episode_number": number}

        seasons = [s | {"episodes": [part(i) for i in s["episodes"]]} for s in known["seasons"]]
        return self.shown(c.cards[known["id"]]) | {
            "synopsis": c.synopsis(known["id"]),
            "seasons": seasons,
            "credits": [],
        }

    def person(self, name: str) -> Json | None:
        found = next((p for p in PEOPLE if slug(p) == name), None)
        if not found:
            return None
        about = f"**{found}** grew up between two harbours and never quite left either.\n\nWorks in film, radio and on stage."
        works = [w | {"title": self.shown(w["title"])} for w in self.catalogue.works(found)]
        return self.catalogue.person(found) | {"biography": about, "born": "1974-05-02", "died": None, "credits": works}

    def listing(self, kind: str, name: str, cursor: str | None) -> Json | None:
        known = {slug(n): n for n in ((*GENRES,) if kind == "genres" else (*CATEGORIES, "Podcasts"))}
        if name not in known:
            return None
        films = self.catalogue.films() if kind == "categories" else self.catalogue.of_genre(known[name])
        start, step = int(cursor or 0), 12
        following = str(start + step) if start + step < len(films) else None
        return {"title": known[name], "items": [self.shown(f) for f in films[start : start + step]], "next": following}

    def page(self, path: str, user: bool) -> Json | None:
        """The API response that a page inlines in its head."""
        parts = path.strip("/").split("/")
        match parts:
            case [""]:
                return self.home(user)
            case ["title" | "watch", key]:
                return self.title(key)
            case ["series", key]:
                return self.show(key)
            case ["person", key]:
                return self.person(key)
        return None


def row(key: str, title: str, kind: str, shape: str, items: list[Json], href: str | None = None) -> Json:
    return {"id": key, "title": title, "kind": kind, "shape": shape, "items": items, "href": href}
