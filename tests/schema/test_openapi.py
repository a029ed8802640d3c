"""The three documents are OpenAPI 3.1, and what programs hold on to in them does not change by accident."""

from __future__ import annotations

from pathlib import Path

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from otnet_server.api.surfaces import openapi_of
from otnet_server.schema.field import Surface

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


def test_operation_ids_are_unique_and_stable() -> None:
    """A new operation is added to the file; one that is in it may only go with a new version of the API."""
    made = operation_ids()
    assert len(made) == len(set(made))
    assert sorted(made) == KNOWN.read_text().split()
