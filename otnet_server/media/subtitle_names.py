"""What the name of a subtitle file says: the film that it belongs to, its language and its roles. Pure.

Names are compared without case and in one Unicode form, because file systems differ in both. A subtitle file beside a
film begins with the film's name, followed only by words that are understood: `Film.en.srt`, `Film.pt-BR.forced.srt`,
`Film (English) [SDH].srt`. With any other word it is of another film: `Film.Extended.en.srt`. Files in a folder `Subs`
may be named the same, or by their language alone: `Subs/2_English.srt` for the only film beside the folder,
`Subs/Film/2_English.srt` for the film of this name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from itertools import islice
from pathlib import PurePath
from typing import NamedTuple

from otnet_server.media import languages
from otnet_server.media.roles import Role, ordered

SUBTITLE_EXTENSIONS = frozenset({"srt", "vtt", "ass", "ssa", "ttml", "dfxp", "sub", "smi"})
SUBTITLE_FOLDERS = frozenset({"subs", "sub", "subtitles", "subtitle"})
_SEPARATORS = r"[\s._\-()\[\]{}+,&~]+"
_EXTRAS = re.compile(rf"(?:^|{_SEPARATORS})(?:sample|trailer)(?:$|{_SEPARATORS})")
_FLAGS: dict[str, Role | None] = {
    "forced": Role.FORCED, "foreign": Role.FORCED, "sdh": Role.SDH, "cc": Role.SDH, "hoh": Role.SDH,
    "captions": Role.SDH, "closed captions": Role.SDH, "hearing impaired": Role.SDH, "commentary": Role.COMMENTARY,
    "comments": Role.COMMENTARY, "director commentary": Role.COMMENTARY, "default": None,
}  # fmt: skip
# Other names of languages. A more specific tag of the same language replaces a less specific one.
_OTHER_NAMES = {
    "chs": "zh-Hans", "cht": "zh-Hant", "simplified": "zh-Hans", "traditional": "zh-Hant", "mandarin": "zh",
    "simplified chinese": "zh-Hans", "traditional chinese": "zh-Hant", "简体": "zh-Hans", "简体中文": "zh-Hans",
    "繁體": "zh-Hant", "繁体": "zh-Hant", "繁體中文": "zh-Hant", "繁体中文": "zh-Hant", "brazilian": "pt-BR",
    "brazilian portuguese": "pt-BR", "ptbr": "pt-BR", "pt br": "pt-BR", "pob": "pt-BR", "pb": "pt-BR",
    "european portuguese": "pt-PT", "european por": "pt-PT", "european spanish": "es-ES",
    "portuguese european": "pt-PT", "spanish european": "es-ES", "european spa": "es-ES", "castilian": "es-ES",
    "castellano": "es-ES", "latin american": "es-419", "latin american spanish": "es-419", "latino": "es-419",
    "canadian": "fr-CA", "canadian french": "fr-CA", "en us": "en-US", "en gb": "en-GB", "en uk": "en-GB",
    "zh cn": "zh-CN", "zh tw": "zh-TW", "zh hk": "zh-HK", "jp": "ja", "cz": "cs", "farsi": "fa", "flemish": "nl-BE",
    "norwegian bokmal": "nb",
}  # fmt: skip
# Scripts and regions, as they follow the name of a language: “Chinese (Traditional)”, “Português (Brasil)”.
_DETAILS = {languages.name_key(name): code for code, name in languages.REGION_NAMES.items()} | {
    "brasil": "BR", "espana": "ES", "latinoamerica": "419", "america latina": "419", "latin american": "419",
    "brazilian": "BR", "canadian": "CA", "us": "US", "usa": "US", "uk": "GB", "deutschland": "DE",
    "osterreich": "AT", "schweiz": "CH", "suisse": "CH", "belgie": "BE", "belgique": "BE", "simplified": "Hans",
    "traditional": "Hant", "latin": "Latn", "cyrillic": "Cyrl", "简体": "Hans", "繁體": "Hant", "繁体": "Hant",
}  # fmt: skip
# Words of releases and of subtitle sites that say nothing about the text.
_NOISE = frozenset(
    """sub subs subtitle subtitles srt ass utf8 utf 8 retail full dialogue dialog track text language lang orig hd sd
    uhd 2160p 1080p 1080i 720p 576p 480p 4k bluray blu ray brrip bdrip bd web dl webdl webrip hdtv dvd dvdrip remux x264
    x265 h264 h265 h 264 265 hevc avc aac ac3 dts ddp5 1 hdr hdr10 10bit proper repack yify yts mx rarbg
    opensubtitles addic7ed org com www mkv mp4 m4v avi mov webm wmv mpg""".split()  # noqa: SIM905
)


class SubtitleName(NamedTuple):
    """`language` is a BCP 47 tag. `default`: the text is to be shown unless the viewer chooses otherwise."""

    language: str = "und"
    roles: tuple[Role, ...] = ()
    default: bool = False


def is_subtitle(name: str) -> bool:
    """Whether the file name has the extension of a subtitle file. Hidden files are ignored."""
    stem, _, extension = name.rpartition(".")
    return bool(stem) and not name.startswith(".") and extension.lower() in SUBTITLE_EXTENSIONS


def name_key(name: str) -> str:
    """A file or folder name in the form in which names are compared."""
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def film_key(name: str) -> str:
    """The name of a media file without its extension, in the form in which names are compared."""
    return name_key(name.rpartition(".")[0])


def is_subtitle_folder(name: str) -> bool:
    return name.lower() in SUBTITLE_FOLDERS


def film_of(subtitle: PurePath, films: Collection[str]) -> tuple[str, SubtitleName] | None:
    """The film that a subtitle file belongs to, as one of `films` (the keys of the media files in a folder), and what
    its name says; None when it belongs to none of them. `subtitle` is relative to that folder."""
    *folders, name = subtitle.parts
    if not is_subtitle(name) or len(folders) > 2 or (folders and not is_subtitle_folder(folders[0])):
        return None
    stem = film_key(name)
    if len(folders) == 2:
        film = name_key(folders[1])
        return (film, _in_folder(stem.removeprefix(film))) if film in films else None
    for end in range(len(stem), 0, -1):
        if stem[:end] in films and (said := parse_words(stem[end:])) is not None:
            return stem[:end], said
    candidates = list(islice((film for film in films if not _EXTRAS.search(film)), 2)) if folders else []
    if len(candidates) != 1 or (said := parse_words(stem, numbered=True)) is None:
        return None
    return candidates[0], said


def _in_folder(words: str) -> SubtitleName:
    """What the name of a file in the folder of its film says; it may have any other words."""
    return parse_words(words, numbered=True) or parse_words(words, numbered=True, strict=False) or SubtitleName()


def sidecar_stem(film: str, said: SubtitleName, number: int = 1) -> str | None:
    """The name, without its extension, of a subtitle file beside `film` (the name of a media file without extension)
    that says exactly this: `Film.pt-BR.forced`. From the second on, `number` tells files apart that say the same. None
    when a name can't say it, such as an unknown language."""
    flags = [role.value for role in said.roles] + (["default"] if said.default else [])
    words = [said.language, *([str(number)] if number > 1 else []), *flags]
    text = "".join(f".{word}" for word in words)
    return f"{film}{text}" if parse_words(text) == said else None


