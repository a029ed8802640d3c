"""Subtitle files that are not in UTF-8: every common encoding of a language is recognized, and rubbish is refused."""

from __future__ import annotations

import random
import unicodedata

import pytest

from otnet_server.errors import MediaError
from otnet_server.media.text_encoding import decode

# Language → (lines, encodings that can hold them).
LINES: dict[str, tuple[tuple[str, ...], str]] = {
    "pl": (
        (
            "Zażółć gęślą jaźń",
            "Nie wiem, co się stało. Musimy już iść!",
        ),
        "cp1250 iso8859-2 cp852 mac_latin2",
    ),
    "cs": (
        (
            "Příliš žluťoučký kůň",
            "Kde jsi byl? Čekali jsme na tebe celý večer.",
        ),
        "cp1250 iso8859-2 cp852 mac_latin2",
    ),
    "hu": (
        (
            "Árvíztűrő tükörfúrógép",
            "Nem tudom, mi történt. Menjünk innen!",
        ),
        "cp1250 iso8859-2 cp852",
    ),
    "ro": (
        (
            "Nu ştiu ce s-a întâmplat",
            "Unde ai fost? Te-am aşteptat toată noaptea.",
        ),
        "cp1250 iso8859-2",
    ),
    "hr": (
        (
            "Gdje si bio? Čekali smo te cijelu večer.",
            "Ne znam što se dogodilo, ali žao mi je.",
        ),
        "cp1250 iso8859-2",
    ),
    "ru": (
        (
            "Привет, как дела сегодня?",
            "Я не знаю, что случилось. Пойдём отсюда!",
        ),
        "cp1251 koi8-r iso8859-5 cp866 mac_cyrillic",
    ),
    "uk": (
        (
            "Привіт, як справи?",
            "Я не знаю, що сталося. Ходімо звідси!",
        ),
        "cp1251 koi8-u iso8859-5",
    ),
    "bg": (
        (
            "Здравей, как си днес?",
            "Не знам какво се случи. Да тръгваме!",
        ),
        "cp1251 iso8859-5",
    ),
    "sr": (
        (
            "Где си био? Чекали смо те.",
            "Не знам шта се десило, жао ми је.",
        ),
        "cp1251 iso8859-5",
    ),
    "el": (
        (
            "Καλημέρα κόσμε, πώς είσαι;",
            "Δεν ξέρω τι έγινε. Πάμε να φύγουμε!",
        ),
        "cp1253 iso8859-7",
    ),
    "tr": (
        (
            "Günaydın, nasılsın bugün?",
            "Ne olduğunu bilmiyorum. Gidelim buradan!",
        ),
        "cp1254 iso8859-9",
    ),
    "he": (
        (
            "שלום, מה שלומך היום?",
            "אני לא יודע מה קרה. בוא נלך מכאן!",
        ),
        "cp1255 iso8859-8",
    ),
    "ar": (
        (
            "مرحبا، كيف حالك اليوم؟",
            "لا أعرف ماذا حدث. هيا نذهب من هنا!",
        ),
        "cp1256 iso8859-6",
    ),
    "fa": (
        (
            "سلام، حال شما چطور است؟",
            "نمي دانم چه شده است. برويم",
        ),
        "cp1256",
    ),
    "lt": (
        (
            "Ačiū, kaip tau sekasi šiandien?",
            "Nežinau, kas įvyko. Eikime iš čia!",
        ),
        "cp1257 iso8859-13 iso8859-4",
    ),
    "lv": (
        (
            "Sveiki, kā jums klājas šodien?",
            "Es nezinu, kas notika. Ejam prom no šejienes!",
        ),
        "cp1257 iso8859-13",
    ),
    "et": (
        (
            "Tere, kuidas sul täna läheb?",
            "Ma ei tea, mis juhtus. Lähme siit ära! Õhtul öö üü",
        ),
        "cp1257 iso8859-13 cp1252 iso8859-15",
    ),
    "th": (
        (
            "สวัสดีครับ วันนี้เป็นอย่างไร",
            "ฉันไม่รู้ว่าเกิดอะไรขึ้น ไปกันเถอะ",
        ),
        "cp874 tis-620",
    ),
    "fr": (
        (
            "Où êtes-vous, garçon ?",
            "Je ne sais pas ce qui s'est passé. Allons-nous-en d'ici !",
            "Pourquoi tu ne m'as pas dit que tu viendrais plus tard, ma sœur ?",
            "Ça, c'était l'été dernier à la plage.",
        ),
        "cp1252 iso8859-15 mac_roman",
    ),
    "de": (
        (
            "Grüße aus Köln",
            "Ich weiß nicht, was passiert ist. Gehen wir!",
        ),
        "cp1252 iso8859-15 mac_roman cp850 cp437",
    ),
    "es": (
        (
            "¿Dónde estás, niño?",
            "No sé qué pasó. ¡Vámonos de aquí!",
        ),
        "cp1252 iso8859-15 mac_roman cp850 cp437",
    ),
    "pt": (
        (
            "Onde você está, irmão?",
            "Não sei o que aconteceu. Vamos sair daqui!",
        ),
        "cp1252 iso8859-15 mac_roman cp850",
    ),
    "it": (
        (
            "Perché non è qui?",
            "Non so cosa sia successo. Così è la vita, è già tardi!",
        ),
        "cp1252 iso8859-15 mac_roman cp850",
    ),
    "nl": (("Ik weet niet wat er is gebeurd, één ding: coördinatie, reünie",), "cp1252 iso8859-15 mac_roman"),
    "sv": (
        (
            "Var är du någonstans?",
            "Jag vet inte vad som hände. Nu går vi härifrån!",
        ),
        "cp1252 iso8859-15 mac_roman cp850",
    ),
    "da": (
        (
            "Hvor er du henne? Går det godt på øen?",
            "Jeg ved ikke, hvad der skete. Lad os gå!",
        ),
        "cp1252 iso8859-15 mac_roman",
    ),
    "nb": (
        (
            "Hvor er du? Går det bra på øya?",
            "Jeg vet ikke hva som skjedde. La oss gå!",
        ),
        "cp1252 iso8859-15 mac_roman",
    ),
    "fi": (
        (
            "Missä sinä olet? Hyvää päivää!",
            "En tiedä mitä tapahtui. Lähdetään täältä!",
        ),
        "cp1252 iso8859-15 mac_roman",
    ),
    "is": (
        (
            "Hvar ertu? Það er gott veður í dag.",
            "Ég veit ekki hvað gerðist. Förum héðan!",
        ),
        "cp1252 iso8859-15",
    ),
    "ca": (
        (
            "On ets? Què ha passat aquesta nit, nen? Això és així.",
            "No sé què ha passat. Anem-nos-en d'aquí, l'il·lusió!",
        ),
        "cp1252 iso8859-15 mac_roman",
    ),
    "zh": (
        (
            "你好，世界。我们走吧",
            "我不知道发生了什么事。快离开这里！",
        ),
        "gbk gb18030 hz",
    ),
    "zh-Hant": (
        (
            "你好，世界。我們走吧",
            "我不知道發生了什麼事。快離開這裡！",
        ),
        "big5 cp950 gb18030",
    ),
    "ja": (
        (
            "こんにちは、世界。行こう！",
            "何が起こったのか分からない。早くここを出よう。",
        ),
        "cp932 euc_jp iso2022_jp shift_jis",
    ),
    "ko": (
        (
            "안녕하세요, 오늘 어때요?",
            "무슨 일이 있었는지 모르겠어요. 여기서 나가요!",
        ),
        "cp949 euc_kr",
    ),
}
CASES = [(language, encoding) for language, (_, encodings) in LINES.items() for encoding in encodings.split()]


