"""Names of subtitle files: the film that a file belongs to, its language and its roles."""

from __future__ import annotations

import unicodedata
from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otnet_server.media.roles import Role
from otnet_server.media.subtitle_names import SubtitleName, film_key, film_of, is_subtitle, parse_words

SDH, FORCED, COMMENTARY = (Role.SDH,), (Role.FORCED,), (Role.COMMENTARY,)

# The words after the name of the film → what they say; None: the file is of another film.
WORDS: dict[str, tuple[object, ...] | None] = {
    "": (),
    ".en": ("en",),
    ".eng": ("en",),
    ".SV": ("sv",),
    ".English": ("en",),
    ".german": ("de",),
    ".Deutsch": ("de",),
    ".français": ("fr",),
    ".Francais": ("fr",),
    ".中文": ("zh",),
    ".Tiếng Việt": ("vi",),
    "_it": ("it",),
    "-en": ("en",),
    " (English) [SDH]": ("en", SDH),
    ".pt-BR": ("pt-BR",),
    ".pt_br": ("pt-BR",),
    ".es-419": ("es-419",),
    ".zh-Hans-CN": ("zh-Hans-CN",),
    ".zho-tw": ("zh-TW",),
    ".chs": ("zh-Hans",),
    ".Brazilian.por": ("pt-BR",),
    ".Chinese (Traditional)": ("zh-Hant",),
    ".Latin American.spa": ("es-419",),
    ".Portuguese (Brazil)": ("pt-BR",),
    ".Português (Brasil)": ("pt-BR",),
    ".Español (Latinoamérica)": ("es-419",),
    ".English (UK)": ("en-GB",),
    ".en.us": ("en-US",),
    ".中文(简体)": ("zh-Hans",),
    ".繁體中文": ("zh-Hant",),
    ".Serbian (Latin)": ("sr-Latn",),
    ".sr-Latn-RS": ("sr-Latn-RS",),
    ".日本語": ("ja",),
    ".العربية": ("ar",),
    ".en.de": ("en",),
    ".en.sdh": ("en", SDH),
    ".sdh.da": ("da", SDH),
    ".nl.cc": ("nl", SDH),
    ".es.forced": ("es", FORCED),
    ".de.forced.default": ("de", FORCED, True),
    ".en.commentary": ("en", COMMENTARY),
    ".sdh": ("und", SDH),
    # hi is a language only where no other word is one.
    ".hi": ("hi",),
    ".hi-IN": ("hi-IN",),
    ".hi.forced": ("hi", FORCED),
    ".hi.sdh": ("hi", SDH),
    ".en.hi": ("en", SDH),
    ".hi.en": ("en", SDH),
    ".en-hi": ("en", SDH),
    ".hin.hi": ("hi", SDH),
    ".Hindi": ("hi",),
    ".en.2": ("en",),
    ".1080p.BluRay.en": ("en",),
    ".mkv.en": ("en",),
    ".Extended.en": None,
    ".2.en": None,
    " 2.en": None,
    "2.en": None,
    "en": None,
    ".Part 2": None,
    ".the": None,
}


@pytest.mark.parametrize(("words", "said"), WORDS.items())
def test_words_after_the_name_of_the_film(words: str, said: tuple[object, ...] | None) -> None:
    found = film_of(PurePath(f"Film{words}.srt"), {"film"})
    assert found == (None if said is None else ("film", SubtitleName(*said)))  # type: ignore[arg-type]


# (path, films beside it) → the film that it belongs to, and its language.
PLACES = {
    ("Show.S01E01.Extended.en.srt", ("Show.S01E01.mkv", "Show.S01E01.Extended.mkv")): ("Show.S01E01.Extended", "en"),
    ("Show.S01E01.Extended.en.srt", ("Show.S01E01.mkv",)): None,
    ("Show.S01E01.en.srt", ("Show.S01E01.mkv", "Show.S01E01.Extended.mkv")): ("Show.S01E01", "en"),
    ("Show.S01E10.en.srt", ("Show.S01E1.mkv",)): None,
    ("Film.en.srt", ("Film.mkv", "Film.en.mkv")): ("Film.en", "und"),
    ("FILM.DE.SRT", ("Film.mkv",)): ("Film", "de"),
    ("Straße.de.srt", ("STRASSE.mkv",)): ("STRASSE", "de"),
    ("Subs/2_English.srt", ("Film.mkv",)): ("Film", "en"),
    ("Subs/2_English.srt", ("Film.mkv", "Film-sample.mkv")): ("Film", "en"),
    ("Subs/2_English.srt", ("Film.mkv", "Other.mkv")): None,
    ("subtitles/Film.fr.srt", ("Film.mkv", "Other.mkv")): ("Film", "fr"),
    ("Subs/Film/2_English.srt", ("Film.mkv", "Other.mkv")): ("Film", "en"),
    ("Subs/Film/Film.de.forced.srt", ("Film.mkv",)): ("Film", "de"),
    ("Subs/Other/2_English.srt", ("Film.mkv",)): None,
    ("Subs/a/b/English.srt", ("Film.mkv",)): None,
    ("Extras/Film.en.srt", ("Film.mkv",)): None,
    ("Film.en.txt", ("Film.mkv",)): None,
    (".Film.en.srt", ("Film.mkv",)): None,
}


@pytest.mark.parametrize(("place", "belongs"), PLACES.items())
def test_a_subtitle_file_belongs_to_one_film(
    place: tuple[str, tuple[str, ...]], belongs: tuple[str, str] | None
) -> None:
    path, films = place
    found = film_of(PurePath(path), {film_key(film) for film in films})
    assert (found and (found[0], found[1].language)) == (belongs and (film_key(f"{belongs[0]}.x"), belongs[1]))


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("other", ["NFC", "NFD"])
def test_names_match_in_every_unicode_form(form: str, other: str) -> None:
    film = film_key(unicodedata.normalize(form, "Crème Brûlée.mkv"))  # type: ignore[arg-type]
    subtitle = unicodedata.normalize(other, "CRÈME BRÛLÉE.fr.srt")  # type: ignore[arg-type]
    assert film_of(PurePath(subtitle), {film}) == (film, SubtitleName("fr"))


@given(st.text(max_size=60))
def test_any_words_can_be_read(text: str) -> None:
    parse_words(text)
    assert parse_words(text, numbered=True, strict=False) is not None


def test_subtitle_files_are_recognized_by_their_extension() -> None:
    assert all(map(is_subtitle, ("a.srt", "b.VTT", "c.ass", "d.ttml", "e.sub")))
    assert not any(map(is_subtitle, (".a.srt", "a.txt", "srt", "")))