def parse_words(text: str, *, numbered: bool = False, strict: bool = True) -> SubtitleName | None:
    """What the words after the name of a film say. None when one is not understood, or when they do not begin apart
    from the name. `numbered`: a number may come before the language. Not `strict`: other words are ignored.

    `hi` is Hindi where no other word names a language, and otherwise means hearing impaired.
    """
    if text and not numbered and re.match(_SEPARATORS, text) is None:
        return None
    parts = re.split(f"({_SEPARATORS})", name_key(text))
    words, joints = parts[0::2], parts[1::2]
    roles: list[Role] = []
    language, default, hi, at = "und", False, 0, 0
    while at < len(words):
        taken, language_tag = _language_at(words, joints, at)
        phrases = [" ".join(words[at : at + n]) for n in (2, 1)]
        flag = next((phrase for phrase in phrases if phrase in _FLAGS), None)
        detail = next((phrase for phrase in phrases if languages.name_key(phrase) in _DETAILS), None)
        if detail is not None and language != "und" and "-" not in language:
            taken = detail.count(" ") + 1
            language = f"{language}-{_DETAILS[languages.name_key(detail)]}"
        elif words[at] == "hi" and language_tag == "hi":
            hi += 1
        elif flag is not None:
            taken = flag.count(" ") + 1
            role = _FLAGS[flag]
            roles += [role] if role is not None else []
            default |= role is None
        elif taken:
            language = _more_specific(language, language_tag)
        elif words[at].isdecimal() and (numbered or language != "und" or hi):
            taken = 1
        elif words[at] and words[at] not in _NOISE and strict:
            return None
        at += max(1, taken)
    if hi and language == "und":
        language, hi = "hi", hi - 1
    return SubtitleName(language, ordered([*roles, *([Role.SDH] if hi else [])]), default)


def _language_at(words: list[str], joints: list[str], at: int) -> tuple[int, str]:
    """(number of words, tag) of the language that is named at a place; (0, "") when none is."""
    for count in (3, 2, 1):
        phrase = languages.name_key(" ".join(words[at : at + count]))
        if len(words[at : at + count]) == count and (
            known := _OTHER_NAMES.get(phrase) or languages.TAGS_BY_NAME.get(phrase)
        ):
            return count, known
    if not languages.is_code(words[at]):
        return 0, ""
    subtags: list[str] = []
    while at + len(subtags) + 1 < len(words) and joints[at + len(subtags)] in ("-", "_"):
        following = words[at + len(subtags) + 1]
        if not re.fullmatch(r"hans|hant|latn|cyrl|arab|[a-z]{2}|419|001|150", following) or following in ("hi", "cc"):
            break
        subtags.append(following)
    return 1 + len(subtags), languages.tag("-".join([words[at], *subtags]))


def _more_specific(first: str, second: str) -> str:
    """The first language that is named; the more specific tag when both are of one language."""
    if first == "und":
        return second
    same = first.partition("-")[0] == second.partition("-")[0]
    return second if same and len(second) > len(first) else first