def subtitles(*lines: str) -> str:
    return "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n},500\n{line}\n\n" for n, line in enumerate(lines, 1))


@pytest.mark.parametrize(("language", "encoding"), CASES)
def test_the_encoding_follows_from_the_language_of_the_file_name(language: str, encoding: str) -> None:
    lines = LINES[language][0]
    for text in (subtitles(lines[0]), subtitles(*lines)):
        assert decode(text.encode(encoding), language) == text


def test_without_a_language_the_text_is_right_or_refused() -> None:
    right = 0
    for language, encoding in CASES:
        text = subtitles(*LINES[language][0])
        try:
            assert decode(text.encode(encoding)) == text, (language, encoding)
            right += 1
        except MediaError:
            pass
    assert right >= 0.85 * len(CASES)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "iso2022_jp_2"]
)
@pytest.mark.parametrize("language", ["und", "de", "zh"])
def test_unicode_is_recognized_without_and_with_a_byte_order_mark(encoding: str, language: str) -> None:
    text = subtitles("こんにちは、世界。行こう！" if encoding == "iso2022_jp_2" else "你好，世界。我们走吧 Köln")
    if encoding == "gb18030" and language == "de":
        language = "zh"
    assert decode(text.encode(encoding), language) == text


# (text, encoding, language of the file name): short texts, typography, and file names with another language.
SHORT = (
    ("Да.", "cp1251", "ru"), ("Да.", "koi8-r", "ru"), ("네.", "cp949", "ko"), ("¡Olé!", "cp1252", "es"),
    ("Don’t “stop” – it’s…", "cp1252", "en"), ("Don’t “stop” – it’s…", "mac_roman", "en"), ("Café naïve", "cp1252", "en"),
    ("It’s 40° ½ £5", "cp1252", "en"), ("¶ la la ¶", "cp1252", "en"), ("PRZEJDŹ ŻÓŁTĄ ŁĄKĄ", "cp1250", "pl"),
    ("Hello Καλημέρα world, κόσμε", "cp1253", "el"), ("<i>Où ça ?</i> {\\an8}", "cp1252", "fr"),
    ("Привет, как дела сегодня? Я не знаю, что случилось.", "cp1251", "en"), ("ボールマン、ボスとマスクの話", "cp932", "ja"), ("plain ~{ text", "ascii", "en"),
)  # fmt: skip


