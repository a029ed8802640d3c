"""Documents of TMDB as matches and details. Pure.

Documents have missing and empty fields of any kind, so that every value is checked. Texts that are missing in a
language are empty, and people and titles can lack pictures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from otnet_server import CreditedPerson, TitleDetails, TitleMatch

MAX_MATCHES = 20
THUMBNAIL, POSTER, BACKDROP = "w185", "original", "original"
IMAGE_PATH = re.compile(r"/[A-Za-z0-9_.-]{1,100}\.(jpg|jpeg|png|webp)")
# Jobs of the crew by role, in the order of the roles.
JOBS = {
    "Director": "director", "Creator": "writer", "Writer": "writer", "Screenplay": "writer", "Story": "writer",
    "Producer": "producer", "Original Music Composer": "composer", "Director of Photography": "camera",
    "Editor": "editor",
}  # fmt: skip
ROLES = list(dict.fromkeys(JOBS.values()))
# The country whose age ratings are ages, by language.
COUNTRIES = {"de": "DE", "en": "GB", "fr": "FR", "es": "ES", "nl": "NL", "da": "DK", "sv": "SE", "pt": "PT"}


def matches_of(document: dict[str, Any], images: str) -> list[TitleMatch]:
    matches = []
    for item in _objects(document.get("results")):
        title = _text(item.get("title")) or _text(item.get("name"))
        if not isinstance(item.get("id"), int) or not title:
            continue
        day = _day(item.get("release_date") or item.get("first_air_date"))
        matches.append(TitleMatch(
            str(item["id"]), title, int(day[:4]) if day else None, _text(item.get("overview")),
            _image(images, THUMBNAIL, item.get("poster_path")),
        ))  # fmt: skip
    return list({match.id: match for match in matches}.values())[:MAX_MATCHES]


def details_of(document: dict[str, Any], kind: str, language: str, images: str) -> TitleDetails:
    runtime = document.get("runtime")
    vote = document.get("vote_average")
    page = f"https://www.themoviedb.org/{'movie' if kind == 'film' else 'tv'}/{document.get('id')}"
    return TitleDetails(
        id=str(document.get("id", "")),
        title=_text(document.get("title")) or _text(document.get("name")),
        original_language=_text(document.get("original_language")),
        synopsis=_text(document.get("overview")),
        tagline=_text(document.get("tagline")),
        release_date=_day(document.get("release_date") or document.get("first_air_date")),
        runtime_minutes=runtime if isinstance(runtime, int) and runtime > 0 else None,
        age_rating=_age_rating(document, language),
        rating=float(vote) if isinstance(vote, int | float) and vote > 0 else None,
        genres=tuple(dict.fromkeys(n for g in _objects(document.get("genres")) if (n := _text(g.get("name"))))),
        people=tuple(dict.fromkeys(_people(document))),
        poster=_image(images, POSTER, document.get("poster_path")),
        backdrop=_image(images, BACKDROP, document.get("backdrop_path")),
        page=page if isinstance(document.get("id"), int) else "",
    )


def _people(document: dict[str, Any]) -> Iterator[CreditedPerson]:
    """The crew by role, then the cast in billing order."""
    credits = document.get("credits") or document.get("aggregate_credits")
    credits = credits if isinstance(credits, dict) else {}
    crew = [(JOBS[job], p) for p in _objects(credits.get("crew")) for job in _jobs(p) if job in JOBS]
    crew += [("writer", p) for p in _objects(document.get("created_by"))]
    for role in ROLES:
        yield from (_person(p, role, "") for r, p in crew if r == role and _text(p.get("name")))
    cast = [p for p in _objects(credits.get("cast")) if _text(p.get("name"))]
    for p in sorted(cast, key=lambda p: p["order"] if isinstance(p.get("order"), int) else len(cast)):
        roles = _objects(p.get("roles"))
        yield _person(p, "actor", _text(p.get("character")) or (_text(roles[0].get("character")) if roles else ""))


def _jobs(person: dict[str, Any]) -> list[str]:
    jobs = [_text(j.get("job")) for j in _objects(person.get("jobs"))]
    return [*jobs, _text(person.get("job"))]


def _person(person: dict[str, Any], role: str, character: str) -> CreditedPerson:
    id = str(person["id"]) if isinstance(person.get("id"), int) else ""
    return CreditedPerson(_text(person.get("name")), role, character, id)


def _age_rating(document: dict[str, Any], language: str) -> int | None:
    """The age in the rating of the country of the language, such as 12 in “12A”."""
    country = COUNTRIES.get(language.lower()[:2], "")
    ratings = document.get("release_dates") or document.get("content_ratings")
    for entry in _objects(ratings.get("results")) if isinstance(ratings, dict) else ():
        if entry.get("iso_3166_1") != country:
            continue
        texts = [_text(r.get("certification")) for r in _objects(entry.get("release_dates"))]
        for text in (*texts, _text(entry.get("rating"))):
            if (match := re.match(r"\d{1,2}", text)) and int(match[0]) <= 21:
                return int(match[0])
    return None


def _image(images: str, size: str, path: object) -> str:
    valid = isinstance(path, str) and IMAGE_PATH.fullmatch(path)
    return f"{images.rstrip('/')}/{size}{path}" if valid else ""


def _day(value: object) -> str:
    try:
        return date.fromisoformat(value).isoformat() if isinstance(value, str) else ""
    except ValueError:
        return ""


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _objects(value: object) -> list[dict[str, Any]]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []
