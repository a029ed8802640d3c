"""JSON request bodies: the base of their models, the types of their fields, and their validation."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic import Field as Check
from starlette.requests import Request

from otnet_server.api.endpoint import body_of, json_of
from otnet_server.errors import FieldError, Invalid
from otnet_server.schema.fields.text import one_line
from otnet_server.schema.fields.words import email as email_of
from otnet_server.schema.models import field_error_of

Line = Annotated[str, Check(min_length=1, max_length=120), AfterValidator(one_line)]
Email = Annotated[str, Check(max_length=250), AfterValidator(email_of)]
NonEmptyText = Annotated[str, Check(min_length=1, max_length=1000)]


class RequestBody(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


BodyT = TypeVar("BodyT", bound=BaseModel)


async def parse_body(request: Request, model: type[BodyT]) -> BodyT:
    """The body as an instance of `model`. Raises Invalid naming every field that is not valid."""
    body = await json_of(request, required=False)
    if not isinstance(body, dict):
        raise Invalid("bad_body", "The body must be a JSON object.", [])
    try:
        return model.model_validate(body)
    except ValidationError as e:
        raise Invalid(
            "invalid", "Some fields are not valid.", [field_error_of(error) for error in e.errors()]
        ) from None


async def text_of(request: Request, max_bytes: int) -> bytes:
    """A text file: the body, or `text` in a JSON object. Raises Invalid and ApiError (413)."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return await body_of(request, max_bytes)
    body = await json_of(request, max_bytes=2 * max_bytes)
    if not isinstance(body, dict) or list(body) != ["text"] or not isinstance(body["text"], str):
        field_error = FieldError("text", "required", "must be the only field, and text", "Send the file as text.")
        raise Invalid("invalid", "The body must have the field text.", [field_error])
    return str(body["text"]).encode(errors="replace")
