"""Gettext catalogues: the template (`.pot`) of the texts in the sources, translations (`.po`), and the formats that
WordPress reads (`.mo` for PHP, Jed 1.x JSON for scripts). Pure.

Sources: GNU gettext manual §3 (PO files) and §10.3 (MO files); WordPress, `wp_set_script_translations`.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator, Mapping
from typing import NamedTuple

CONTEXT = "\x04"
PLURALS = "nplurals=2; plural=(n != 1);"
TEXT = r"'((?:[^'\\\n]|\\.)*)'"
CALL = re.compile(
    rf"(?P<comment>/\*\s*translators:[^*]*\*/\s*)?"
    rf"\b(?P<call>(?:esc_html|esc_attr)?_[_enx]x?)\(\s*{TEXT}\s*(?:,\s*{TEXT}\s*)?(?:,\s*[^'(]+?\s*)?,\s*'otnet'\s*\)"
)
HEADER = re.compile(r"^ \* Description: +(.+)$", re.MULTILINE)
BLOCK = {"title": "block title", "description": "block description", "keywords": "block keyword"}


class Message(NamedTuple):
    """The key of a translatable text: its context (may be empty), the text, and its plural form (may be empty)."""

    context: str
    text: str
    many: str = ""

    @property
    def key(self) -> str:
        return f"{self.context}{CONTEXT}{self.text}" if self.context else self.text


def find_messages(sources: Mapping[str, bytes]) -> dict[Message, list[str]]:
    """The translatable texts in the sources, with the paths of the files that contain them."""
    messages: dict[Message, list[str]] = {}
    for path, data in sorted(sources.items()):
        for message in _messages_in(path, data):
            messages.setdefault(message, []).append(path)
    return messages


def _messages_in(path: str, data: bytes) -> Iterator[Message]:
    if path.endswith("block.json"):
        block = json.loads(data)
        for field, context in BLOCK.items():
            value = block.get(field, [])
            yield from (Message(context, text) for text in ([value] if isinstance(value, str) else value))
    elif path.endswith((".php", ".js")):
        text = data.decode()
        if "Plugin Name:" in text:
            yield from (Message("", block) for block in HEADER.findall(text))
        for match in CALL.finditer(text):
            call, (first, second) = match["call"], [_unescape(literal or "") for literal in match.groups()[2:]]
            context = second if call.endswith("x") else ""
            yield Message(context, first, second if call.endswith("_n") else "")


def _unescape(literal: str) -> str:
    return re.sub(r"\\(.)", r"\1", literal)


def template(sources: Mapping[str, bytes]) -> str:
    """The `.pot` file: all texts without translations."""
    entries = [_header("")]
    for message, files in find_messages(sources).items():
        lines = [f"#: {path}" for path in dict.fromkeys(files)]
        lines += [f"msgctxt {_quoted(message.context)}"] if message.context else []
        lines += [f"msgid {_quoted(message.text)}"]
        lines += [f"msgid_plural {_quoted(message.many)}", 'msgstr[0] ""', 'msgstr[1] ""'] if message.many else []
        entries.append("\n".join(lines if message.many else [*lines, 'msgstr ""']) + "\n")
    return "\n".join(entries)


def _header(language: str) -> str:
    fields = {"Project-Id-Version": "OTNet", "Language": language, "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=UTF-8", "Content-Transfer-Encoding": "8bit", "Plural-Forms": PLURALS,
            "X-Domain": "otnet"}  # fmt: skip
    return 'msgid ""\nmsgstr ""\n' + "".join(_quoted(f"{k}: {v}\n") + "\n" for k, v in fields.items())


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def read(po: str) -> dict[Message, tuple[str, ...]]:
    """Parse a `.po` file: the translation of each text (one form, or singular and plural). The header has the key
    `Message("", "")`."""
    messages: dict[Message, tuple[str, ...]] = {}
    for entry in re.split(r"\n\s*\n", po):
        fields: dict[str, str] = {}
        field = ""
        for line in (line.strip() for line in entry.splitlines()):
            if not line or line.startswith("#"):
                continue
            keyword, _, rest = line.partition(" ")
            if not line.startswith('"'):
                field = keyword
            fields[field] = fields.get(field, "") + json.loads(line if line.startswith('"') else rest)
        if "msgid" in fields:
            message = Message(fields.get("msgctxt", ""), fields["msgid"], fields.get("msgid_plural", ""))
            texts = tuple(v for k, v in fields.items() if k.startswith("msgstr"))
            if all(texts):
                messages[message] = texts
    return messages


def compile_mo(messages: Mapping[Message, tuple[str, ...]]) -> bytes:
    """The `.mo` file: sorted texts and their offset tables, without a hash table (gettext §10.3)."""
    pairs = sorted(
        (f"{m.key}\0{m.many}".encode() if m.many else m.key.encode(), "\0".join(forms).encode())
        for m, forms in messages.items()
    )
    count, begin = len(pairs), 28
    offset = begin + 16 * count
    tables, texts = [b"", b""], b""
    for side in (0, 1):
        for pair in pairs:
            tables[side] += struct.pack("<II", len(pair[side]), offset + len(texts))
            texts += pair[side] + b"\0"
    return struct.pack("<7I", 0x950412DE, 0, count, begin, begin + 8 * count, 0, offset) + tables[0] + tables[1] + texts


def jed_json(messages: Mapping[Message, tuple[str, ...]], locale: str) -> str:
    header = {"": {"domain": "messages", "lang": locale, "plural-forms": PLURALS}}
    texts = {m.key: list(v) for m, v in sorted(messages.items()) if m.text}
    return json.dumps({"domain": "messages", "locale_data": {"messages": header | texts}}, ensure_ascii=False)
