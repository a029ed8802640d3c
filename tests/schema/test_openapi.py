"""The three documents are valid OpenAPI 3.1, and their operation ids do not change unnoticed."""

from __future__ import annotations

from pathlib import Path

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from otnet_server.api.openapi import openapi_of
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


@pytest.mark.parametrize("surface", [Surface.DASHBOARD, Surface.PARTNER])
def test_every_operation_that_requires_credentials_documents_their_refusal(surface: Surface) -> None:
    operations = [
        operation
        for item in openapi_of(surface)["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
    ]
    assert operations
    for operation in operations:
        for status in ("401", "403"):
            assert "application/problem+json" in operation["responses"][status]["content"], operation["operationId"]


def test_operation_ids_are_unique_and_stable() -> None:
    """Add new operations to the file; existing ones may be removed only in a new version of the API."""
    made = operation_ids()
    assert len(made) == len(set(made))
    assert sorted(made) == KNOWN.read_text().split()
