"""The templates of mails: every kind in every language, with hostile names, and replaced by the operator."""

from __future__ import annotations

from pathlib import Path

import pytest

from otnet_server.errors import ConfigError
from otnet_server.mail.templates import LANGUAGES, SAMPLES, Templates

TEMPLATES = Templates()
HOSTILE = "<script>alert(1)</script>\r\nBcc: eve@example.org\n\nClick here"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SAMPLES)
def test_every_mail_has_its_words_and_its_link_in_both_parts(kind: str, language: str) -> None:
    mail = TEMPLATES.render(kind, language, "Harbour Films", SAMPLES[kind])
    assert mail.subject and "\n" not in mail.subject
    assert SAMPLES[kind]["link"] in mail.text and f'href="{SAMPLES[kind]["link"]}"' in mail.html
    assert f'lang="{language}"' in mail.html
    assert "googleapis" not in mail.html and "<script" not in mail.html and "<img" not in mail.html


@pytest.mark.parametrize("kind", SAMPLES)
def test_names_are_escaped_and_add_neither_headers_nor_paragraphs(kind: str) -> None:
    values = {name: HOSTILE for name in SAMPLES[kind] if name not in ("expires", "link", "role")}
    mail = TEMPLATES.render(kind, "en", HOSTILE, SAMPLES[kind] | values)
    assert "<script" not in mail.html
    assert "\n" not in mail.subject and "\r" not in mail.subject
    assert not any(line.startswith(("Bcc:", "Click")) for line in mail.text.splitlines())


def test_without_a_link_there_is_no_button() -> None:
    mail = TEMPLATES.render("encode_failed", "en", "Harbour Films", {"title": "Night Train", "reason": "It is empty."})
    assert "href" not in mail.html and "Show the media" not in mail.text


def test_unknown_language_is_english() -> None:
    assert TEMPLATES.render("test", "fr", "Harbour Films", SAMPLES["test"]).subject == "Test mail of Harbour Films"


def test_operator_replaces_templates_by_name(tmp_path: Path) -> None:
    blocks = ("subject", "body", "button", "footer")
    words = "".join(f"{{% block {name} %}}{name} for {{{{ organization }}}}{{% endblock %}}" for name in blocks)
    (tmp_path / "test.en.jinja").write_text(words)
    templates = Templates(tmp_path)
    assert templates.render("test", "en", "Harbour", SAMPLES["test"]).subject == "subject for Harbour"
    assert templates.render("test", "de", "Harbour", SAMPLES["test"]).subject == "Test-E-Mail von Harbour"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("test.de.jinja", "{% block subject %}"),
        ("invitation.en.jinja", "{% block subject %}{{ nobody }}{% endblock %}"),
        ("key_expiring.en.jinja", "Only text"),
        ("layout.mjml", "<mjml><mj-body>"),
    ],
)
def test_broken_template_of_the_operator_is_named(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(ConfigError, match=name):
        Templates(tmp_path)
