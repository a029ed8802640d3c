"""Generated artwork for fictional films: scenes drawn deterministically from a name."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageOps

Color = tuple[int, int, int]
Palette = tuple[Color, Color, Color, Color]  # top of the sky, horizon, light, dark
WIDTHS = (160, 320, 480, 640, 960, 1280, 1920)
SIZES = {"still": (1280, 720), "backdrop": (1920, 1080), "poster": (640, 960), "square": (640, 640)}
FORMATS = {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG"}
FONTS = Path("/usr/share/fonts/truetype")
FACES = (
    ("noto/NotoSerifDisplay-Bold.ttf", 1.0, False),
    ("noto/NotoSansDisplay-Bold.ttf", 0.92, True),
    ("noto/NotoSerifDisplay-BoldItalic.ttf", 1.05, False),
    ("noto/NotoSans-Bold.ttf", 0.84, True),
)


def _hex(text: str) -> Color:
    return int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16)


PALETTES: tuple[Palette, ...] = tuple(
    (_hex(a), _hex(b), _hex(c), _hex(d))
    for a, b, c, d in (
        ("12213f", "e08a5b", "ffe3b0", "0a0f1c"),
        ("0b1026", "3a4f8f", "dfe9ff", "05070f"),
        ("3b1f2b", "c8553d", "ffd29d", "140a10"),
        ("0f2f2e", "7fa88a", "f3f1c7", "071514"),
        ("1b1b1f", "8c8f94", "f2efe9", "0b0b0d"),
        ("2a1a4a", "d16ba5", "ffe0f0", "0d0718"),
        ("143642", "ec9a29", "fff0c9", "08161b"),
        ("1d3557", "a8dadc", "f8fbf2", "0a1526"),
        ("3d0e0e", "a4161a", "ffb4a2", "120304"),
        ("223022", "b5a642", "fdf6c3", "0c120c"),
    )
)


def gradient(size: tuple[int, int], top: Color, foot: Color, bend: float = 1.0) -> Image.Image:
    mask = Image.linear_gradient("L").point([int(255 * (i / 255) ** bend) for i in range(256)])
    return Image.composite(Image.new("RGB", size, foot), Image.new("RGB", size, top), mask.resize(size))


def mixed(a: Color, b: Color, part: float) -> Color:
    return tuple(round(x + (y - x) * part) for x, y in zip(a, b, strict=True))  # type: ignore[return-value]


def glow(image: Image.Image, at: tuple[float, float], radius: float, color: Color, strength: float = 1.0) -> None:
    """Additive light around a point."""
    side = int(radius * 2)
    spot = ImageOps.invert(Image.radial_gradient("L")).resize((side, side))
    # Pillow's gradient reaches white in the corners; at the middle of a side it is 181.
    spot = spot.point([int(min(255, max(0, (i - 74) / 181) ** 1.6 * 255 * strength)) for i in range(256)])
    layer = Image.new("RGB", image.size)
    layer.paste(Image.new("RGB", (side, side), color), (int(at[0] - radius), int(at[1] - radius)), spot)
    image.paste(ImageChops.add(image, layer))


def hills(image: Image.Image, p: Palette, r: Random) -> None:
    w, h = image.size
    sun = (w * r.uniform(0.25, 0.8), h * r.uniform(0.3, 0.5))
    glow(image, sun, h * 0.6, p[2], 0.7)
    d = ImageDraw.Draw(image)
    size = h * 0.075
    d.ellipse((sun[0] - size, sun[1] - size, sun[0] + size, sun[1] + size), fill=p[2])
    for n in range(6):
        part = (n + 1) / 6
        base, a, b, c = h * (0.46 + 0.085 * n), r.uniform(1, 3), r.uniform(3, 8), r.uniform(0, 6.3)
        ridge = [
            (x, base + h * 0.05 * (math.sin(x / w * 6.3 * a + c) + 0.4 * math.sin(x / w * 6.3 * b + 2 * c)))
            for x in range(0, w + 8, 8)
        ]
        d.polygon([(0, h), *ridge, (w, h)], fill=mixed(mixed(p[1], p[0], 0.5), p[3], part**0.7))


def city(image: Image.Image, p: Palette, r: Random) -> None:
    w, h = image.size
    glow(image, (w * 0.5, h * 0.75), w * 0.6, p[1], 0.8)
    d = ImageDraw.Draw(image)
    for layer in range(3):
        x = -20.0
        tone = mixed(p[0], p[3], 0.35 + 0.3 * layer)
        while x < w:
            width = w * r.uniform(0.03, 0.085)
            top = h * r.uniform(0.3 + 0.13 * layer, 0.72 + 0.05 * layer)
            d.rectangle((x, top, x + width, h), fill=tone)
            step = max(6, int(h / 54))
            for wy in range(int(top) + step, h, step * 2):
                for wx in range(int(x) + step, int(x + width) - step, step * 2):
                    if r.random() < 0.12 + 0.1 * layer:
                        d.rectangle(
                            (wx, wy, wx + step * 0.6, wy + step * 0.8), fill=mixed(tone, p[2], r.uniform(0.35, 1))
                        )
            x += width + r.uniform(-4, 14)


def sea(image: Image.Image, p: Palette, r: Random) -> None:
    w, h = image.size
    line, x = h * r.uniform(0.5, 0.62), w * r.uniform(0.3, 0.7)
    glow(image, (x, line), h * 0.7, p[2], 0.75)
    d = ImageDraw.Draw(image)
    d.ellipse((x - h * 0.1, line - h * 0.13, x + h * 0.1, line + h * 0.07), fill=p[2])
    image.paste(gradient((w, int(h - line)), mixed(p[1], p[0], 0.45), p[3], 0.8), (0, int(line)))
    for _ in range(170):
        depth = r.random()
        y, half = line + (h - line) * depth**1.6, w * (0.01 + 0.07 * depth) * r.random()
        cx = x + r.gauss(0, w * (0.02 + 0.16 * depth))
        d.line(
            (cx - half, y, cx + half, y),
            fill=mixed(p[1], p[2], r.random()),
            width=max(1, int(h / 300 * (1 + 2 * depth))),
        )


def forest(image: Image.Image, p: Palette, r: Random) -> None:
    w, h = image.size
    glow(image, (w * r.uniform(0.3, 0.7), h * 0.42), h * 0.75, p[2], 0.85)
    for layer in range(4):
        trunks = Image.new("L", image.size)
        d = ImageDraw.Draw(trunks)
        for _ in range(18 - layer * 3):
            x, width, lean = r.uniform(0, w), w * 0.004 * (1.6 + layer * 1.9) * r.uniform(0.6, 1.4), r.uniform(-10, 10)
            d.polygon([(x, h), (x + lean, 0), (x + lean + width * 0.6, 0), (x + width, h)], fill=255)
        d.rectangle((0, h * (0.9 - 0.02 * layer), w, h), fill=120 + 40 * layer)
        trunks = trunks.filter(ImageFilter.GaussianBlur(max(0, 3 - layer) * h / 700))
        image.paste(mixed(p[1], p[3], 0.3 + 0.23 * layer), (0, 0, w, h), trunks)


def planets(image: Image.Image, p: Palette, r: Random) -> None:
    w, h = image.size
    d = ImageDraw.Draw(image)
    for _ in range(240):
        x, y, s = r.uniform(0, w), r.uniform(0, h), r.choice((1, 1, 1, 2))
        d.ellipse((x, y, x + s, y + s), fill=mixed(p[0], p[2], r.random()))
    cx, cy, rad = w * r.uniform(0.35, 0.68), h * r.uniform(0.4, 0.6), min(w, h) * r.uniform(0.26, 0.36)
    glow(image, (cx, cy), rad * 1.9, p[1], 0.6)
    ball = Image.new("L", image.size)
    ImageDraw.Draw(ball).ellipse((cx - rad, cy - rad, cx + rad, cy + rad), fill=255)
    face = gradient(image.size, p[1], p[3], 0.9)
    bands = ImageDraw.Draw(face)
    for n in range(14):
        y = cy - rad + 2 * rad * n / 14
        bands.line(
            (0, y, w, y - rad * 0.3),
            fill=mixed(p[1], p[2] if n % 3 else p[3], 0.22),
            width=int(rad * r.uniform(0.02, 0.1)),
        )
    shade = Image.new("L", image.size, 0)
    ImageDraw.Draw(shade).ellipse((cx - rad * 1.5, cy - rad * 1.4, cx + rad * 0.6, cy + rad * 0.8), fill=255)
    dark = Image.composite(face, Image.new("RGB", image.size, p[3]), shade.filter(ImageFilter.GaussianBlur(rad * 0.25)))
    image.paste(dark, (0, 0), ball)
    for n in range(3):
        k = 1.35 + 0.12 * n
        d.arc(
            (cx - rad * k, cy - rad * 0.36 * k, cx + rad * k, cy + rad * 0.36 * k),
            -8,
            188,
            fill=mixed(p[1], p[2], 0.6),
            width=2,
        )


def road(image: Image.Image, p: Palette, r: Random) -> None:
    w, h = image.size
    x, y = w * r.uniform(0.42, 0.58), h * 0.5
    glow(image, (x, y), h * 0.6, p[2], 0.8)
    d = ImageDraw.Draw(image)
    d.polygon([(0, h), (0, y), (w, y), (w, h)], fill=mixed(p[1], p[3], 0.72))
    d.polygon([(x - 4, y), (x + 4, y), (w * 1.02, h), (-w * 0.02, h)], fill=mixed(p[0], p[3], 0.85))
    for n in range(9):
        near, far = ((n + 0.55) / 9) ** 2.2, (n / 9) ** 2.2
        d.polygon([(x - 2, y + (h - y) * far), (x + 2, y + (h - y) * far), (x + 14 * near, y + (h - y) * near),
                   (x - 14 * near, y + (h - y) * near)], fill=p[2])  # fmt: skip
    for n in range(7):
        k = ((n + 1) / 7) ** 2
        for side in (-1, 1):
            px = x + side * w * 0.56 * k
            d.line((px, y + (h - y) * k * 0.7, px, y - h * 0.34 * k), fill=p[3], width=max(1, int(12 * k)))


def portrait(image: Image.Image, p: Palette, r: Random) -> None:
    w, h = image.size
    x, u = w * r.choice((0.34, 0.5, 0.64)), min(w, h) * r.uniform(0.9, 1.05)
    top = h * 0.56 - u * 0.36
    glow(image, (x + u * 0.28, top + u * 0.2), u * 0.8, p[2], 0.8)

    def figure(dx: float, fill: Color, blur: float) -> None:
        mask = Image.new("L", image.size)
        d = ImageDraw.Draw(mask)
        d.ellipse((x - u * 0.15 + dx, top, x + u * 0.15 + dx, top + u * 0.4), fill=255)
        d.rectangle((x - u * 0.07 + dx, top + u * 0.3, x + u * 0.07 + dx, top + u * 0.55), fill=255)
        d.ellipse((x - u * 0.42 + dx, top + u * 0.47, x + u * 0.42 + dx, top + u * 1.5), fill=255)
        image.paste(fill, (0, 0, w, h), mask.filter(ImageFilter.GaussianBlur(blur)))

    figure(u * 0.012, mixed(p[1], p[2], 0.7), u * 0.006)
    figure(-u * 0.004, p[3], u * 0.004)


def room(image: Image.Image, p: Palette, r: Random) -> None:
    w, h = image.size
    image.paste(gradient(image.size, mixed(p[0], p[3], 0.45), mixed(p[1], p[3], 0.6)))
    x, y, s = w * r.uniform(0.18, 0.3), h * 0.2, min(w, h) * 0.4
    beam = Image.new("L", image.size)
    ImageDraw.Draw(beam).polygon([(x, y), (x + s * 0.7, y), (w * 0.98, h), (w * 0.45, h)], fill=110)
    image.paste(p[2], (0, 0, w, h), beam.filter(ImageFilter.GaussianBlur(h * 0.03)))
    d = ImageDraw.Draw(image)
    for i in range(2):
        for j in range(3):
            d.rectangle(
                (x + i * s * 0.36, y + j * s * 0.3, x + i * s * 0.36 + s * 0.32, y + j * s * 0.3 + s * 0.26), fill=p[2]
            )
    glow(image, (x + s * 0.35, y + s * 0.45), s * 1.1, p[1], 0.7)
    d.rectangle((0, h * 0.86, w, h), fill=mixed(p[3], p[0], 0.2))
    c = w * r.uniform(0.6, 0.74)
    d.rectangle((c, h * 0.6, c + s * 0.3, h * 0.66), fill=p[3])
    for dx in (0.0, 0.26):
        d.rectangle((c + s * dx, h * 0.62, c + s * (dx + 0.04), h * 0.9), fill=p[3])
    d.rectangle((c, h * 0.36, c + s * 0.04, h * 0.62), fill=p[3])


def lights(image: Image.Image, p: Palette, r: Random) -> None:
    w, h = image.size
    image.paste(gradient(image.size, p[3], mixed(p[0], p[3], 0.3)))
    for _ in range(46):
        rad = h * r.uniform(0.02, 0.11)
        tone = r.choice((p[1], p[2], mixed(p[0], p[1], 0.5)))
        spot = Image.new("L", (int(rad * 2), int(rad * 2)))
        ImageDraw.Draw(spot).ellipse((0, 0, rad * 2 - 1, rad * 2 - 1), fill=int(r.uniform(40, 170)))
        image.paste(tone, (int(r.uniform(-rad, w)), int(h * r.triangular(0, 0.85, 0.45))), spot)
    image.paste(image.filter(ImageFilter.GaussianBlur(h / 240)))


def sound(image: Image.Image, p: Palette, r: Random) -> None:
    w, h = image.size
    image.paste(gradient(image.size, mixed(p[0], p[3], 0.4), mixed(p[1], p[0], 0.5)))
    d = ImageDraw.Draw(image)
    n, a, b = 34, r.uniform(1, 2.4), r.uniform(3, 6)
    for i in range(n):
        t = i / (n - 1)
        k = (0.12 + 0.88 * abs(math.sin(t * 3.1415 * a + b)) * math.sin(t * 3.1415) ** 0.7) * r.uniform(0.7, 1)
        x, half = w * (0.08 + 0.84 * t), h * 0.27 * k
        d.rounded_rectangle(
            (x - w * 0.007, h * 0.46 - half, x + w * 0.007, h * 0.46 + half), w * 0.007, fill=mixed(p[1], p[2], k)
        )


SCENES: dict[str, Callable[[Image.Image, Palette, Random], None]] = {
    f.__name__: f for f in (hills, city, sea, forest, planets, road, portrait, room, lights, sound)
}


def _words(image: Image.Image, title: str, line: str, r: Random) -> None:
    w, h = image.size
    shade = Image.linear_gradient("L").resize((w, h // 2)).point([int(i * 0.86) for i in range(256)])
    image.paste((4, 5, 9), (0, h - h // 2, w, h), shade)
    face, scale, capitals = r.choice(FACES)
    size, lines = int(w * 0.15 * scale), []
    text = title.upper() if capitals else title
    while size > 24:
        font = ImageFont.truetype(FONTS / face, size)
        lines = _broken(text, font, w * 0.84)
        if len(lines) <= 3 and max(font.getlength(x) for x in lines) <= w * 0.86:
            break
        size -= 4
    d = ImageDraw.Draw(image)
    small = ImageFont.truetype(FONTS / "noto/NotoSans-Bold.ttf", int(w * 0.034))
    y = h * 0.93 - small.size * 1.7 - len(lines) * size * 1.06
    for text_line in lines:
        d.text((w * 0.08, y), text_line, font=font, fill=(250, 248, 243))
        y += size * 1.06
    d.text((w * 0.08, y + small.size * 0.7), line, font=small, fill=(205, 208, 214))


def _broken(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and font.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


@lru_cache(maxsize=256)
def picture(role: str, name: str, scene: str, palette: int, words: tuple[str, str] | None) -> Image.Image:
    p = PALETTES[palette % len(PALETTES)]
    image = gradient(SIZES[role], p[0], p[1])
    SCENES[scene](image, p, Random(f"{name} {scene}"))
    grain = Image.effect_noise((image.width // 2, image.height // 2), 22).resize(image.size).convert("RGB")
    image = Image.blend(image, ImageChops.overlay(image, grain), 0.35)
    if words:
        _words(image, *words, Random(name))
    return image


@lru_cache(maxsize=4096)
def variant(
    role: str, name: str, scene: str, palette: int, words: tuple[str, str] | None, width: int, ext: str
) -> bytes:
    whole = picture(role, name, scene, palette, words)
    small = whole.resize((width, round(whole.height * width / whole.width)), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, FORMATS[ext], quality=62, **({"speed": 10} if ext == "avif" else {}))
    return out.getvalue()
