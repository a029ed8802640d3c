"""The pages that stand in frames on other people's pages: a player, or a screen that says why there is none. Pure."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Mapping, Sequence
from typing import Any

from otnet_server.web.html_meta import script

START = 'import { startEmbed } from "/player/v1/otnet-embed-page.js"; startEmbed();'
HEAD = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
"""
PLAYER = (
    HEAD
    + """<style>
html, body {{ height: 100%; margin: 0; background: {ground}; overflow: hidden }}
body {{ display: grid; place-items: center }}
otnet-video {{ width: 100%; height: 100%; aspect-ratio: auto }}
otnet-audio {{ width: 100%; box-sizing: border-box }}
otnet-square, otnet-circular {{ width: min(100vw, 100vh) }}
</style>
{config}
<script type="module">{start}</script>
</head>
<body></body>
</html>
"""
)
REFUSAL = (
    HEAD
    + """{again}<style>
html, body {{ height: 100%; margin: 0 }}
body {{ display: grid; place-items: center; background: #0b0d12; color: #eef1f6;
  font: 15px/1.5 Figtree, system-ui, sans-serif; text-align: center }}
main {{ max-width: 40ch; padding: 12px }}
h1 {{ margin: 0 0 4px; font-size: clamp(16px, 4.5vw, 22px); line-height: 1.25 }}
p {{ margin: 0; color: #a3acbb }}
a {{ display: inline-block; margin-top: 12px; padding: 8px 16px; border-radius: 6px; color: #eef1f6;
  background: #252b36; font-weight: 600; text-decoration: none }}
a:focus-visible {{ outline: 2px solid #fff; outline-offset: 2px }}
code {{ display: block; margin-top: 12px; color: #8b94a3; font-size: 12px }}
@media (max-height: 200px) {{ code {{ display: none }} a {{ margin-top: 6px; padding: 4px 12px }} }}
</style>
</head>
<body><main><h1>{title}</h1><p>{remedy}</p><a href="{url}" target="_blank" rel="noopener">{open}</a>
<code>{code}</code></main></body>
</html>
"""
)
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob: data:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    f"script-src 'self' 'sha256-{base64.b64encode(hashlib.sha256(START.encode()).digest()).decode()}'; "
)
#: What is said for each code: (what, what to do). `{site}` is the organization's name.
WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "en": {
        "sign_in": ("This title is for members", "Sign in at {site}, and it plays."),
        "not_entitled": ("This title is not part of what you have", "{site} says how to get it."),
        "not_on_this_site": ("This title may not be shown on this site", "It can be watched at {site}."),
        "not_found": ("There is no such title here", "It may have been taken back."),
        "not_ready": ("This title is being prepared", "It starts here as soon as it can be played."),
        "failed": ("This title can’t be played", "{site} has to look after its file."),
        "no_such_skin": ("There is no such player", "The code on this page asks for one that does not exist."),
        "other": ("This title can’t be shown now", "Try again later."),
    },
    "de": {
        "sign_in": ("Dieser Titel ist für Mitglieder", "Melden Sie sich bei {site} an, dann läuft er."),
        "not_entitled": ("Dieser Titel gehört nicht zu dem, was Sie haben", "{site} sagt, wie Sie ihn bekommen."),
        "not_on_this_site": ("Dieser Titel darf auf dieser Seite nicht gezeigt werden", "Zu sehen ist er bei {site}."),
        "not_found": ("Diesen Titel gibt es hier nicht", "Vielleicht wurde er zurückgezogen."),
        "not_ready": ("Dieser Titel wird vorbereitet", "Er beginnt hier, sobald er sich abspielen lässt."),
        "failed": ("Dieser Titel lässt sich nicht abspielen", "{site} muss nach seiner Datei sehen."),
        "no_such_skin": ("Diesen Player gibt es nicht", "Der Code auf dieser Seite verlangt einen, den es nicht gibt."),
        "other": ("Dieser Titel lässt sich gerade nicht zeigen", "Versuchen Sie es später noch einmal."),
    },
}
OPEN = {"en": "Open {site}", "de": "{site} öffnen"}
AGAIN_S = 10


def language_of(asked: str, accepted: str) -> str:
    """The language to speak: of the address, else the first known of `Accept-Language` (RFC 9110 §12.5.4), in order."""
    for tag in [asked, *accepted.split(",")]:
        language = tag.partition(";")[0].strip().lower().partition("-")[0]
        if language in WORDS:
            return language
    return "en"


def player_page(skin: str, config: Mapping[str, Any], language: str) -> str:
    ground = "#0b0d12" if skin == "video" else "transparent"
    told = script("application/json", {"skin": skin, "config": config}, "otnet-config")
    title = html.escape(config["title"])
    return PLAYER.format(title=title, start=START, ground=ground, config=told, language=language)


def refusal_page(code: str, language: str, site: str, url: str) -> str:
    """`url` is where the title is watched, or asked for; it opens beside the page that holds the frame."""
    words = WORDS[language]
    what, remedy = words.get(code, words["other"])
    said = {"title": what, "remedy": remedy, "open": OPEN[language], "code": code, "url": url}
    plain = {name: html.escape(text.replace("{site}", site)) for name, text in said.items()}
    again = f'<meta http-equiv="refresh" content="{AGAIN_S}">\n' if code == "not_ready" else ""
    return REFUSAL.format(language=language, again=again, **plain)


def ancestors(sites: Sequence[str] | None) -> str:
    """The frame-ancestors of an embed page (CSP level 3 §6.4.2): every site when none is named."""
    return "frame-ancestors " + (" ".join(["'self'", *sites]) if sites else "*")
