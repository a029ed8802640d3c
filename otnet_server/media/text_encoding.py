"""Decode subtitle files: Unicode by its byte order mark or its structure, legacy encodings by what the text then says.

A legacy encoding is accepted only when the result is plausible: its letters belong to the language that the file name
states, or else to the language that chardet recognizes. Text that is plausible in no encoding is refused, because
readable subtitles in a wrong encoding are worse than none. Pure.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import cache

from otnet_server.errors import MediaError

MAX_SAMPLE_LINES = 500
MAX_LINE_BYTES = 2000
MIN_PLAUSIBILITY = 0.8
# Detected without a language in the file name, a text must be clearly more probable than its other readings.
MIN_MARGIN = 1.15
PLAUSIBILITY_TOLERANCE = 0.02
CONFIDENCE_TOLERANCE = 0.97
# Fewer characters that are not ASCII than this share may be read as in English texts: a mistake costs a letter.
RARE = 1 / 200

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ESCAPES = ((b"\x1b$)C", "iso2022_kr"), (b"\x1b$", "iso2022_jp_2"), (b"\x1b(J", "iso2022_jp_2"), (b"~{", "hz"))

_WESTERN = "cp1252 iso8859-15 mac_roman cp850 cp437"
_CENTRAL = "cp1250 iso8859-2 cp852 mac_latin2"
_CYRILLIC = "cp1251 koi8-r koi8-u iso8859-5 cp866 cp855 mac_cyrillic"
_BALTIC = "cp1257 iso8859-13 iso8859-4 cp775"
_CHINESE = "gb18030 big5hkscs"
# Letters beside a–z, and the encodings of each language.
_LANGUAGES: dict[str, tuple[str, str]] = {
    "en": ("éèêëïöüçñà", _WESTERN),
    "fr": ("àâæçéèêëîïôœùûüÿ", _WESTERN),
    "de": ("äöüßé", _WESTERN),
    "es": ("áéíóúüñªº", _WESTERN),
    "pt": ("áâãàçéêíóôõúüªº", _WESTERN),
    "it": ("àèéìíîòóùú", _WESTERN),
    "nl": ("áéíóúèëïöüê", _WESTERN),
    "ca": ("àçèéíïòóúü·", _WESTERN),
    "gl": ("áéíóúüñ", _WESTERN),
    "eu": ("ñüç", _WESTERN),
    "sv": ("åäöéü", _WESTERN),
    "da": ("æøåéü", _WESTERN + " cp865"),
    "nb": ("æøåéèêòóôü", _WESTERN + " cp865"),
    "fi": ("äöåšž", _WESTERN),
    "is": ("áðéíóúýþæö", _WESTERN + " cp861 mac_iceland"),
    "et": ("äöõüšž", f"{_BALTIC} {_WESTERN}"),
    "id": ("é", _WESTERN),
    "sq": ("çë", f"{_WESTERN} cp1250"),
    "pl": ("ąćęłńóśźż", _CENTRAL),
    "cs": ("áčďéěíňóřšťúůýž", _CENTRAL),
    "sk": ("áäčďéíĺľňóôŕšťúýž", _CENTRAL),
    "hu": ("áéíóöőúüű", _CENTRAL),
    "sl": ("čšžćđ", _CENTRAL),
    "hr": ("čćđšž", _CENTRAL),
    "bs": ("čćđšž", _CENTRAL),
    "sr": ("čćđšžабвгдежзијклмнопрстћуфхцчџшђљњ", f"{_CYRILLIC} {_CENTRAL}"),
    "ro": ("ăâîşţșț", f"{_CENTRAL} iso8859-16"),
    "tr": ("çğıöşüâîû", "cp1254 iso8859-9 cp857 mac_turkish"),
    "az": ("çğıöşüə", "cp1254"),
    "lt": ("ąčęėįšųūž", _BALTIC),
    "lv": ("āčēģīķļņšūž", _BALTIC),
    "ru": ("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", _CYRILLIC),
    "uk": ("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", _CYRILLIC),
    "be": ("абвгдеёжзійклмнопрстуўфхцчшыьэюя", _CYRILLIC),
    "bg": ("абвгдежзийклмнопрстуфхцчшщъьюя", _CYRILLIC),
    "mk": ("абвгдѓежзѕијклљмнњопрстќуфхцчџш", _CYRILLIC),
    "el": ("αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ", "cp1253 iso8859-7 cp737 cp869 mac_greek"),
    "he": ("אבגדהוזחטיכךלמםנןסעפףצץקרשת", "cp1255 iso8859-8 cp862"),
    "ar": ("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي", "cp1256 iso8859-6 cp720"),
    "fa": ("ءآأؤإئابپةتثجچحخدذرزژسشصضطظعغفقکكگلمنهوىيی", "cp1256"),
    "ur": ("ءآأؤإئابپةتٹثجچحخدڈذرڑزژسشصضطظعغفقکكگلمنںهھوہىيیے", "cp1256"),
    "th": ("".join(map(chr, range(0xE01, 0xE5C))), "cp874 tis-620"),
    "vi": ("àáâãèéêìíòóôõùúýăđĩũơưđ\u0300\u0301\u0303\u0309\u0323", "cp1258"),
    "zh": ("", _CHINESE),
    "ja": ("", "cp932 euc_jis_2004"),
    "ko": ("", "cp949 johab"),
}
_ALIASES = {"no": "nb", "nn": "nb", "sh": "hr", "yue": "zh", "cmn": "zh", "iw": "he", "mo": "ro", "ms": "id"}
# Encodings that chardet names, and those that contain them.
_EXTENDED = {"euc_jp": "euc_jis_2004", "big5": "big5hkscs", "euc_kr": "cp949", "shift_jis": "cp932"}
_PUNCTUATION = frozenset("“”„‘’‚«»‹›–—…¿¡°€£©®™•♪·´\u00a0\u00ad\u200e\u200f؟،؛")
_SYMBOLS = frozenset("¼½¾²³§¶±×÷¢¥µ¨")  # in texts of any encoding
_MISPLACED = re.compile(r"[^\W\d_](?:[“‘«‹–°♪•¼½¾²³§¶±×÷¢¥µ¨](?=[^\W\d_])|[¡¿€£©‚„])|[ςךםןףץ](?=[^\W\d_])")
_TONE_BEARERS = frozenset("aăâeêioôơuưy")  # Vietnamese in Windows-1258 has tones as combining marks
# The characters of Windows-1252 that are not those of Latin-1 → their bytes.
_WINDOWS_1252_BYTES = {
    ord(c): byte for byte in range(0x80, 0xA0) if (c := bytes([byte]).decode("cp1252", "replace")) != "\ufffd"
}
_TIMES = re.compile(rb"^[ \t]*(?:\d+|[\d:.,]+[ \t]*-->.*)[ \t]*\r?$", re.MULTILINE)


def decode(data: bytes, language: str = "und") -> str:
    """The text of a subtitle file. `language` is the BCP 47 tag that its name states. Raises MediaError (stage `text`)
    when no encoding gives a plausible text."""
    for byte_order_mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(byte_order_mark):
            return _checked(_encoded_once(data.decode(encoding, "replace")))
    if utf16 := _utf16_without_mark(data):
        return _checked(data.decode(utf16, "replace"))
    for escape, encoding in _ESCAPES:
        if escape in data and data.isascii():
            text = data.decode(encoding, "replace")
            if "\ufffd" not in text:
                return text
    if _is_nearly_utf8(data):
        return _checked(_encoded_once(data.decode("utf-8", "replace")))
    return _decode_legacy(data, language)


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 has a zero byte beside every digit and space, of which every subtitle file has many."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if max(even, odd) * 8 < len(data) or min(even, odd) * 4 > max(even, odd):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _is_nearly_utf8(data: bytes) -> bool:
    """Whether the data is UTF-8, but for a few damaged characters: at most one for 4 that are intact."""
    text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    return damaged == 0 or damaged * 4 <= sum(c > "\x7f" for c in text) - damaged


def _encoded_once(text: str) -> str:
    """The text; if it was taken for Windows-1252 and encoded a second time (“Ã©” for “é”), as it was before."""
    first = text.translate(_WINDOWS_1252_BYTES)
    if text.isascii() or not all(c <= "\xff" for c in first):
        return text
    try:
        return first.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return text


def _checked(text: str) -> str:
    """The text, unless much of it is no text. Null characters are removed."""
    bad = sum(c == "\ufffd" or unicodedata.category(c) in ("Cn", "Co") for c in text)
    if bad * 20 > len(text):
        raise _refusal()
    return text.replace("\0", "")


def _decode_legacy(data: bytes, language: str) -> str:
    words = _TIMES.sub(b"", data)
    rare = sum(byte > 0x7F for byte in words) < RARE * len(words)
    lines = [line for line in words.split(b"\n") if not line.isascii() and len(line) <= MAX_LINE_BYTES]
    words = b"\n".join(lines[:MAX_SAMPLE_LINES])
    if not words:
        raise _refusal()
    primary = language.partition("-")[0].lower()
    primary = _ALIASES.get(primary, primary)
    encoding = _encoding_of_language(words, primary) if primary in _LANGUAGES else None
    if rare:
        encoding = encoding or _encoding_of_language(words, "en") or "cp1252"
    encoding = encoding or _most_probable_encoding(words)
    if encoding is None:
        raise _refusal()
    text = data.decode(encoding, "replace").replace("\0", "")
    return unicodedata.normalize("NFC", text) if encoding == "cp1258" else text


def _encoding_of_language(words: bytes, language: str) -> str | None:
    """The encoding in which the words are most plausible in a language. Of equally plausible ones, chardet's choice."""
    encodings = _LANGUAGES[language][1].split()
    scores = {e: p for e in encodings if (p := _plausibility(words, e, language)) >= MIN_PLAUSIBILITY}
    if not scores:
        return None
    highest = max(scores.values())
    best = tuple(e for e in scores if scores[e] >= highest - PLAUSIBILITY_TOLERANCE)
    confidence = dict(_detected(words, best))
    most = max(confidence.values(), default=0.0)
    # Of about equally probable encodings, the first one is the most widespread.
    return next((e for e in best if confidence.get(e, 0.0) >= CONFIDENCE_TOLERANCE * most), best[0])