@pytest.mark.parametrize(("line", "encoding", "language"), SHORT)
def test_short_texts_are_decoded(line: str, encoding: str, language: str) -> None:
    text = subtitles(line)
    assert decode(text.encode(encoding), language) == text


def test_vietnamese_is_composed() -> None:
    text = subtitles("Tôi không biết chuyện gì đã xảy ra. Đi thôi!")
    decomposed = "".join(
        c if c in "ăâđêôơưĂÂĐÊÔƠƯ" else unicodedata.normalize("NFD", c)
        for c in text.replace("ế", "ê\u0301").replace("ệ", "ê\u0323")
    )
    assert decode(decomposed.encode("cp1258"), "vi") == text


def test_rubbish_is_refused() -> None:
    noise = random.Random(1)
    for language in ("und", "en", "ru", "zh", "ja", "ko", "fr"):
        with pytest.raises(MediaError, match="Save it as UTF-8"):
            decode(bytes(noise.randrange(256) for _ in range(400)), language)


def test_a_long_text_with_one_letter_that_is_not_ascii_is_kept() -> None:
    text = subtitles(*["And so they went on, over the hills and down to the sea."] * 8, "A naïve one")
    assert decode(text.encode("cp1252")) == text


@pytest.mark.parametrize("line", ["Où êtes-vous, garçon ? «À bientôt»", "Привет, как дела?", "“Don’t” – it’s… ♪"])
def test_text_that_was_encoded_twice_is_repaired(line: str) -> None:
    twice = "".join(
        bytes([b]).decode("cp1252") if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(b) for b in line.encode()
    )
    assert decode(twice.encode()) == line
    assert decode(line.encode()) == line


def test_damaged_utf8_keeps_its_text() -> None:
    whole = subtitles("Où êtes-vous, garçon ? Ça va très bien, à bientôt, c'est l'été, à Noël, ô forêt, là-bas").strip()
    cut = whole.encode() + "é".encode()[:1]
    assert decode(cut, "fr") == whole + "\ufffd"
    assert decode(b"null\0 characters") == "null characters"
    assert decode(b"") == ""
