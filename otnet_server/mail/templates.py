"""The templates of mails: words by kind and language, and one layout.

`<kind>.<language>.jinja` has the blocks subject, body, button and footer; the body consists of paragraphs with an empty
line between them. The HTML part is `layout.mjml` around them, compiled once; the text part has the same words. Values
such as names never contain line breaks, so that they add neither headers nor paragraphs, and are escaped in the HTML.
Files of the same name in the folder `mail.templates` replace those of the server.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import jinja2
from mjml import mjml2html

from otnet_server.errors import ConfigError

OWN = Path(__file__).parent / "templates"
LAYOUT = "layout.mjml"
LANGUAGES = ("en", "de")
BLOCKS = ("subject", "body", "button", "footer")
MAX_VALUE = 200
MONTHS = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
          "Dezember")  # fmt: skip
ROLES = {
    "en": {"audience": "a viewer", "reader": "a reader", "analyst": "an analyst", "editor": "an editor",
           "admin": "an administrator", "owner": "an owner"},
    "de": {"audience": "Publikum", "reader": "Einsicht", "analyst": "Analyse", "editor": "Redaktion",
           "admin": "Administration", "owner": "Eigentümer"},
}  # fmt: skip

# The kinds of mails, each with sample values for previews.
LINK = "https://studio.example.org/studio/"
SAMPLES: Mapping[str, Mapping[str, str]] = {
    "invitation": {"inviter": "Ann Lindqvist", "role": "editor", "expires": "2026-12-04T10:00:00Z", "link": LINK},
    "verification": {"name": "Zoe", "email": "zoe@example.org", "expires": "2026-12-04T10:00:00Z", "link": LINK},
    "password_reset": {"name": "Zoe", "expires": "2026-12-04T10:00:00Z", "link": LINK},
    "encode_failed": {"title": "Night Train", "reason": "The file ends too early.", "link": LINK},
    "key_expiring": {"key": "Partner site", "expires": "2026-12-04T10:00:00Z", "link": LINK},
    "test": {"link": LINK},
}


@dataclass(frozen=True)
class Rendered:
    """A mail without its headers, other than the subject."""

    subject: str
    text: str
    html: str


class Templates:
    """The templates of the server, or those in `folder` where it has them. Raises ConfigError for a broken one."""

    def __init__(self, folder: Path | None = None) -> None:
        loaders = [jinja2.FileSystemLoader(path) for path in (folder, OWN) if path is not None]
        loader = jinja2.ChoiceLoader(loaders)
        # The words are plain text; the layout escapes them.
        self._words = jinja2.Environment(loader=loader, undefined=jinja2.StrictUndefined)  # noqa: S701
        markup = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
        name = LAYOUT
        try:
            source, _, _ = loader.get_source(self._words, LAYOUT)
            # Without fonts: mails load nothing from other servers.
            self._layout = markup.from_string(mjml2html(source, disable_comments=False, fonts={}))
            for kind in SAMPLES:
                for language in LANGUAGES:
                    name = f"{kind}.{language}.jinja"
                    self.render(kind, language, "Harbour Films", SAMPLES[kind])
        except (jinja2.TemplateError, ValueError, KeyError) as e:
            raise ConfigError(
                "mail_template", f"The template {name} of mails is broken: {e}.", "Correct it in mail.templates."
            ) from e

    def render(self, kind: str, language: str, organization: str, values: Mapping[str, str]) -> Rendered:
        """Render a mail. `values` are those of its kind (`SAMPLES`), with times in ISO 8601; without `link`, the mail
        has no button."""
        language = language if language in LANGUAGES else LANGUAGES[0]
        template = self._words.get_template(f"{kind}.{language}.jinja")
        known = {"link": ""} | {name: one_line(value) for name, value in values.items() if name != "link"}
        if values.get("link"):
            known["link"] = values["link"]
        if "expires" in known:
            known["expires"] = date(values["expires"], language)
        if "role" in known:
            known["role"] = ROLES[language].get(known["role"], known["role"])
        context = template.new_context({**known, "organization": one_line(organization), "language": language})
        subject, body, button, footer = ("".join(template.blocks[name](context)).strip() for name in BLOCKS)
        paragraphs = [one_line(part, None) for part in re.split(r"\n\s*\n", body)]
        subject, link = one_line(subject), known["link"]
        html = self._layout.render(
            subject=subject, paragraphs=paragraphs, link=link, button=button, footer=footer, language=language,
            organization=one_line(organization),
        )  # fmt: skip
        text = "\n\n".join(part for part in (*paragraphs, link and f"{button}: {link}", footer) if part)
        return Rendered(subject, text + "\n", html)


def one_line(text: str, length: int | None = MAX_VALUE) -> str:
    """The text without line breaks and control characters, at most `length` characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:length]


def date(moment: str, language: str) -> str:
    """A date in words: `4 December 2026`, `4. Dezember 2026`."""
    at = datetime.fromisoformat(moment)
    return f"{at.day}. {MONTHS[at.month - 1]} {at.year}" if language == "de" else f"{at.day} {at:%B} {at.year}"
