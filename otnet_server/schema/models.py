"""Pydantic models of request bodies, built from the fields of a resource: one to create, one to update.

The same models validate requests and describe them in OpenAPI and in the tools of an AI assistant.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, create_model
from pydantic import Field as Check

from otnet_server.errors import FieldError, Invalid
from otnet_server.schema.field import Field, Surface
from otnet_server.schema.fields import References
from otnet_server.schema.resource import Action, Resource

CONFIG = ConfigDict(extra="forbid", str_strip_whitespace=True, regex_engine="python-re")
REMEDIES = {
    "missing": ("required", "is required", "Send a value."),
    "extra_forbidden": ("unknown_field", "is unknown or cannot be set here", "Leave it out, or see the API reference."),
    "string_too_long": ("too_long", "is too long", "Shorten it to {max_length} characters."),
    "string_too_short": ("too_short", "is too short", "Use at least {min_length} characters."),
    "too_long": ("too_many", "has too many items", "Send at most {max_length}."),
    "string_type": ("not_text", "must be text", ""),
    "string_unicode": ("not_text", "must be valid text", ""),
    "int_type": ("not_a_number", "must be a whole number", "Write it without quotes."),
    "bool_type": ("not_yes_or_no", "must be true or false", "Write it without quotes."),
    "literal_error": ("not_an_option", "must be one of {expected}", ""),
    "list_type": ("not_a_list", "must be a list", ""),
    "dict_type": ("not_an_object", "must be an object", ""),
    "greater_than_equal": ("too_small", "must be at least {ge}", ""),
    "less_than_equal": ("too_large", "must be at most {le}", ""),
    "string_pattern_mismatch": ("bad_form", "must match the pattern {pattern}", ""),
}


def _build_model(name: str, fields: Mapping[str, Field], *, patch: bool) -> type[BaseModel]:
    entries: dict[str, Any] = {}
    for key, f in fields.items():
        info = Check(description=_description(f), title=f.label or key)
        annotation = f.annotation()
        if f.required and not patch:
            entries[key] = (annotation, info)
        else:
            nullable = annotation if f.required or isinstance(f, References) else annotation | None
            entries[key] = (nullable, Check(default=None, description=_description(f), title=f.label or key))
    return create_model(name, __config__=CONFIG, **entries)


def _description(f: Field) -> str:
    return f.help or f.label


@cache
def _cached_model(resource: int, name: str, surface: Surface, patch: bool) -> type[BaseModel]:
    r = _RESOURCES[resource]
    return _build_model(name, r.writable(surface, create=not patch), patch=patch)


_RESOURCES: dict[int, Resource] = {}


def create_model_of(resource: Resource, surface: Surface) -> type[BaseModel]:
    _RESOURCES[id(resource)] = resource
    return _cached_model(id(resource), f"{_camel(resource.name)}Create", surface, False)


def patch_model_of(resource: Resource, surface: Surface) -> type[BaseModel]:
    _RESOURCES[id(resource)] = resource
    return _cached_model(id(resource), f"{_camel(resource.name)}Update", surface, True)


def action_model_of(resource: Resource, name: str, action: Action) -> type[BaseModel]:
    return _build_model(f"{_camel(resource.name)}{_camel(name)}", action.fields, patch=False)


def value_schema(f: Field) -> dict[str, Any]:
    """The JSON Schema of one value of a field."""
    return TypeAdapter(f.annotation()).json_schema()


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def check(model: type[BaseModel], fields: Mapping[str, Field], body: Any) -> dict[str, Any]:
    """Validate a request body. Returns the fields that were sent, as they are stored.

    Raises Invalid naming every field that is not valid.
    """
    if not isinstance(body, dict):
        raise Invalid("bad_body", "The body must be a JSON object.", [])
    try:
        instance = model.model_validate(body)
    except ValidationError as e:
        raise Invalid(
            "invalid", "Some fields are not valid.", [field_error_of(error) for error in e.errors()]
        ) from None
    return {name: _value(fields[name], getattr(instance, name)) for name in instance.model_fields_set}


def check_field(name: str, f: Field, value: Any) -> None:
    """Raises Invalid unless the value is one of the field, exactly as it is."""
    check(_build_model("Value", {name: f}, patch=True), {name: f}, {name: value})
    if isinstance(value, str) and value != value.strip():
        raise Invalid("invalid", "Some fields are not valid.",
                      [FieldError(name, "bad_value", "must not begin or end with a space")])  # fmt: skip


def _value(f: Field, value: Any) -> Any:
    return None if value is None else f.clean(value)


def field_error_of(error: Any) -> FieldError:
    path = ".".join(str(part) for part in error["loc"] if not str(part).startswith(("function-", "literal[")))
    kind, context = error["type"], error.get("ctx", {})
    if kind == "value_error":
        return FieldError(path, "bad_value", str(context["error"]))
    code, reason, remedy = REMEDIES.get(kind, (kind, error["msg"][:1].lower() + error["msg"][1:], ""))
    return FieldError(
        path, code, reason.format_map(_EllipsisForMissing(context)), remedy.format_map(_EllipsisForMissing(context))
    )


class _EllipsisForMissing(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"
