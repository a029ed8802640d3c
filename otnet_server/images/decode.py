"""Decodes one uploaded picture and encodes it again: `python -I -S decode.py SPEC`, in the jail.

SPEC is JSON: `packages` (folders to import Pillow from), `source`, `target`, `crop` (x, y, width and height in
fractions of the upright picture), `max_pixels` and `max_side`. The picture is turned upright, cropped, made at most
`max_side` wide and high, and written to `target`. The result on standard output is JSON: `extension`, `width` and
`height`, or `error` with the reason.
"""

from __future__ import annotations

import json
import sys
from typing import Any

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")


def decode(spec: dict[str, Any]) -> dict[str, Any]:
    from PIL import Image, ImageOps

    with Image.open(spec["source"], formats=FORMATS) as image:
        if image.width * image.height > spec["max_pixels"]:
            return {"error": "too_large", "width": image.width, "height": image.height}
        if image.format == "JPEG":  # decode at a fraction of the size, if that is enough
            longest = spec["max_side"] / min(spec["crop"][2:])
            image.draft(None, (round(min(longest, image.width)), round(min(longest, image.height))))
        ImageOps.exif_transpose(image, in_place=True)
        transparent = image.has_transparency_data
        mode = "RGBA" if transparent else "RGB"
        picture: Image.Image = image if image.mode == mode else image.convert(mode)
        box, size = geometry(picture.size, spec["crop"], spec["max_side"])
        picture = picture.resize(size, Image.Resampling.LANCZOS, box, reducing_gap=2.0)
        picture.info = {"icc_profile": image.info["icc_profile"]} if "icc_profile" in image.info else {}
        if transparent:
            picture.save(spec["target"], "PNG", optimize=True)
        else:
            picture.save(spec["target"], "JPEG", quality=88, progressive=True)
        return {"extension": "png" if transparent else "jpg", "width": picture.width, "height": picture.height}


def geometry(
    size: tuple[int, int], crop: tuple[float, float, float, float], max_side: int
) -> tuple[tuple[int, int, int, int], tuple[int, int]]:
    """(box in pixels, size of the result): the box of a crop, and its size if at most `max_side` wide and high."""
    left, top, width, height = crop
    x0, y0 = (min(round(at * side), side - 1) for at, side in zip((left, top), size, strict=True))
    x1 = min(max(round((left + width) * size[0]), x0 + 1), size[0])
    y1 = min(max(round((top + height) * size[1]), y0 + 1), size[1])
    scale = min(1.0, max_side / max(x1 - x0, y1 - y0))
    return (x0, y0, x1, y1), (max(1, round((x1 - x0) * scale)), max(1, round((y1 - y0) * scale)))


def main(spec: dict[str, Any]) -> dict[str, Any]:
    sys.path[:0] = spec["packages"]
    try:
        return decode(spec)
    except MemoryError:
        return {"error": "too_large"}
    except Exception as e:  # decoders may raise anything for malformed files
        return {"error": "not_a_picture", "reason": type(e).__name__}


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
