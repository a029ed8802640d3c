"""Resized variants of images."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from otnet_server.images.store import resize
from otnet_server.read_model.pictures import Picture, widths
from tests.viewing.conftest import Catalogue, png


@pytest.mark.parametrize(("name", "size", "form"), [
    ("320.avif", (320, 480), "AVIF"), ("160.webp", (160, 240), "WEBP"), ("640.jpg", (640, 960), "JPEG"),
    ("1920.jpg", (800, 1200), "JPEG"),
])  # fmt: skip
def test_image_variant_is_created_once_and_never_upscaled(
    catalogue: Catalogue, name: str, size: tuple[int, int], form: str
) -> None:
    film = catalogue.content("Night Train")
    catalogue.artwork("poster", content=film["id"])
    base = catalogue.site("/titles/night-train")["images"]["poster"]["base"]
    first = catalogue.plane.anonymous().get(f"{base}/{name}")
    assert first.status_code == 200 and "immutable" in first.headers["cache-control"]
    with Image.open(io.BytesIO(first.content)) as image:
        assert (image.format, image.size) == (form, size)
    kept = list((catalogue.plane.settings.data / "media" / "images").rglob(name))
    assert (
        len(kept) == 1
        and kept[0].read_bytes() == first.content == catalogue.plane.anonymous().get(f"{base}/{name}").content
    )


@pytest.mark.parametrize("path", [
    "/images/a/{id}/{version}/321.avif", "/images/a/{id}/{version}/320.gif", "/images/a/{id}/nothing/320.avif",
    "/images/x/{id}/{version}/320.avif", "/images/a/..%2f..%2f/{version}/320.avif", "/images/a/{id}/{version}/0320.avif",
    "/images/m/{id}/{version}/320.avif", "/images/a/{id}/{version}/٣٢٠.avif",
])  # fmt: skip
def test_other_image_variants_are_not_found(catalogue: Catalogue, path: str) -> None:
    film = catalogue.content("Night Train")
    catalogue.artwork("poster", content=film["id"])
    _, _, _, id, version = catalogue.site("/titles/night-train")["images"]["poster"]["base"].split("/")
    assert catalogue.plane.anonymous().get(path.format(id=id, version=version)).status_code == 404


def test_deleting_an_image_deletes_its_variants(catalogue: Catalogue) -> None:
    film = catalogue.content("Night Train")
    art = catalogue.artwork("poster", content=film["id"])
    base = catalogue.site("/titles/night-train")["images"]["poster"]["base"]
    catalogue.plane.anonymous().get(f"{base}/320.webp")
    assert catalogue.plane.owner.delete(f"artwork/{art['id']}").status_code == 204
    assert not list((catalogue.plane.settings.data / "media").rglob("320.webp"))
    assert catalogue.site("/titles/night-train")["images"]["poster"] is None


def test_image_widths_and_shapes() -> None:
    assert widths(1280) == [160, 320, 480, 640, 960, 1280] and widths(100) == [160]
    shapes = {(600, 900): "poster", (500, 500): "square", (1280, 720): "still"}
    assert all(Picture("k", "/b", *size).shape == shape for size, shape in shapes.items())
    assert Picture("k", "/b", 1280, 720).src(1920, "webp") == "/b/1280.webp"


def test_transparency_is_kept_except_in_jpeg() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (400, 200), (255, 0, 0, 0)).save(out, "PNG")
    for ending, mode in (("webp", "RGBA"), ("avif", "RGBA"), ("jpg", "RGB")):
        with Image.open(io.BytesIO(resize(out.getvalue(), 160, ending))) as image:
            assert (image.size, image.mode) == ((160, 80), mode)
    assert resize(png(10, 10), 160, "jpg")
