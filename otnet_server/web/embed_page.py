"""The pages for frames on other sites: the player, or a message why it can't be shown. Pure."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Sequence

from otnet_server.playback.player_config import PlayerConfiguration
from otnet_server.web.html_meta import json_script

START_SCRIPT = 'import { startEmbed } from "/player/v1/otnet-embed-page.js"; startEmbed();'
PAGE_HEAD = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
"""
PLAYER_PAGE = (
    PAGE_HEAD
    + """<style>
html, body {{ height: 100%; margin: 0; background: {background}; overflow: hidden }}
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
REFUSAL_PAGE = (
    PAGE_HEAD
    + """{refresh}<style>
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
SECURITY_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob: data:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    f"script-src 'self' 'sha256-{base64.b64encode(hashlib.sha256(START_SCRIPT.encode()).digest()).decode()}'; "
)
#: The texts for each error code: (title, remedy). `{site}` is the name of the organization.
REFUSAL_TEXTS: dict[str, dict[str, tuple[str, str]]] = {
    "en": {
        "sign_in": ("This title is for members", "Sign in at {site} to watch it."),
        "not_entitled": ("Your account does not include this title", "Find out at {site} how to get access."),
        "not_on_this_site": ("This title may not be shown on this site", "You can watch it at {site}."),
        "not_in_region": ("This title is not available where you are", "It may be available in other countries."),
        "policy_refused": ("This title can’t be played here", "{site} limits who may play it."),
        "too_many_streams": ("Your account is already playing elsewhere", "Stop one of the other titles at {site}."),
        "not_found": ("This title does not exist", "It may have been removed."),
        "not_ready": ("This title is being prepared", "It starts here as soon as it can be played."),
        "failed": ("This title can’t be played", "{site} needs to check its file."),
        "no_such_skin": ("This player does not exist", "The code on this page requests an unknown player."),
        "other": ("This title can’t be shown now", "Try again later."),
    },
    "de": {
        "sign_in": ("Dieser Titel ist für Mitglieder", "Melden Sie sich bei {site} an, um ihn anzusehen."),
        "not_entitled": ("Ihr Konto umfasst diesen Titel nicht", "Bei {site} erfahren Sie, wie Sie Zugang erhalten."),
        "not_on_this_site": ("Dieser Titel darf auf dieser Seite nicht gezeigt werden", "Zu sehen ist er bei {site}."),
        "not_in_region": ("Dieser Titel ist hier nicht verfügbar", "In anderen Ländern kann er verfügbar sein."),
        "policy_refused": (
            "Dieser Titel kann hier nicht abgespielt werden",
            "{site} legt fest, wer ihn abspielen darf.",
        ),
        "too_many_streams": ("Ihr Konto spielt schon woanders ab", "Beenden Sie bei {site} einen der anderen Titel."),
        "not_found": ("Diesen Titel gibt es nicht", "Vielleicht wurde er entfernt."),
        "not_ready": ("Dieser Titel wird vorbereitet", "Er beginnt hier, sobald er abgespielt werden kann."),
        "failed": ("Dieser Titel kann nicht abgespielt werden", "{site} muss die Datei prüfen."),
        "no_such_skin": (
            "Diesen Player gibt es nicht",
            "Der Code auf dieser Seite fordert einen unbekannten Player an.",
        ),
        "other": ("Dieser Titel kann gerade nicht gezeigt werden", "Versuchen Sie es später noch einmal."),
    },
}
OPEN_LINK_TEXTS = {"en": "Open {site}", "de": "{site} öffnen"}
REFRESH_S = 10


def negotiate_language(requested: str, accepted: str) -> str:
    """The language of the page: the one in the address, else the first known one in `Accept-Language` (RFC 9110
    §12.5.4; weights are ignored), else English."""
    for tag in [requested, *accepted.split(",")]:
        language = tag.partition(";")[0].strip().lower().partition("-")[0]
        if language in REFUSAL_TEXTS:
            return language
    return "en"


def player_page(skin: str, config: PlayerConfiguration, language: str) -> str:
    background = "#0b0d12" if skin == "video" else "transparent"
    config_script = json_script("application/json", {"skin": skin, "config": config}, "otnet-config")
    title = html.escape(config["title"])
    return PLAYER_PAGE.format(
        title=title, start=START_SCRIPT, background=background, config=config_script, language=language
    )


def refusal_page(code: str, language: str, site: str, url: str, message: str = "") -> str:
    """The message for an error code. `url` is the page of the title on the organization's site, linked in a new tab.
    `message` is the organization's own, if it has one."""
    texts = REFUSAL_TEXTS[language]
    title, remedy = texts.get(code, texts["other"])
    title = message or title
    values = {"title": title, "remedy": remedy, "open": OPEN_LINK_TEXTS[language], "code": code, "url": url}
    escaped = {name: html.escape(text.replace("{site}", site)) for name, text in values.items()}
    refresh = f'<meta http-equiv="refresh" content="{REFRESH_S}">\n' if code == "not_ready" else ""
    return REFUSAL_PAGE.format(language=language, refresh=refresh, **escaped)


def frame_ancestors(sites: Sequence[str] | None) -> str:
    """The frame-ancestors directive of an embed page (CSP level 3 §6.4.2). Without sites, every site may embed it."""
    return "frame-ancestors " + (" ".join(["'self'", *sites]) if sites else "*")
