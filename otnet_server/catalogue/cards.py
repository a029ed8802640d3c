"""Cards of titles and series, made from their rows, and the choice of their pictures. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args
from urllib.parse import quote

from otnet_server.catalogue.rows import ContentRow, MediaRow, ProgressRow, SeriesRow
from otnet_server.media.states import State
from otnet_server.read_model.catalogue import HomeRow, Images, ResumePosition, RowKind, SeriesCard, Shape, TitleCard
from otnet_server.read_model.pictures import Picture

Locked = Literal["sign_in", "not_entitled"]
PICTURE_SHAPES = ("poster", "still", "square", "backdrop")
MIN_RESUME_S = 10.0
FINISHED_SHARE = 0.95


def title_card(
    row: ContentRow,
    media: MediaRow | None,
    images: Images,
    series: SeriesRow | None,
    position: ProgressRow | None,
    locked: Locked | None = None,
) -> TitleCard:
    """The card of content. `media` is its main media, `series` the series that it is an episode of, `position` the
    visitor's progress, `locked` the reason why they may not play it."""
    return TitleCard(
        id=row.id,
        slug=row.slug or row.id,
        title=row.title,
        subtitle=subtitle(row, series),
        kind=row.kind,
        year=int(row.release_date[:4]) if row.release_date else None,
        duration_s=media.duration_s if media is not None else None,
        age_rating=row.age_rating,
        href=page_path("title", row.slug or row.id),
        watch=f"/watch/{row.id}" if media is not None and not media.failed else None,
        playable=media is not None and media.playing is not None and not media.failed,
        state=_state(media),
        media=media.id if media is not None else None,
        images=images,
        locked=locked,
        progress=resume_position(position),
    )


def _state(media: MediaRow | None) -> str:
    """The state that viewers see. A title whose new file failed is as ready as its earlier revision."""
    if media is None:
        return "waiting"
    return State.READY if media.state == State.FAILED and not media.failed else media.state


def subtitle(row: ContentRow, series: SeriesRow | None) -> str:
    if series is None:
        return row.tagline or ""
    number = f" · {row.episode_number}" if row.episode_number is not None else ""
    return f"{series.title}{number}"


def series_card(row: SeriesRow, images: Images, episodes: int) -> SeriesCard:
    return SeriesCard(
        id=row.id,
        slug=row.slug or row.id,
        title=row.title,
        subtitle="",
        kind=row.kind,
        year=None,
        duration_s=None,
        age_rating=None,
        href=page_path("series", row.slug or row.id),
        watch=None,
        playable=episodes > 0,
        state="ready" if episodes else "waiting",
        media=None,
        images=images,
        locked=None,
        progress=None,
        episodes=episodes,
    )


def resume_position(position: ProgressRow | None) -> ResumePosition | None:
    """The position to resume at, or None at the start and the end of a title."""
    if position is None or position.position_s < MIN_RESUME_S or is_finished(position):
        return None
    return ResumePosition(position_s=position.position_s, duration_s=position.duration_s)


def is_finished(position: ProgressRow) -> bool:
    return position.duration_s > 0 and position.position_s >= FINISHED_SHARE * position.duration_s


def page_path(kind: str, name: str) -> str:
    return f"/{kind}/{quote(name, safe='')}"


def images_by_shape(artwork: Mapping[str, Picture], still: Picture | None) -> Images:
    """The picture for each shape: uploaded artwork, else the still or cover from the media if it has that shape."""
    pictures = {kind: picture for kind, picture in artwork.items() if kind in PICTURE_SHAPES}
    if still is not None:
        pictures.setdefault(still.shape, still)
    if "backdrop" in artwork:
        pictures.setdefault("still", artwork["backdrop"])
    return Images(**{shape: pictures.get(shape) for shape in PICTURE_SHAPES})


def home_row(
    id: str,
    kind: RowKind,
    items: Sequence[TitleCard | SeriesCard],
    title: str = "",
    href: str | None = None,
    shape: Shape | None = None,
) -> HomeRow:
    """A row of the home page. Without `shape` it has the shape that most of its items have a picture of."""
    return HomeRow(id=id, title=title, kind=kind, shape=shape or main_shape(items), items=items, href=href)


def main_shape(items: Sequence[TitleCard | SeriesCard]) -> Shape:
    shapes: tuple[Shape, ...] = get_args(Shape)
    counts = {s: sum(1 for item in items if getattr(item.images, s) is not None) for s in shapes}
    most_frequent = max(shapes, key=lambda s: counts[s])
    return most_frequent if counts[most_frequent] else "still"