def _most_probable_encoding(words: bytes) -> str | None:
    """The most probable encoding without a known language; None when another reading is about as probable."""
    readings: list[tuple[float, float, str]] = []
    for encoding, confidence in _detected(words, _all_encodings()):
        languages = [known for known, (_, encodings) in _LANGUAGES.items() if encoding in encodings.split()]
        plausibility = max(_plausibility(words, encoding, language, lenient=False) for language in languages)
        readings.append((plausibility, confidence, encoding))
    best = max((plausibility for plausibility, _, _ in readings), default=0.0)
    if best < MIN_PLAUSIBILITY:
        return None
    texts: dict[str, tuple[float, str]] = {}
    for plausibility, confidence, encoding in readings:
        if plausibility >= best - PLAUSIBILITY_TOLERANCE:
            texts.setdefault(words.decode(encoding, "replace"), (confidence, encoding))
    (first, encoding), *others = sorted(texts.values(), reverse=True)
    return encoding if all(first >= MIN_MARGIN * other for other, _ in others) else None


def _detected(words: bytes, encodings: tuple[str, ...]) -> list[tuple[str, float]]:
    """(encoding, confidence) of chardet's candidates among these encodings, the most probable first."""
    import chardet  # imported on demand: large and rarely needed

    guesses = chardet.detect_all(
        words, ignore_threshold=True, include_encodings=encodings, no_match_encoding=encodings[0]
    )
    named = [(codecs.lookup(guess["encoding"]).name, guess["confidence"]) for guess in guesses if guess["encoding"]]
    names = {codecs.lookup(encoding).name: encoding for encoding in encodings}
    guessed = [(names.get(_EXTENDED.get(name, name), ""), confidence) for name, confidence in named]
    return [(name, confidence) for name, confidence in guessed if name]


