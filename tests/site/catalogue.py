"""A fictional catalogue in the format of the API: films, series, podcasts and people."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from tests.site.pictures import SIZES, WIDTHS

Json = dict[str, Any]

PEOPLE = (
    "Ida Brandt", "Noor Haddad", "Tomás Vidal", "Marguerite Okafor", "Jun Takeda", "Elif Şahin", "Piotr Zielinski",
    "Astrid Lund", "Samuel Ncube", "Clara Weiss", "Rafael Moreau", "Hanna Kivi", "Leon Achterberg", "Mei Tanaka",
    "Oskar Lindqvist", "Amina Diallo", "Viktor Horvát", "Ruth Kaplan", "Dario Conti", "Sunniva Dahl",
)  # fmt: skip
GENRES = ("Drama", "Documentary", "Thriller", "Science fiction", "Comedy", "Music", "Nature")
CATEGORIES = ("Festival winners", "From the archive", "For the whole family")

# title | year | minutes | genre | scene | palette | age | tagline
FILMS = """
The Harbour at Night|2025|104|0|sea|0|12|Every ship that leaves takes somebody's word with it.
Cellar Light|2024|97|0|room|6|12|Forty winters under one roof.
North of Silence|2023|118|2|hills|1|16|The snow keeps what it hears.
Ember|2025|88|0|portrait|2|12|She went back for the one thing that did not burn.
A Field Guide to Leaving|2022|101|4|road|6|6|Chapter one: pack less.
Seventeen Windows|2021|94|2|city|1|16|Somebody on the fifth floor is lying.
The Quiet Machine|2025|126|3|planets|5|12|It was built to listen. Then it answered.
Salt Roads|2020|82|1|hills|0|0|Four hundred kilometres with the last caravan.
Understory|2024|76|6|forest|3|0|A year in a wood nobody cuts.
Second Violin|2023|109|5|portrait|7|6|Somebody has to hold the middle.
Night Bus to Ostrava|2019|91|0|lights|8|12|Eleven passengers, one driver, no stops.
The Cartographer's Daughter|2024|113|0|hills|9|6|She draws what he could not find.
Low Tide|2021|85|2|sea|4|16|What the sea returns, it returns at five in the morning.
Paper Moons|2022|92|4|planets|2|0|A satellite, a wedding, and a very small budget.
Concrete Gardens|2023|68|1|city|3|0|They planted the roof and waited.
All the Rooms We Kept|2025|99|0|room|2|12|A house is a way of remembering.
The Last Projectionist|2018|107|0|lights|0|6|Two reels left, and a full house.
Whale Fall|2024|54|6|sea|7|0|A hundred years of life on one death.
Signal Lost|2022|116|3|planets|1|16|The reply came eight minutes before the question.
Kitchen Hours|2025|72|1|room|0|0|Sixteen hours in the back of a very good restaurant.
The Understudy|2020|95|4|portrait|5|6|She knows every line but her own.
Iron Valley|2019|121|0|hills|8|12|The strike lasted a year. The silence lasted longer.
Crossing Light|2023|63|1|road|1|0|Truckers, ferries, and the longest day.
Greenhouse|2021|98|2|forest|9|16|Nothing grows here by itself.
Blue Hour Radio|2024|89|5|lights|1|6|On air until somebody calls.
Small Weather|2022|47|6|hills|7|0|The science of your own back garden.
Ninety-Nine Doors|2025|103|2|city|8|16|He has a key for one of them.
The Glass Orchard|2018|110|0|forest|6|12|What the hail left, they picked by hand.
Orbit of Two|2023|84|3|planets|7|6|A love story with a four-second delay.
Dust and Choir|2020|79|5|room|9|0|A village sings its own history.
""".strip()  # fmt: skip
PODCASTS = """
The Long Cut|2025|46|5|sound|2|0|Film editors on the scene they fought for.
Harbour Stories|2024|38|1|sound|6|0|People of the quay, one voice at a time.
Room Tone|2025|29|5|sound|1|0|The sound of places when nobody speaks.
Field Notes|2023|52|6|sound|3|0|A biologist, a recorder, a bad tent.
""".strip()  # fmt: skip
# A series: title | year | genre | scene | palette | age | tagline | titles of its episodes, season by season
SERIES = """
Meridian|2025|3|planets|0|12|Six people, one clock, and a station that does not exist.|First Light;The Long Shift;Drift;Ninety Minutes;What Tomorrow Said;Meridian//Return;The Second Clock;Ash;Everyone at Once
The Ferry Line|2023|0|sea|6|6|Twelve kilometres of water and a whole town's secrets.|Cast Off;Fog;The Inspector;Ice;Spring Tide
Wild Margins|2024|6|forest|3|0|Nature where nobody planned it.|Railway;Roof;Quarry;Canal
""".strip()  # fmt: skip
SYNOPSIS = (
    "**{person}** returns to the town where nobody asks questions, and finds that everybody has been waiting"
    " for one. What begins as a favour for an old friend becomes a winter of *small betrayals*, told in long takes and"
    " very little music.\n\nShot over two years with a crew of nine. More at [the film's page](https://example.org/film)."
)


def slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower().replace("'", "")).strip("-")


def term(name: str) -> Json:
    return {"slug": slug(name), "name": name}


def picture(role: str, name: str, alt: str) -> Json:
    width, height = SIZES[role]
    widths = [w for w in WIDTHS if w <= width]
    return {"base": f"/images/{role}/{name}", "width": width, "height": height, "widths": widths, "alt": alt}


def images(name: str, title: str, roles: tuple[str, ...]) -> Json:
    return {r: picture(r, name, title) if r in roles else None for r in ("poster", "still", "square", "backdrop")}


def card(
    number: int, kind: str, title: str, year: int, minutes: int, age: str, roles: tuple[str, ...], **more: Any
) -> Json:
    name = slug(title)
    known = {
        "id": f"c{number:03}", "type": "content", "slug": name, "title": title, "subtitle": None, "kind": kind, "year": year,
        "duration_s": minutes * 60.0 + number % 60, "age_rating": age if age != "0" else None, "href": f"/title/{name}",
        "watch": f"/watch/c{number:03}", "playable": True, "state": "ready", "media": f"m{number:03}",
        "images": images(name, title, roles), "progress": None,
    }  # fmt: skip
    return known | more


class Catalogue:
    """Every card by id; `about[id]` has its genre, tagline, director and cast."""

    def __init__(self) -> None:
        self.cards: dict[str, Json] = {}
        self.about: dict[str, Json] = {}
        self.drawings: dict[str, tuple[str, int, tuple[str, str] | None]] = {}
        self.series: dict[str, Json] = {}
        for line in FILMS.splitlines():
            self._film(line, "film", ("poster", "still", "backdrop"))
        for line in PODCASTS.splitlines():
            self._film(line, "podcast_episode", ("square",))
        for line in SERIES.splitlines():
            self._series(line)
        for title in ("Ember", "Low Tide"):  # Some titles have no images; the site draws placeholders for them.
            self.cards[self.named(title)]["images"] = images("", title, ())

    def named(self, title: str) -> str:
        return next(i for i, c in self.cards.items() if c["title"] == title)

    def _keep(self, made: Json, genre: str, scene: str, palette: str, tagline: str, **more: Any) -> None:
        n = len(self.cards)
        director = PEOPLE[n % len(PEOPLE)]
        by = f"A series by {director}" if made["type"] == "series" else f"A film by {director}"
        words = (made["title"], by if made["kind"] != "podcast_episode" else director)
        self.drawings[made["slug"]] = (scene, int(palette), words)
        people = [
            PEOPLE[(n * 3 + k) % len(PEOPLE)] for k in range(1, 7) if PEOPLE[(n * 3 + k) % len(PEOPLE)] != director
        ]
        self.about[made["id"]] = {
            "genre": GENRES[int(genre)],
            "tagline": tagline,
            "director": director,
            "cast": people,
        } | more
        self.cards[made["id"]] = made

    def _film(self, line: str, kind: str, roles: tuple[str, ...]) -> None:
        title, year, minutes, genre, scene, palette, age, tagline = line.split("|")
        made = card(len(self.cards) + 1, kind, title, int(year), int(minutes), age, roles)
        self._keep(made, genre, scene, palette, tagline)

    def _series(self, line: str) -> None:
        title, year, genre, scene, palette, age, tagline, episodes = line.split("|")
        name = slug(title)
        made = card(len(self.cards) + 1, "series", title, int(year), 1, age, ("poster", "still", "backdrop"), type="series",
                    href=f"/series/{name}", watch=None, duration_s=None, media=None, episodes=1 + episodes.count(";") + episodes.count("//"))  # fmt: skip
        self._keep(made, genre, scene, palette, tagline)
        seasons = []
        for number, names in enumerate(episodes.split("//"), 1):
            season = {"number": number, "title": None, "episodes": []}
            for at, episode in enumerate(names.split(";"), 1):
                part = card(len(self.cards) + 1, "episode", episode, int(year), 40 + 3 * at, age, ("still",),
                            subtitle=f"S{number} E{at}", slug=f"{name}-{slug(episode)}")  # fmt: skip
                part |= {
                    "href": f"/title/{part['slug']}",
                    "images": images(part["slug"], episode, ("still", "backdrop")),
                }
                where = {"slug": name, "title": title, "season": number, "episode": at}
                self._keep(part, genre, scene, str(int(palette) + at), tagline, series=where)
                season["episodes"].append(part["id"])
            seasons.append(season)
        self.series[name] = {"id": made["id"], "seasons": seasons}

    def films(self) -> list[Json]:
        """Titles for rows and grids, without single episodes."""
        return [c for i, c in self.cards.items() if "series" not in self.about[i]]

    def find(self, key: str) -> Json | None:
        return self.cards.get(key) or next((c for c in self.cards.values() if c["slug"] == key), None)

    def of_genre(self, name: str) -> list[Json]:
        return [c for c in self.films() if self.about[c["id"]]["genre"] == name]

    def person(self, name: str) -> Json:
        """A reference to a person; every fifth has no portrait."""
        number = PEOPLE.index(name)
        shown = picture("square", f"person-{slug(name)}", name) if number % 5 else None
        return {"slug": slug(name), "name": name, "image": shown}

    def credits(self, key: str) -> list[Json]:
        about = self.about[key]
        parts = ("Anna", "The Captain", "Mr Lowe", "Iris", "Young Iris", "The Neighbour")
        made = [{"role": "director", "character": None, "person": self.person(about["director"])}]
        made += [
            {"role": "actor", "character": c, "person": self.person(p)}
            for p, c in zip(about["cast"], parts, strict=False)
        ]
        return [
            *made,
            {"role": "composer", "character": None, "person": self.person(PEOPLE[(len(key) + 7) % len(PEOPLE)])},
        ]

    def works(self, name: str) -> list[Json]:
        found = []
        for one in self.films():
            for credit in self.credits(one["id"]):
                if credit["person"]["name"] == name:
                    found.append({"role": credit["role"], "character": credit["character"], "title": one})
        return found

    def synopsis(self, key: str) -> str:
        about = self.about[key]
        return SYNOPSIS.format(person=about["cast"][0])

    def title(self, one: Json, listed: bool, shown: Any) -> Json:
        """A title page; `shown` adds the viewer's progress to a card."""
        about = self.about[one["id"]]
        like = [shown(c) for c in self.of_genre(about["genre"]) if c["id"] != one["id"]][:8]
        following = self._next(one["id"])
        audio = one["kind"] == "podcast_episode"
        return shown(one) | {
            "synopsis": self.synopsis(one["id"]), "tagline": about["tagline"], "release_date": f"{one['year']}-03-14",
            "original_language": "de", "genres": [term(about["genre"])],
            "categories": [term(CATEGORIES[int(one["id"][1:]) % len(CATEGORIES)])], "credits": self.credits(one["id"]),
            "trailers": [] if audio else [shown(self.cards["c002"]) | {"title": f"{one['title']}: trailer", "duration_s": 94.0, "progress": None}],
            "series": about.get("series"), "next": following and shown(following), "related": like, "in_list": listed,
            "playback": f"/api/v1/playback/{one['id']}",
            "share": {
                "url": f"/title/{one['slug']}", "oembed": f"/oembed?url=/title/{one['slug']}",
                "embed": f"/embed/{one['id']}",
            },
            "tracks": {"audio": ["de", "en"], "text": ["de", "en", "fr"], "heights": [] if audio else [1080, 720, 480, 360]},
        }  # fmt: skip

    def _next(self, key: str) -> Json | None:
        for one in self.series.values():
            ids = [i for season in one["seasons"] for i in season["episodes"]]
            if key in ids and ids.index(key) + 1 < len(ids):
                return self.cards[ids[ids.index(key) + 1]]
        return None
