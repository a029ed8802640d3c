"""The synchronous and the asynchronous Python client against a real server: both do the same."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from otnet_client import (
    APIError,
    AsyncClient,
    AuthenticationError,
    ChangedMeanwhile,
    Client,
    Conflict,
    MediaFailed,
    NotFound,
    OTNetError,
    PermissionDenied,
    UploadFailed,
    ValidationError,
    WaitTimeout,
)
from otnet_client._upload_files import Note

from tests.clients.conftest import Served
from tests.harness import TLS_CONTEXT
from tests.playback.titles import jpeg


async def done(value: Any) -> Any:
    """The result of a method of either client."""
    return await value if inspect.isawaitable(value) else value


async def items(pages: Any) -> list[Any]:
    return [item async for item in pages] if hasattr(pages, "__aiter__") else list(pages)


@pytest.fixture(params=["sync", "async"])
async def otnet(request: pytest.FixtureRequest, served: Served) -> AsyncIterator[Any]:
    if request.param == "sync":
        with Client(served.server.url, served.key, http_client=httpx.Client(verify=TLS_CONTEXT)) as client:
            yield client
    else:
        async with httpx.AsyncClient(verify=TLS_CONTEXT) as http:
            yield AsyncClient(served.server.url, served.key, http_client=http)


async def test_records_are_created_changed_and_deleted(otnet: Any) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    made = await done(otnet.content.create(title="Night Train", kind="film", release_date=date(2026, 3, 14)))
    assert (made.title, made.kind, made.release_date) == ("Night Train", "film", date(2026, 3, 14))
    assert now - timedelta(minutes=1) < made.created_at < now + timedelta(minutes=1) and made.etag
    changed = await done(otnet.content.update(made.id, etag=made.etag, age_rating=12, published_until=now))
    assert (changed.age_rating, changed.published_until) == (12, now)
    with pytest.raises(ChangedMeanwhile) as stale:
        await done(otnet.content.update(made.id, etag=made.etag, age_rating=16))
    assert stale.value.code == "changed_meanwhile" and stale.value.detail
    assert (await done(otnet.content.update(made.id, published_until=None))).published_until is None
    assert (await done(otnet.content.publish(made.id))).status == "published"
    (result,) = await done(otnet.content.bulk("unpublish", [made.id]))
    assert (result.status, result.record["status"]) == (200, "draft")
    selected = await done(otnet.content.retrieve(made.id, fields=["id", "title"]))
    assert selected.raw == {"id": made.id, "title": "Night Train"} and selected.kind is None
    await done(otnet.content.delete(made.id, permanently=True))
    with pytest.raises(NotFound):
        await done(otnet.content.retrieve(made.id))
    assert otnet.server_version


async def test_upsert_is_repeatable_and_cascade_counts(otnet: Any) -> None:
    film = await done(otnet.content.upsert("cms/4711 ü", title="By external id", metadata={"desk": "culture"}))
    again = await done(otnet.content.upsert("cms/4711 ü", title="Renamed"))
    assert (again.id, again.title, again.metadata) == (film.id, "Renamed", {"desk": "culture"})
    genre = await done(otnet.genres.create(name="Client"))
    await done(otnet.content.update(film.id, genres=[genre.id]))
    with pytest.raises(Conflict) as used:
        await done(otnet.genres.delete(genre.id))
    assert (used.value.code, used.value.used_by[0]["resource"]) == ("in_use", "content")
    deletion = await done(otnet.genres.delete(genre.id, cascade=True))
    assert (deletion.deleted, deletion.cleared) == ({"genre": 1}, {"content": 1})
    assert (await done(otnet.content.delete(film.id, permanently=True))).deleted == {}


async def test_lists_page_filter_and_count(otnet: Any) -> None:
    made = [await done(otnet.people.create(name=f"Person {n}")) for n in range(5)]
    assert [p.name for p in await items(otnet.people.list(limit=2, sort="name"))] == [f"Person {n}" for n in range(5)]
    some = otnet.people.list(name=["Person 1", "Person 3"], created_at__gte=datetime(2020, 1, 1, tzinfo=UTC))
    assert {p.name for p in await items(some)} == {"Person 1", "Person 3"}
    first = await done(otnet.people.list(limit=2, total=True).first_page())
    assert (len(first.items), first.total) == (2, 5) and first.next
    assert [len(page.items) for page in await items(otnet.people.list(limit=2).pages())] == [2, 2, 1]
    for person in made:
        await done(otnet.people.delete(person.id, permanently=True))
    assert await items(otnet.people.list()) == []


async def test_error_names_fields_and_request(otnet: Any, served: Served) -> None:
    with pytest.raises(ValidationError) as refused:
        await done(otnet.programs.create(starts_at="tomorrow"))
    assert set(refused.value.field_errors) >= {"channel", "content", "starts_at"}
    error = refused.value
    assert (error.status, error.code, error.type) == (422, "invalid", "about:blank")
    assert error.title and error.request_id and error.request_id in str(error)
    with Client(served.server.url, "otk_wrong") as wrong, pytest.raises(AuthenticationError, match="bad_key"):
        wrong.content.list().first_page()
    with pytest.raises(APIError, match="unknown"):
        await done(otnet.content.create(title="T", unknown_field=1))


async def test_create_with_an_idempotency_key_happens_once(otnet: Any) -> None:
    key = f"order-{type(otnet).__name__}"
    first = await done(otnet.genres.create(name=key, idempotency_key=key))
    assert (await done(otnet.genres.create(name=key, idempotency_key=key))).id == first.id
    with pytest.raises(Conflict, match="idempotency_key_reused"):
        await done(otnet.genres.create(name="Other", idempotency_key=key))


async def test_file_is_uploaded_for_content_and_awaited(otnet: Any, served: Served, tmp_path: Path) -> None:
    name = type(otnet).__name__
    film = await done(otnet.content.create(title=f"Upload {name}", kind="film"))
    sent: list[tuple[int, int]] = []
    path = served.new_film(tmp_path, "Überfahrt, 1.mp4")
    link = await done(otnet.uploads.upload_file(
        path, content=film.id, external_id=f"asset {name}", metadata={"desk": "culture"}, chunk_bytes=4096,
        progress=lambda bytes_sent, total: sent.append((bytes_sent, total)),
    ))  # fmt: skip
    size = path.stat().st_size
    assert sent[0] == (0, size) and sent[-1] == (size, size) and len(sent) > 2
    media = await done(otnet.uploads.wait_until_ready(link))
    assert (media.state, media.content, media.external_id) == ("ready", film.id, f"asset {name}")
    assert media.metadata == {"desk": "culture"} and media.playback["hls"]
    assert not list((tmp_path / "state").rglob("*.json"))
    with pytest.raises(Conflict):
        await done(otnet.uploads.upload_file(path, external_id=f"asset {name}"))
    assert (await done(otnet.media.wait_until_playable(media.id))).id == media.id
    await done(otnet.media.put_subtitles(media.id, b"1\n00:00:00,000 --> 00:00:00,400\nHi\n", language="de"))
    (subtitles,) = await done(otnet.media.list_subtitles(media.id))
    assert (subtitles.language, subtitles.source, subtitles.roles) == ("de", "file", [])
    changed = await done(otnet.media.change_subtitles(media.id, subtitles.id, roles=["sdh"]))
    changed = await done(
        otnet.media.replace_subtitles(media.id, changed.id, b"WEBVTT\n\n00:00.000 --> 00:00.400\nHo\n")
    )
    await done(otnet.media.delete_subtitles(media.id, changed.id))
    added = await done(otnet.media.add_subtitles(media.id, b"1\n00:00:00,000 --> 00:00:00,400\nHi\n", language="fr"))
    await done(otnet.media.delete_subtitles(media.id, added.id))
    assert await done(otnet.media.list_subtitles(media.id)) == []


async def test_clip_is_cut_out_of_media(otnet: Any, served: Served, tmp_path: Path) -> None:
    link = await done(otnet.upload_links.create(library=served.library))
    await done(otnet.uploads.upload_to_link(link, served.new_film(tmp_path)))
    media = await done(otnet.uploads.wait_for_media(link))
    await done(otnet.media.wait_until_ready(media.id))
    clip = await done(otnet.media.create_clip(media.id, 0, 0.4, title="The goal"))
    assert (clip.start, clip.duration_s) == (0, clip.end) and clip.media != media.id
    with pytest.raises(ValidationError):
        await done(otnet.media.create_clip(media.id, 2, 1))


async def test_upload_continues_where_it_was_interrupted(otnet: Any, served: Served, tmp_path: Path) -> None:
    """The first call is interrupted in the middle, as by Ctrl+C; the second sends only the rest."""
    path, offsets = served.new_film(tmp_path), list[int]()

    def interrupt(sent: int, total: int) -> None:
        if sent > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await done(otnet.uploads.upload_file(path, chunk_bytes=4096, progress=interrupt))
    (note,) = (tmp_path / "state").rglob("*.json")
    assert note.stat().st_mode & 0o777 == 0o600
    link = await done(
        otnet.uploads.upload_file(path, chunk_bytes=4096, progress=lambda sent, total: offsets.append(sent))
    )
    assert offsets[0] > path.stat().st_size / 2 and link.state == "done" and not note.exists()


async def test_upload_that_was_complete_is_not_repeated(
    otnet: Any, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process ended after the last byte was sent, before it deleted its note."""
    path = served.new_film(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(Note, "remove", lambda _: None)
        first = await done(otnet.uploads.upload_file(path))
    assert (await done(otnet.uploads.upload_file(path))).id == first.id
    assert not list((tmp_path / "state").rglob("*.json"))
    assert (await done(otnet.uploads.upload_file(path))).id != first.id


async def test_upload_begins_again_when_its_link_was_revoked(
    otnet: Any, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = served.new_film(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(Note, "remove", lambda _: None)
        first = await done(otnet.uploads.upload_file(path))
    await done(otnet.upload_links.delete(first.id))
    again = await done(otnet.uploads.upload_file(path))
    assert (again.id != first.id, again.state) == (True, "done") and not list((tmp_path / "state").rglob("*.json"))


def test_upload_needs_no_more_than_the_right_to_create_links(served: Served, tmp_path: Path) -> None:
    with Client(served.server.url, served.uploading_key) as uploader:
        link = uploader.uploads.upload_file(served.new_film(tmp_path), library=served.library)
        assert link.state == "done"
        with pytest.raises(PermissionDenied, match="upload_link:read"):
            uploader.uploads.wait_for_media(link)


async def test_refused_file_leaves_no_upload_link(otnet: Any, tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no film")
    with pytest.raises(APIError) as refused:
        await done(otnet.uploads.upload_file(tmp_path / "text.mp4"))
    assert refused.value.status == 415
    waiting = [link for link in await items(otnet.upload_links.list()) if link.filename == "text.mp4"]
    assert waiting == [] and not list((tmp_path / "state").rglob("*.json"))


async def test_upload_replaces_an_unfinished_one_of_the_same_external_id(
    otnet: Any, served: Served, tmp_path: Path
) -> None:
    """As after the loss of a machine on which an upload was interrupted."""
    id = f"lost {type(otnet).__name__}"
    former = await done(otnet.upload_links.create(library=served.library, external_id=id))
    link = await done(otnet.uploads.upload_file(served.new_film(tmp_path), external_id=id, resume=False))
    assert (link.state, link.id == former.id) == ("done", False)


async def test_upload_link_has_an_absolute_url_that_needs_no_key(otnet: Any, served: Served, tmp_path: Path) -> None:
    link = await done(otnet.upload_links.create(library=served.library, filename="Link.mp4"))
    assert link.url.startswith(f"{served.server.url}/api/v1/direct_uploads/")
    data = served.new_film(tmp_path).read_bytes()
    async with httpx.AsyncClient(verify=TLS_CONTEXT) as browser:
        assert (await browser.put(link.url, content=data)).status_code == 201
    assert (await done(otnet.uploads.wait_for_media(link))).title.startswith("Link")
    with pytest.raises(UploadFailed, match="another file"):
        await done(otnet.uploads.upload_to_link(link, served.film))
    with pytest.raises(ValueError, match="no URL"):
        await done(otnet.uploads.upload_to_link(await done(otnet.upload_links.retrieve(link.id)), served.film))


async def test_upload_link_refuses_another_file(otnet: Any, served: Served, tmp_path: Path) -> None:
    link = await done(otnet.upload_links.create(library=served.library))

    def interrupt(sent: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await done(otnet.uploads.upload_to_link(link, served.film, progress=interrupt))
    other = tmp_path / "Other.mp4"
    other.write_bytes(served.film.read_bytes() + b"\0\0\0\x08free")
    with pytest.raises(UploadFailed, match="another file"):
        await done(otnet.uploads.upload_to_link(link, other))


async def test_pictures_are_stored(otnet: Any, tmp_path: Path) -> None:
    film = await done(otnet.content.create(title="Picture", kind="film"))
    artwork = await done(otnet.artwork.create(kind="poster", content=film.id))
    (tmp_path / "poster").write_bytes(jpeg())
    stored = await done(otnet.artwork.put_file(artwork.id, tmp_path / "poster", crop=(0, 0, 0.5, 1)))
    assert stored.image and stored.etag
    assert (await done(otnet.artwork.put_file(artwork.id, jpeg()))).id == artwork.id
    with pytest.raises(ValueError, match="neither JPEG"):
        await done(otnet.artwork.put_file(artwork.id, b"GIF89a"))
    with pytest.raises(ValueError, match="one of"):
        await done(otnet.artwork.put_file(artwork.id))


async def test_metadata_is_imported_from_a_table(otnet: Any) -> None:
    title, id = f"Imported by {type(otnet).__name__}", f"table {type(otnet).__name__}"
    table = f"title,external_id,genres\n{title},{id},Drama\n,none,\n".encode()
    assert b"external_id" in await done(otnet.metadata_imports.template())
    preview = await done(otnet.metadata_imports.preview(table, create=True))
    assert (preview["create"], preview["failed"]) == (1, 1)
    started = await done(otnet.metadata_imports.create(table, create=True))
    ended = await done(otnet.metadata_imports.wait_until_done(started.id))
    assert (ended.state, ended.created, ended.failed, ended.failures[0]["line"]) == ("done", 1, 1, 3)
    assert b"title is required" in await done(otnet.metadata_imports.failures(started.id))
    assert [film.title for film in await items(otnet.content.list(external_id=id))] == [title]


async def test_home_layout_is_replaced(otnet: Any) -> None:
    layout = await done(otnet.home_layout.retrieve())
    rows = [{"kind": "new", "titles": {"en": type(otnet).__name__}}]
    saved = await done(otnet.home_layout.update(hero=[], rows=rows, etag=layout.etag))
    assert [row["titles"] for row in saved.rows] == [rows[0]["titles"]]
    with pytest.raises(ChangedMeanwhile):
        await done(otnet.home_layout.update(hero=[], rows=layout.rows, etag=layout.etag))


async def test_events_continue_after_the_last_one_that_was_read(otnet: Any) -> None:
    position = await done(otnet.events.position())
    genre = await done(otnet.genres.create(name=f"Event {type(otnet).__name__}"))
    (event,) = await items(otnet.events.list(after=position, type="genre.created", limit=1))
    assert (event.type, event.record, event.resource) == ("genre.created", genre.id, "genre")
    assert event.timestamp is not None and event.timestamp.tzinfo
    assert await items(otnet.events.list(after=event.id, type="genre.created")) == []


async def test_waiting_ends(otnet: Any, served: Served) -> None:
    link = await done(otnet.upload_links.create(library=served.library))
    with pytest.raises(WaitTimeout, match="has not become media"):
        await done(otnet.uploads.wait_for_media(link, timeout=0.01))
    with pytest.raises(OTNetError):
        await done(otnet.imports.wait_until_done("0" * 32))
    assert issubclass(MediaFailed, OTNetError)


async def test_stream_keys_are_created_rotated_and_revoked(otnet: Any) -> None:
    channel = await done(otnet.channels.create(name=f"Live {type(otnet).__name__}"))
    expires = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    made = await done(otnet.channels.create_stream_key(channel.id, name="Camera", role="backup", expires_at=expires))
    assert (made.name, made.role, made.channel) == ("Camera", "backup", channel.id)
    assert made.key.startswith(made.prefix)
    assert datetime.fromisoformat(made.expires_at) == expires
    rotated = await done(otnet.channels.rotate_stream_key(channel.id, made.id, overlap_hours=1))
    assert rotated.id == made.id and rotated.old_prefix == made.prefix and rotated.key != made.key
    (listed,) = await done(otnet.channels.list_stream_keys(channel.id))
    assert (listed.prefix, listed.key) == (rotated.prefix, None)
    live = await done(otnet.channels.live(channel.id))
    assert (live.state, live.stream, live.warnings, live.viewers) == ("waiting", None, [], 0)
    await done(otnet.channels.revoke_stream_key(channel.id, made.id))
    assert (await done(otnet.channels.live(channel.id))).state == "off"
    with pytest.raises(NotFound):
        await done(otnet.channels.revoke_stream_key(channel.id, "0" * 12))


async def test_exports_are_listed(otnet: Any) -> None:
    names = [export["name"] for export in await done(otnet.exports.list()) if not export["feed"]]
    assert names and await done(otnet.exports.download(names[0]))


def test_missing_scope_is_permission_denied(served: Served) -> None:
    with (
        Client(served.server.url, served.reading_key) as reader,
        pytest.raises(PermissionDenied, match="scope_missing"),
    ):
        reader.genres.create(name="Refused")
