"""Playback of packaged titles in every skin with DASH and HLS: video, audio, captions, qualities and chapters."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.harness import until
from tests.pages import Pages
from tests.player.conftest import SECONDS, SKINS, WORDS, Opener, Player, film, sound
from tests.player.server import PlayerServer


def with_source(config: dict, kind: str) -> dict:
    return config | {"sources": {kind: config["sources"][kind]}}


def brightness(player: Player) -> float:
    """The range of brightness in the picture: 0 for a black frame."""
    return player.js(
        "(() => { const c = document.createElement('canvas'); c.width = 64; c.height = 36; const g = c.getContext('2d');"
        "g.drawImage(v, 0, 0, 64, 36); const d = [...g.getImageData(0, 0, 64, 36).data]; return Math.max(...d.filter((_, i) => i % 4 < 3))"
        " - Math.min(...d.filter((_, i) => i % 4 < 3)); })()"
    )


@pytest.mark.parametrize("kind", ["dash", "hls"])
@pytest.mark.parametrize("skin", SKINS)
def test_each_skin_plays_a_film(open_player: Opener, server: PlayerServer, media: Path, skin: str, kind: str) -> None:
    player = open_player(skin, with_source(film(media), kind))
    assert server.asked("/chunks/shaka") == [] and server.asked("/media/film") == [], "nothing is fetched before play"
    player.play()
    player.advances()
    assert abs(player.js("v.duration") - SECONDS) < 0.2
    assert brightness(player) > 100 and player.js("e.error") is None
    assert [q["height"] for q in player.js("e.qualities()")] == [360, 240]
    assert player.js("e.texts().map(t => t.language).sort()") == ["de", "en"]
    expect(player.part(".title")).to_have_text("The Night Train")


@pytest.mark.parametrize("skin", SKINS)
def test_each_skin_plays_audio(open_player: Opener, skin: str) -> None:
    player = open_player(skin, sound())
    player.play()
    player.advances()
    assert player.js("v.videoWidth") == 0 and player.js("e.qualities()") == []
    player.js("e.seek(9)")
    if skin == "audio":
        expect(player.part(".chapter-now")).to_have_text("Weather")
        assert "url(" in player.js(
            "p.shadowRoot.querySelector('media-time-range').style.getPropertyValue('--_waveform')"
        )


def test_captions_by_menu_and_key_and_in_the_style_of_the_viewer(open_player: Opener, media: Path) -> None:
    player = open_player("video", film(media))
    player.play()
    layer = player.part(".captions")
    player.part("media-settings-menu-button").click()
    player.page.get_by_role("menuitem", name="Captions").first.click()
    player.page.get_by_role("menuitemradio", name="German").click()
    expect(layer).to_contain_text(WORDS["de"][0])
    player.js("e.seek(13)")
    expect(layer).to_contain_text(WORDS["de"][1])
    player.part("media-controller").focus()
    player.press("c")
    expect(layer).not_to_contain_text(WORDS["de"][1])
    player.press("c")
    expect(layer).to_contain_text(WORDS["en"][1])

    player.part("media-settings-menu-button").click()
    player.page.get_by_role("menuitem", name="Caption style").click()
    player.part("dialog select[name=colour]").select_option("yellow")
    player.part("dialog select[name=size]").select_option("huge")
    span = player.part(".captions .shaka-text-container span").last
    expect(span).to_have_css("color", "rgb(255, 225, 77)")
    player.press("Escape")
    expect(player.part("dialog")).to_have_count(0)
    # Both settings are kept for the next title.
    player.page.reload()
    player.page.wait_for_selector("otnet-video[dressed]")
    player.play()
    expect(span).to_have_css("color", "rgb(255, 225, 77)")
    expect(layer).to_contain_text(WORDS["en"][0])


def test_captions_from_the_configuration(open_player: Opener, server: PlayerServer, media: Path) -> None:
    server.configs["/fr.vtt"] = None
    path = media / "fr.vtt"
    path.write_text("WEBVTT\n\n00:00.000 --> 00:24.000\nLes mots\n")
    extra = [{"src": "/media/fr.vtt", "language": "fr", "label": "Français", "default": True}]
    player = open_player("square", film(media, captions=extra))
    player.play()
    expect(player.part(".captions")).to_contain_text("Les mots")


def test_quality_menu_switches_renditions(open_player: Opener, media: Path) -> None:
    player = open_player("video", film(media))
    player.play()
    player.js("void e.setSpeed(4)")
    player.until("it has settled on the best", "v.videoHeight === 360")
    for height in (240, 360):
        player.part("media-settings-menu-button").click()
        player.page.get_by_role("menuitem", name="Quality").click()
        player.page.get_by_role("menuitemradio", name=f"{height}p", exact=True).click()
        player.until(f"{height}p shows", f"v.videoHeight === {height}")
        assert player.js("e.quality").startswith(f"{height}-")
        player.press("Escape")
    player.js("e.setQuality('auto')")
    assert player.js("e.quality") == "auto"
    player.advances()


def test_audio_menu_switches_tracks(open_player: Opener, server: PlayerServer, media: Path) -> None:
    """The manifest offers the same audio track as two languages."""
    manifest = (media / "film" / "main.mpd").read_text()
    (track,) = re.findall(r'<AdaptationSet id="1" contentType="audio".*?</AdaptationSet>', manifest, re.DOTALL)
    tracks = [
        track.replace('lang="und"', f'lang="{language}"')
        .replace('id="1"', f'id="{10 + i}"')
        .replace(">Audio<", f">{label}<")
        for i, (language, label) in enumerate([("en", "English"), ("de", "Deutsch")])
    ]
    served = (200, {"content-type": "application/dash+xml"}, manifest.replace(track, "".join(tracks)).encode())
    server.faults.append(lambda path: served if path.endswith(".mpd") else None)
    player = open_player("audio", film(media))
    player.play()
    assert [a["label"] for a in player.js("e.audios()") if a["active"]] == ["English"]
    player.part("media-settings-menu-button").click()
    player.page.get_by_role("menuitem", name="Audio").click()
    player.page.get_by_role("menuitemradio", name="Deutsch").click()
    player.until("the other is heard", "e.audios().find(a => a.active).language === 'de'")
    player.advances()


def test_chapters_and_thumbnails_on_the_seek_bar(open_player: Opener, media: Path) -> None:
    player = open_player("video", film(media))
    player.play()
    expect(player.part(".chapter-now")).to_have_text("Departure")
    bar = player.part("media-time-range")
    box = bar.bounding_box()
    player.page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    player.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    until("a tile shows", lambda: "0.jpg" in (bar.get_attribute("mediapreviewimage") or ""), 30)
    expect(bar.locator("media-preview-chapter-display")).to_have_attribute("mediapreviewchapter", "The border")
    assert len(bar.locator("#segments-clipping rect").all()) == 3
    tile = player.js("e.thumbnail(13)")
    assert tile["width"] > 0 and tile["url"].endswith(".jpg")

    player.part("media-settings-menu-button").click()
    chapters = player.page.get_by_role("menuitem", name="Chapters")
    assert "Departure" in chapters.evaluate(
        "item => item.shadowRoot.querySelector('slot[name=description]').textContent"
    )
    chapters.click()
    player.page.get_by_role("menuitemradio", name="Arrival").click()
    player.until("it is there", "v.currentTime >= 16")
    expect(player.part(".chapter-now")).to_have_text("Arrival")
    assert "Arrival" in chapters.evaluate("item => item.shadowRoot.querySelector('slot[name=description]').textContent")
    player.page.evaluate("c => document.querySelector('otnet-video').setup(c)", film(media, chapters=[]))
    expect(player.part(".chapter-now")).to_have_text("")
    player.play()
    # The poster was shown before playback started.
    assert player.js("v.poster").endswith("/media/poster.jpg")
    expect(player.part("media-poster-image")).to_be_hidden()


def test_several_players_load_shaka_once(pages: Pages, server: PlayerServer, media: Path) -> None:
    page = pages.open(width=960, height=640, color_scheme="light")
    config = server.config(film(media))
    body = "".join(f'<div style="width:240px"><otnet-{s} src="{config}"></otnet-{s}></div>' for s in SKINS)
    page.goto(server.page(body))
    for skin in SKINS:
        page.wait_for_selector(f"otnet-{skin}[dressed]")
    assert server.asked("/chunks/shaka") == []
    for skin in SKINS:
        Player(page, skin).play()
    assert len(server.asked("/chunks/shaka")) == 1


def test_moving_keeps_and_removing_releases_the_player(open_player: Opener, media: Path) -> None:
    player = open_player("video", film(media))
    player.play()
    player.js("void (window.kept = e, document.body.append(p))")
    player.advances()
    assert player.js("e === window.kept")
    player.page.evaluate("() => document.querySelector('otnet-video').remove()")
    until("it has let go", lambda: player.page.evaluate("() => window.kept.state === 'idle' && !window.kept.video.src"))