@cache
def _all_encodings() -> tuple[str, ...]:
    return tuple(dict.fromkeys(e for _, encodings in _LANGUAGES.values() for e in encodings.split()))


def _plausibility(words: bytes, encoding: str, language: str, lenient: bool = True) -> float:
    """1: every character that is not ASCII belongs to the language; 0: as many do as do not. `lenient`: symbols and
    half-width kana, which also appear in texts of other encodings, do not count."""
    try:
        text = words.decode(encoding)
    except UnicodeDecodeError:
        return 0.0
    other_script = _is_in_other_script(language)
    good = 0
    bad = len(_MISPLACED.findall(text))
    before = " "
    for c in text:
        if c in _SYMBOLS or "\uff61" <= c <= "\uff9f":
            bad += not lenient
        elif c > "\x7f" or c < " ":
            fits = c in "\t\n\r\f" or c in _PUNCTUATION or _is_letter_of(c, language)
            # Capitals within words, and words of two scripts, are typical of a wrong encoding.
            fits = fits and not (c.isupper() and before.islower()) and not (other_script and _is_ascii_letter(before))
            fits = fits and (not "\u0300" <= c <= "\u036f" or before.lower() in _TONE_BEARERS)
            good, bad = good + (fits and c > "\x7f"), bad + (not fits)
        before = c
    return max(0.0, (good - bad) / (good + bad)) if good + bad else 1.0


def _is_in_other_script(language: str) -> bool:
    """Whether the language is written with an alphabet other than Latin."""
    return any(ord(c) > 0x36F for c in _LANGUAGES[language][0]) and language not in ("vi", "sr")


def _is_ascii_letter(c: str) -> bool:
    return c.isascii() and c.isalpha()


def _is_letter_of(c: str, language: str) -> bool:
    if language == "zh":
        return "\u4e00" <= c <= "\u9fff" or "\u3000" <= c <= "\u303f" or "\uff01" <= c <= "\uff5e"
    if language == "ja":
        return "\u3000" <= c <= "\u30ff" or "\u4e00" <= c <= "\u9fff" or "\uff01" <= c <= "\uff5e"
    if language == "ko":
        return "\uac00" <= c <= "\ud7a3" or "\u3000" <= c <= "\u318f" or "\u4e00" <= c <= "\u9fff"
    return c.lower() in _LANGUAGES[language][0]


def _refusal() -> MediaError:
    return MediaError(
        "unknown_encoding",
        "text",
        "The encoding of the subtitle file is not recognized. Save it as UTF-8, or add its language to its name.",
    )
