"""The tables and sizes that the catalogue's queries share."""

from __future__ import annotations

from sqlalchemy import and_, exists, or_, select

from otnet_server.catalogue.rows import MediaRow, columns
from otnet_server.db.records import IDS
from otnet_server.db.tables import metadata
from otnet_server.media.states import State

ROW_SIZE = 20
PAGE_SIZE = 40
SHORT_LIST_SIZE = 8
content, media, series = metadata.tables["content"], metadata.tables["media"], metadata.tables["series"]
season, person, credit = metadata.tables["season"], metadata.tables["person"], metadata.tables["credit"]
category, genre, artwork = metadata.tables["category"], metadata.tables["genre"], metadata.tables["artwork"]
organization = metadata.tables["organization"]
LINKS = {"category": metadata.tables["content_categories"], "genre": metadata.tables["content_genres"]}
TAXONOMIES = {"category": category, "genre": genre}
MAIN_MEDIA_FIRST = (
    select(*columns(media, MediaRow))
    .where(media.c.content.in_(IDS), media.c.present)
    .order_by(media.c.role != "main", media.c.created_at)
)
NEWEST_FIRST = (content.c.created_at.desc(), content.c.id.desc())
# `concat("")` keeps SQLite from using the index on `trailer_of`, because nearly all content matches.
NOT_TRAILERS = and_(content.c.kind != "trailer", content.c.trailer_of.concat("").is_(None))
# Content that can be watched now, at least its start.
WATCHABLE = exists(
    select(media.c.id)
    .where(media.c.content == content.c.id, media.c.present, media.c.playing.is_not(None))
    .where(or_(media.c.state != State.FAILED, media.c.playing != media.c.current))
)
