"""Uploaded pictures that are large, damaged or hostile are decoded apart from everything else, or refused."""

from __future__ import annotations

import asyncio
import io
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from otnet_server.errors import ApiError
from otnet_server.images import uploads
from otnet_server.images.decode import geometry
from otnet_server.process.command import Command, ProcessFailed, Result
from tests.control.services import ControlPlane, Person, control_plane


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with control_plane(tmp_path_factory.mktemp("pictures") / "data") as running:
        yield running


def encoded(size: tuple[int, int], form: str = "PNG", mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 0).save(out, form, **options)
    return out.getvalue()


def put(person: Person, data: bytes, **crop: float) -> httpx.Response:
    record = person.make("artwork", kind="poster", alternative="A picture")
    return person.put(f"artwork/{record['id']}/file", content=data, params=crop)


def test_small_file_with_a_large_picture_is_refused(studio: ControlPlane) -> None:
    data = encoded((7900, 8000), mode="1")
    assert len(data) < 20_000
    refused = put(studio.owner, data)
    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")
    assert "7900 × 8000" in refused.json()["title"] and "40 million pixels" in refused.json()["remedy"]


def test_large_pictures_do_not_delay_writes_of_others(studio: ControlPlane) -> None:
    """Several of the largest pictures that are accepted, and sign-ins at the same time."""
    other = studio.organization("Beta", "beta@example.org")
    email = other.document["user"]["email"]
    data, owner = encoded((6400, 6200), mode="RGBA"), studio.owner
    responses: list[httpx.Response] = []
    threads = [threading.Thread(target=lambda: responses.append(put(owner, data))) for _ in range(2)]
    begin = time.perf_counter()
    Person(studio).sign_in(email)
    usual_s = time.perf_counter() - begin
    for thread in threads:
        thread.start()
    slowest_s = 0.0
    while any(thread.is_alive() for thread in threads):
        begin = time.perf_counter()
        Person(studio).sign_in(email)
        slowest_s = max(slowest_s, time.perf_counter() - begin)
        time.sleep(0.02)  # leaves the processor to the pictures
    assert [r.status_code for r in responses] == [200] * 2, [r.text for r in responses]
    assert slowest_s < max(2.0, 20 * usual_s)


def test_pictures_wait_for_each_other_and_too_many_are_refused(
    studio: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MAX_WAITING", 0)
    refused = put(studio.owner, encoded((10, 10)))
    assert (refused.status_code, refused.json()["code"]) == (503, "busy") and refused.headers["retry-after"]


@pytest.mark.parametrize("data", [b"", b"<svg onload='alert(1)'/>", b"GIF89a", encoded((40, 40))[:60], encoded((9, 9), "GIF")],
                         ids=["empty", "svg", "gif head", "truncated", "gif"])  # fmt: skip
def test_what_is_no_accepted_picture_is_refused(studio: ControlPlane, data: bytes) -> None:
    refused = put(studio.owner, data)
    assert (refused.status_code, refused.json()["code"]) == (415, "not_a_picture")


def test_picture_is_upright_cropped_and_without_the_metadata_of_the_file(studio: ControlPlane) -> None:
    exif = Image.Exif()
    exif[274] = 6  # rotated by 90°
    exif[270] = "secret description"
    data = encoded((4000, 1000), "JPEG", exif=exif, comment=b"secret comment")
    record = put(studio.owner, data, x=0, y=0.5, width=1, height=0.5).json()
    assert (record["image"]["width"], record["image"]["height"]) == (1000, 2000)
    served = studio.owner.get(record["image"]["url"]).content
    with Image.open(io.BytesIO(served)) as image:
        assert (image.format, image.size) == ("JPEG", (1000, 2000))
    assert b"secret" not in served


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_every_accepted_format_is_made_smaller(studio: ControlPlane, form: str) -> None:
    record = put(studio.owner, encoded((3000, 1500), form)).json()
    assert (record["image"]["width"], record["image"]["height"]) == (2560, 1280)


def test_replaced_picture_is_deleted_and_a_failed_one_leaves_nothing(studio: ControlPlane) -> None:
    folder = studio.settings.data / "media" / "artwork"
    record = studio.owner.make("artwork", kind="poster", alternative="A picture")
    for _ in range(2):
        assert studio.owner.put(f"artwork/{record['id']}/file", content=encoded((20, 20))).status_code == 200
    assert len(list((folder / record["id"]).iterdir())) == 1
    assert studio.owner.put("artwork/nothing/file", content=encoded((20, 20))).status_code == 404
    assert not (folder / "nothing").exists()
    assert list(studio.server.core.work.glob("picture-*")) == [], "temporary files are deleted"


@pytest.mark.parametrize("reason", ["memory", "wall_limit", "output_limit"])
def test_process_that_exceeds_its_limits_is_an_error_of_the_picture(tmp_path: Path, reason: str) -> None:
    async def run(_: Command) -> Result:
        raise ProcessFailed(reason)

    with pytest.raises(ApiError, match="too large") as refused:
        asyncio.run(uploads.PictureDecoder(run, tmp_path).decode(b"x", (0, 0, 1, 1)))
    assert refused.value.status == 413 and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("size", "crop", "box", "result"), [
    ((100, 50), (0, 0, 1, 1), (0, 0, 100, 50), (40, 20)), ((100, 50), (0.5, 0, 0.5, 1), (50, 0, 100, 50), (40, 40)),
    ((3, 3), (0.999, 0.999, 0.001, 0.001), (2, 2, 3, 3), (1, 1)), ((1, 9000), (0, 0, 1, 1), (0, 0, 1, 9000), (1, 40)),
])  # fmt: skip
def test_geometry_of_crops(
    size: tuple[int, int], crop: tuple[float, float, float, float], box: tuple[int, ...], result: tuple[int, int]
) -> None:
    assert geometry(size, crop, 40) == (box, result)
