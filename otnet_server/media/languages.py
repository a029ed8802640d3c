"""Language tags for manifests (RFC 5646: the shortest form, in its usual case) and display names. Pure."""

from __future__ import annotations

import re
import unicodedata

# The shortest tag (ISO 639-1, where there is one), the codes of ISO 639-2, the English name, the language's own name.
_LANGUAGE_TABLE = """
aa aar:Afar:Qafar|ab abk:Abkhazian:аԥсуа|af afr:Afrikaans|ak aka:Akan|am amh:Amharic:አማርኛ|an arg:Aragonese:aragonés
ar ara:Arabic:العربية|as asm:Assamese:অসমীয়া|ast:Asturian:asturianu|av ava:Avaric|ay aym:Aymara
az aze:Azerbaijani:azərbaycan|ba bak:Bashkir:башҡорт|be bel:Belarusian:беларуская|bg bul:Bulgarian:български
bi bis:Bislama|bm bam:Bambara:bamanakan|bn ben:Bengali:বাংলা|bo bod tib:Tibetan:བོད་སྐད་|br bre:Breton:brezhoneg
bs bos:Bosnian:bosanski|ca cat:Catalan:català|ce che:Chechen:нохчийн|ch cha:Chamorro|co cos:Corsican:corsu|cr cre:Cree
cs ces cze:Czech:čeština|cv chv:Chuvash:чӑваш|cy cym wel:Welsh:Cymraeg|da dan:Danish:dansk|de deu ger:German:Deutsch
dv div:Divehi:ދިވެހިބަސް|dz dzo:Dzongkha:རྫོང་ཁ|ee ewe:Ewe:eʋegbe|el ell gre:Greek:Ελληνικά|en eng:English
eo epo:Esperanto|es spa:Spanish:español|et est:Estonian:eesti|eu eus baq:Basque:euskara|fa fas per:Persian:فارسی
ff ful:Fula:Pulaar|fi fin:Finnish:suomi|fil:Filipino|fj fij:Fijian|fo fao:Faroese:føroyskt|fr fra fre:French:français
fy fry:Frisian:Frysk|ga gle:Irish:Gaeilge|gd gla:Scottish Gaelic:Gàidhlig|gl glg:Galician:galego
gn grn:Guarani:avañe’ẽ|gsw:Swiss German:Schwiizertüütsch|gu guj:Gujarati:ગુજરાતી|gv glv:Manx:Gaelg|ha hau:Hausa
haw:Hawaiian:ʻŌlelo Hawaiʻi|he heb:Hebrew:עברית|hi hin:Hindi:हिन्दी|ho hmo:Hiri Motu|hr hrv:Croatian:hrvatski
ht hat:Haitian Creole:Kreyòl Ayisyen|hu hun:Hungarian:magyar|hy hye arm:Armenian:հայերեն|hz her:Herero
ia ina:Interlingua|id ind:Indonesian:Bahasa Indonesia|ie ile:Interlingue|ig ibo:Igbo:Asụsụ Igbo|ii iii:Sichuan Yi:ꆈꌠꉙ
ik ipk:Inupiaq|io ido:Ido|is isl ice:Icelandic:íslenska|it ita:Italian:italiano|iu iku:Inuktitut:ᐃᓄᒃᑎᑐᑦ
ja jpn:Japanese:日本語|jv jav:Javanese:Jawa|ka kat geo:Georgian:ქართული|kg kon:Kongo|ki kik:Kikuyu:Gĩgĩkũyũ
kj kua:Kuanyama|kk kaz:Kazakh:қазақ|kl kal:Kalaallisut|km khm:Khmer:ខ្មែរ|kn kan:Kannada:ಕನ್ನಡ|ko kor:Korean:한국어
kr kau:Kanuri|ks kas:Kashmiri:کٲشُر|ku kur:Kurdish:kurdî|kv kom:Komi|kw cor:Cornish:kernewek|ky kir:Kyrgyz:кыргызча
la lat:Latin:Latina|lb ltz:Luxembourgish:Lëtzebuergesch|lg lug:Ganda:Luganda|li lim:Limburgish|ln lin:Lingala:lingála
lo lao:Lao:ລາວ|lt lit:Lithuanian:lietuvių|lu lub:Luba-Katanga:Tshiluba|lv lav:Latvian:latviešu|mai:Maithili:मैथिली
mg mlg:Malagasy|mh mah:Marshallese|mi mri mao:Māori|mk mkd mac:Macedonian:македонски|ml mal:Malayalam:മലയാളം
mn mon:Mongolian:монгол|mr mar:Marathi:मराठी|ms msa may:Malay:Bahasa Melayu|mt mlt:Maltese:Malti
mul:Multiple languages|my mya bur:Burmese:မြန်မာ|na nau:Nauru|nb nob:Norwegian Bokmål:norsk bokmål
nd nde:North Ndebele:isiNdebele|nds:Low German:Neddersass’sch|ne nep:Nepali:नेपाली|ng ndo:Ndonga
nl nld dut:Dutch:Nederlands|nn nno:Norwegian Nynorsk:norsk nynorsk|no nor:Norwegian:norsk
nr nbl:South Ndebele:isiNdebele|nv nav:Navajo:Diné Bizaad|ny nya:Nyanja|oc oci:Occitan|oj oji:Ojibwa
om orm:Oromo:Oromoo|or ori:Odia:ଓଡ଼ିଆ|os oss:Ossetic:ирон|pa pan:Punjabi:ਪੰਜਾਬੀ|pl pol:Polish:polski
ps pus:Pashto:پښتو|pt por:Portuguese:português|qu que:Quechua:Runasimi|rm roh:Romansh:rumantsch|rn run:Rundi:Ikirundi
ro ron rum:Romanian:română|ru rus:Russian:русский|rw kin:Kinyarwanda:Ikinyarwanda|sa san:Sanskrit:संस्कृतम्
sc srd:Sardinian:sardu|scn:Sicilian:sicilianu|sd snd:Sindhi:سنڌي|se sme:Northern Sami:davvisámegiella
sg sag:Sango:Sängö|si sin:Sinhala:සිංහල|sk slk slo:Slovak:slovenčina|sl slv:Slovenian:slovenščina|sm smo:Samoan
sn sna:Shona:chiShona|so som:Somali:Soomaali|sq sqi alb:Albanian:shqip|sr srp:Serbian:српски|ss ssw:Swati:siSwati
st sot:Southern Sotho:Sesotho|su sun:Sundanese:Basa Sunda|sv swe:Swedish:svenska|sw swa:Swahili:Kiswahili
ta tam:Tamil:தமிழ்|te tel:Telugu:తెలుగు|tet:Tetum|tg tgk:Tajik:тоҷикӣ|th tha:Thai:ไทย|ti tir:Tigrinya:ትግርኛ
tk tuk:Turkmen:türkmen|tl tgl:Tagalog|tn tsn:Tswana:Setswana|to ton:Tongan:lea fakatonga|tr tur:Turkish:Türkçe
ts tso:Tsonga:Xitsonga|tt tat:Tatar:татар|tw twi:Twi|ty tah:Tahitian|ug uig:Uyghur:ئۇيغۇرچە
uk ukr:Ukrainian:українська|ur urd:Urdu:اردو|uz uzb:Uzbek:o‘zbek|ve ven:Venda:Tshivenḓa|vi vie:Vietnamese:Tiếng Việt
vo vol:Volapük|wa wln:Walloon:walon|wo wol:Wolof|xh xho:Xhosa:IsiXhosa|yi yid:Yiddish:ייִדיש|yo yor:Yoruba:Èdè Yorùbá
yue:Cantonese:粵語|za zha:Zhuang:Vahcuengh|zh zho chi:Chinese:中文|zu zul:Zulu:isiZulu|zxx:No dialogue
"""
_SCRIPT_NAMES = {"hans": "Simplified", "hant": "Traditional", "latn": "Latin", "cyrl": "Cyrillic", "arab": "Arabic"}
REGION_NAMES = {
    "001": "World", "150": "Europe", "419": "Latin America", "AR": "Argentina", "AT": "Austria", "AU": "Australia",
    "BE": "Belgium", "BR": "Brazil", "CA": "Canada", "CH": "Switzerland", "CL": "Chile", "CN": "China",
    "CO": "Colombia", "CZ": "Czechia", "DE": "Germany", "DK": "Denmark", "EG": "Egypt", "ES": "Spain", "FI": "Finland",
    "FR": "France", "GB": "United Kingdom", "GR": "Greece", "HK": "Hong Kong", "HU": "Hungary", "IE": "Ireland",
    "IL": "Israel", "IN": "India", "IR": "Iran", "IT": "Italy", "JP": "Japan", "KR": "South Korea", "MO": "Macao",
    "MX": "Mexico", "NL": "Netherlands", "NO": "Norway", "NZ": "New Zealand", "PE": "Peru", "PL": "Poland",
    "PT": "Portugal", "RO": "Romania", "RU": "Russia", "SA": "Saudi Arabia", "SE": "Sweden", "SG": "Singapore",
    "TR": "Türkiye", "TW": "Taiwan", "UA": "Ukraine", "US": "United States", "VE": "Venezuela", "ZA": "South Africa",
}  # fmt: skip
_ROWS = [row.split(":") for line in _LANGUAGE_TABLE.strip().splitlines() for row in line.split("|")]
_CODES = [(row[0].split(), row) for row in _ROWS]
_SHORT_TAGS = {code: codes[0] for codes, _ in _CODES for code in codes} | {
    "iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro", "cmn": "zh", "mis": "und", "und": "und",
}  # fmt: skip
_NAMES_BY_TAG = {codes[0]: row[1] for codes, row in _CODES}


