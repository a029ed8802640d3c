"""The three documents are valid OpenAPI 3.1, and their operation ids do not change unnoticed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from otnet_server.api.openapi import openapi_of
from otnet_server.resources import SCHEMA
from otnet_server.schema.field import Surface
from otnet_server.schema.openapi_nodes import resolved

KNOWN = Path(__file__).with_name("operation_ids.txt")


def operation_ids() -> list[str]:
    return [
        operation["operationId"]
        for surface in Surface
        for item in openapi_of(surface)["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
    ]


@pytest.mark.parametrize("surface", list(Surface))
def test_openapi_document_is_valid(surface: Surface) -> None:
    document = openapi_of(surface)
    assert document["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


@pytest.mark.parametrize("surface", list(Surface))
def test_every_operation_documents_the_problems_that_any_may_have(surface: Surface) -> None:
    """Missing credentials, rights, the rate limit, and a part of the server that is not available."""
    document = openapi_of(surface)
    for item in document["paths"].values():
        for method, operation in item.items():
            if method == "parameters":
                continue
            statuses = {"401", "429", "503"} if surface is Surface.PUBLIC else {"401", "403", "429", "503"}
            assert statuses <= operation["responses"].keys(), operation["operationId"]
            for status, response in operation["responses"].items():
                described = resolved(response, document)
                if status >= "400":
                    assert "application/problem+json" in described["content"], operation["operationId"]
                assert ("Retry-After" in described.get("headers", {})) == (status in ("429", "503"))


@pytest.mark.parametrize("surface", list(Surface))
def test_problems_of_many_operations_are_described_once(surface: Surface) -> None:
    document = openapi_of(surface)
    texts = [json.dumps(response, sort_keys=True) for response in document["components"]["responses"].values()]
    assert not [text for text in texts if text in json.dumps(document["paths"], sort_keys=True)]


def test_operation_ids_are_unique_and_stable() -> None:
    """Add new operations to the file; existing ones may be removed only in a new version of the API."""
    made = operation_ids()
    assert len(made) == len(set(made))
    assert sorted(made) == KNOWN.read_text().split()


@pytest.mark.parametrize("surface", list(Surface))
def test_parameters_of_several_operations_are_described_once(surface: Surface) -> None:
    document = openapi_of(surface)
    inline = [
        json.dumps(parameter, sort_keys=True)
        for item in document["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
        for parameter in operation.get("parameters", [])
        if "$ref" not in parameter
    ]
    assert len(inline) == len(set(inline))
    assert document["components"]["parameters"]["created_at.gte"]["description"]


def test_records_have_samples_of_their_schema() -> None:
    for surface in Surface:
        for name, schema in openapi_of(surface)["components"]["schemas"].items():
            for sample in schema.get("examples", []):
                jsonschema.validate(sample, schema)
                assert re.fullmatch("[0-9a-f]{12}", sample["id"]), name
    genre = openapi_of(Surface.PARTNER)["components"]["schemas"]["Genre"]
    assert genre["examples"][0]["name"] == SCHEMA["genre"].example["name"]
