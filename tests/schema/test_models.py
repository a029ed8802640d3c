"""The JSON Schema in the OpenAPI documents and the pydantic models accept the same bodies."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otnet_server.errors import Invalid
from otnet_server.resources import SCHEMA
from otnet_server.schema import models, openapi
from otnet_server.schema.field import Field, Surface
from otnet_server.schema.fields.dates import day, moment
from otnet_server.schema.resource import Resource, Verb
from tests.schema.values import bodies

CASES: list[tuple[str, Any, dict[str, Field]]] = []
for _r in SCHEMA:
    for _s, _verbs in _r.surfaces.items():
        if Verb.CREATE in _verbs:
            CASES.append((f"{_s}-{_r.name}-create", models.create_model_of(_r, _s), dict(_r.writable(_s, create=True))))
        if Verb.UPDATE in _verbs:
            CASES.append((f"{_s}-{_r.name}-update", models.patch_model_of(_r, _s), dict(_r.writable(_s, create=False))))
    CASES += [
        (f"{_r.name}-{n}", models.action_model_of(_r, n, a), dict(a.fields)) for n, a in _r.actions.items() if a.fields
    ]


WHITE = "".join(c for c in map(chr, range(0x3100)) if c.isspace() and not "\x1c" <= c <= "\x1f")
FORMATS = jsonschema.FormatChecker(formats=())


@FORMATS.checks("date", ValueError)
def is_date(value: Any) -> bool:
    return not isinstance(value, str) or bool(day(value))


@FORMATS.checks("date-time", ValueError)
def is_moment(value: Any) -> bool:
    return not isinstance(value, str) or bool(moment(value))


def stripped(value: Any) -> Any:
    """Surrounding white space is stripped from texts before validation."""
    if isinstance(value, str):
        return value.strip(WHITE)
    if isinstance(value, list):
        return [stripped(v) for v in value]
    return {k: stripped(v) for k, v in value.items()} if isinstance(value, dict) else value


@pytest.mark.parametrize(("name", "model", "fields"), CASES, ids=[c[0] for c in CASES])
def test_json_schema_and_models_accept_the_same_bodies(name: str, model: Any, fields: dict[str, Field]) -> None:
    schema = openapi.body_schema(model)
    jsonschema.Draft202012Validator.check_schema(schema)
    known = jsonschema.Draft202012Validator(schema, format_checker=FORMATS)

    @settings(max_examples=30, suppress_health_check=list(HealthCheck))
    @given(body=bodies(fields))
    def same(body: Any) -> None:
        try:
            models.check(model, fields, body)
            taken = True
        except Invalid as e:
            assert all(w.field is not None and w.reason for w in e.field_errors)
            json.dumps([w._asdict() for w in e.field_errors], ensure_ascii=False).encode()
            taken = False
        if isinstance(body, dict):
            promised = known.is_valid(stripped(body))
            assert promised == taken, (body, [e.message for e in known.iter_errors(stripped(body))])

    same()


@pytest.mark.parametrize("resource", [r for r in SCHEMA if r.example], ids=lambda r: r.name)
def test_examples_are_valid(resource: Resource) -> None:
    for surface, verbs in resource.surfaces.items():
        for verb, make in ((Verb.CREATE, models.create_model_of), (Verb.UPDATE, models.patch_model_of)):
            if verb in verbs:
                fields = resource.writable(surface, create=verb is Verb.CREATE)
                body = {n: v for n, v in resource.example.items() if n in fields}
                try:
                    models.check(make(resource, surface), fields, body)
                except Invalid as e:
                    assert {w.code for w in e.field_errors} == {"required"}, (
                        "only references may be missing from an example"
                    )


@given(st.data())
@settings(max_examples=100)
def test_validation_is_idempotent(data: st.DataObject) -> None:
    """Validating validated values changes nothing: a record can be sent back as it was read."""
    resource = data.draw(st.sampled_from([r for r in SCHEMA if Verb.UPDATE in r.surfaces[Surface.DASHBOARD]]))
    fields = resource.writable(Surface.DASHBOARD, create=False)
    model = models.patch_model_of(resource, Surface.DASHBOARD)
    try:
        once = models.check(model, fields, data.draw(bodies(dict(fields))))
    except Invalid:
        return
    assert models.check(model, fields, json.loads(json.dumps(once))) == once
