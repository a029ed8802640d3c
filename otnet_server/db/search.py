"""Full-text search: all words must match, folded to plain letters; the last word matches as a prefix.

SQLite's FTS5 index has three columns: `scope` (which keeps organizations apart), `heavy` (titles and names) and `light`
(other fields). PostgreSQL has the same as a weighted `tsvector`. Ranking every match of a frequent word would be slow,
so at most `CANDIDATES` matches are read, those in titles first, and ranked by how they match: the whole title, its
beginning, the beginning of a word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import String, delete, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.tables import search_row
from otnet_server.schema.resource import Resource

CANDIDATES = 200
MOST_CANDIDATES = 10_000
MAX_WORDS = 12
MIN_HEAVY_WEIGHT = 2
WORD = re.compile(r"\w+")


def folded(value: str) -> str:
    """`Ängström` → `angstrom`. Applied to stored words and to queries."""
    if value.isascii():
        return value.lower()
    plain = unicodedata.normalize("NFKD", value.replace("ß", "ss").replace("ø", "o").replace("ł", "l")).casefold()
    return "".join(c for c in plain if not unicodedata.combining(c))


def words_of(value: str) -> list[str]:
    return WORD.findall(folded(value))[:MAX_WORDS]


def weighted_texts(resource: Resource, values: Mapping[str, Any]) -> tuple[str, str]:
    """(heavy, light): the searchable words of a record and of its translations, folded.

    They are separated here, as in queries: PostgreSQL would take an e-mail address for one word."""
    heavy: list[str] = []
    light: list[str] = []
    for name, f in resource.searched().items():
        texts = [values.get(name), *(t.get(name) for t in (values.get("translations") or {}).values())]
        (heavy if f.search >= MIN_HEAVY_WEIGHT else light).extend(" ".join(WORD.findall(folded(t))) for t in texts if t)
    return " \n ".join(heavy), " \n ".join(light)


def _scope_token(resource: Resource, organization: str | None) -> str:
    return f"x{resource.name.replace('_', '')}{organization or ''}"


class Search:
    """The full-text index, updated in the same transaction as the records."""

    def __init__(self, sqlite: bool) -> None:
        self._sqlite = sqlite

    async def put(self, c: AsyncConnection, resource: Resource, values: Mapping[str, Any]) -> None:
        """Index one record again."""
        await self.remove(c, values["id"])
        await self.add(c, resource, [values])

    async def add(self, c: AsyncConnection, resource: Resource, records: Sequence[Mapping[str, Any]]) -> None:
        """Index records that are not in the index yet, in two statements."""
        if not resource.searched() or not records:
            return
        await c.execute(insert(search_row), [{"resource": resource.name, "record": r["id"]} for r in records])
        entries = []
        for record in records:
            heavy, light = weighted_texts(resource, record)
            scope = f"{_scope_token(resource, None)} {_scope_token(resource, record.get('organization'))}"
            entries.append({"record": record["id"], "scope": scope, "heavy": heavy, "light": light})
        await c.execute(text(PUT[self._sqlite]), entries)

    async def remove(self, c: AsyncConnection, record: str) -> None:
        row_id = (await c.execute(select(search_row.c.id).where(search_row.c.record == record))).scalar()
        if row_id is not None:
            await c.execute(text(FORGET[self._sqlite]), {"id": row_id})
            await c.execute(delete(search_row).where(search_row.c.id == row_id))

    def matches(self, resource: Resource, organization: str | None, search_text: str) -> list[Any]:
        """Subqueries for the ids of matching records: in titles and names, then in all fields. Empty for a text without
        words."""
        words = words_of(search_text)
        if not words:
            return []
        # The records of other scopes, such as users, are narrowed down only after the search.
        own = resource.scope == "organization"
        scope, limit = _scope_token(resource, organization if own else None), CANDIDATES if own else MOST_CANDIDATES
        queries = []
        for everywhere in (False, True):
            sql, values = self._query(scope, words, everywhere)
            queries.append(text(sql).bindparams(**values, limit=limit).columns(record=String))
        return queries

    async def find(
        self, c: AsyncConnection, resource: Resource, organization: str | None, search_text: str
    ) -> list[str]:
        """Ids of at most `CANDIDATES` matching records, unranked; matches in titles come first."""
        ids: dict[str, None] = {}
        for matching in self.matches(resource, organization, search_text):
            ids |= dict.fromkeys((await c.execute(matching)).scalars())
            if len(ids) >= CANDIDATES:
                break
        return list(ids)[:CANDIDATES]

    def _query(self, scope: str, words: list[str], everywhere: bool) -> tuple[str, dict[str, Any]]:
        if self._sqlite:
            match = " ".join(f'"{w}"' for w in words) + "*"
            column = "{heavy light}" if everywhere else "heavy"
            return FIND[True], {"match": f"scope : {scope} AND {column} : ({match})"}
        where = "" if everywhere else "B"
        match = " & ".join([*(f"{w}:{where}" if where else w for w in words[:-1]), f"{words[-1]}:*{where}"])
        return FIND[False], {"match": f"{scope}:A & {match}"}


def ranking(search_text: str) -> Callable[[str], tuple[int, int, str]]:
    """A sort key for labels: how well a label matches `search_text`; lower is better. Pure."""
    words = words_of(search_text)
    phrase = " ".join(words)
    word_beginning = re.compile(rf"\b{re.escape(phrase)}") if phrase else None
    all_words_begin = re.compile("".join(rf"(?=.*\b{re.escape(w)})" for w in words), re.DOTALL)

    def key(label: str) -> tuple[int, int, str]:
        name = folded(label)
        if name == phrase:
            return 0, 0, name
        if name.startswith(phrase):
            return 1, len(name), name
        if word_beginning is not None and word_beginning.search(name):
            return 2, len(name), name
        if words and all_words_begin.match(name):
            return 3, len(name), name
        return 4, 0, name

    return key


CREATE = {
    True: (
        "CREATE VIRTUAL TABLE search_words USING fts5(scope, heavy, light, tokenize='unicode61 remove_diacritics 2', "
        "prefix='2 3')",
    ),
    False: (
        "CREATE TABLE search_words (id INTEGER PRIMARY KEY, words TSVECTOR NOT NULL)",
        "CREATE INDEX ix_search_words ON search_words USING gin (words)",
    ),
}
FORGET = {True: "DELETE FROM search_words WHERE rowid = :id", False: "DELETE FROM search_words WHERE id = :id"}
PUT = {
    True: "INSERT INTO search_words (rowid, scope, heavy, light) "
    "SELECT id, :scope, :heavy, :light FROM search_row WHERE record = :record",
    False: "INSERT INTO search_words (id, words) SELECT id, setweight(to_tsvector('simple', :scope), 'A') || "
    "setweight(to_tsvector('simple', :heavy), 'B') || setweight(to_tsvector('simple', :light), 'C') "
    "FROM search_row WHERE record = :record",
}
FIND = {
    True: "SELECT r.record FROM search_words w JOIN search_row r ON r.id = w.rowid WHERE search_words MATCH :match "
    "LIMIT :limit",
    False: "SELECT r.record FROM search_words w JOIN search_row r ON r.id = w.id WHERE w.words @@ "
    "to_tsquery('simple', :match) LIMIT :limit",
}
