"""Every text of the schema that the studio shows has a German translation."""

from __future__ import annotations

import json
from collections.abc import Iterator

from otnet_server.policies.templates import TEMPLATES
from otnet_server.resources import SCHEMA
from otnet_server.schema.field import Surface
from tests.harness import ROOT

GERMAN: dict[str, str] = json.loads((ROOT / "web_ui/src/studio/i18n/de.schema.json").read_text("utf-8"))
# Labels that are the same word in both languages.
SAME = {"Name", "Webhook", "Format", "Version", "Status", "Position"}


def texts() -> Iterator[tuple[str, list[str]]]:
    """(text, keys of which one must be translated), as `schemaText` of the studio looks them up."""
    for resource in SCHEMA:
        if Surface.DASHBOARD not in resource.surfaces:
            continue
        name = resource.name
        yield resource.title, [f"{name}.one"]
        yield resource.title_plural, [f"{name}.many"]
        yield resource.doc, [f"{name}.doc"]
        for field_name, field in resource.all_fields().items():
            if Surface.DASHBOARD not in field.surfaces:
                continue
            yield field.label, [f"{name}.field.{field_name}", f"field.{field_name}"]
            yield field.help, [f"{name}.help.{field_name}", f"help.{field_name}"]
        for action_name, action in resource.actions.items():
            if Surface.DASHBOARD in action.surfaces:
                yield action.label, [f"{name}.action.{action_name}", f"action.{action_name}"]
                yield action.doc, [f"{name}.action_doc.{action_name}", f"action_doc.{action_name}"]


def template_texts() -> Iterator[tuple[str, list[str]]]:
    for template in TEMPLATES.values():
        yield template.title, [f"policy_template.{template.name}"]
        yield template.doc, [f"policy_template.{template.name}.doc"]
        for parameter in template.parameters:
            yield parameter.label, [f"policy_parameter.{parameter.name}"]
            yield parameter.help, [f"policy_parameter.{parameter.name}.help"]
            yield from ((label, [f"policy_option.{value}"]) for value, label in parameter.options.items())


def test_every_text_of_the_schema_has_a_german_translation() -> None:
    missing = {
        keys[0]: text
        for text, keys in (*texts(), *template_texts())
        if text and text not in SAME and not GERMAN.keys() & set(keys)
    }
    assert missing == {}