def tag(language: str) -> str:
    """The shortest tag in its usual case: `eng` → `en`, `chi-hans-cn` → `zh-Hans-CN`. An unknown tag keeps its code."""
    head, *rest = language.replace("_", "-").split("-")
    head = head.lower()
    return "-".join([_SHORT_TAGS.get(head, head), *(_subtag(part) for part in rest)])


def _subtag(part: str) -> str:
    """A script in title case, a region in capitals, other subtags in lower case (RFC 5646 §2.1.1)."""
    if len(part) == 4 and part.isalpha():
        return part.title()
    return part.upper() if len(part) == 2 else part.lower()


def name(language: str) -> str:
    """The English display name, with the script and the region: “Portuguese (Brazil)”. The tag itself when the language
    is unknown, and empty for `und`."""
    short, *rest = tag(language).split("-")
    if short == "und":
        return ""
    details = [_SCRIPT_NAMES.get(part.lower()) or REGION_NAMES.get(part, part) for part in rest]
    known = _NAMES_BY_TAG.get(short)
    if known is None:
        return tag(language)
    return f"{known} ({', '.join(details)})" if details else known


def name_key(text: str) -> str:
    """A name in the form in which names are compared: without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).strip()


def is_named(language: str, text: str) -> bool:
    """Whether a text contains the English or the own name of a language."""
    short = tag(language).partition("-")[0]
    words = re.findall(r"\w+", name_key(text))
    phrases = (" ".join(words[at : at + count]) for count in (1, 2, 3) for at in range(len(words)))
    return any(TAGS_BY_NAME.get(phrase) == short for phrase in phrases)


def is_code(text: str) -> bool:
    """Whether this is the code of a language, of two or three letters, in any case."""
    return text.lower() in _SHORT_TAGS


TAGS_BY_NAME = {
    name_key(word): codes[0] for codes, row in reversed(_CODES) for word in re.split("/", "/".join(row[1:]))
}
"""The tag of each language by its English and its own name, in the form of `name_key`."""
