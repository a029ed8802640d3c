"""The API of viewer profiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator
from pydantic import Field as Check
from starlette.requests import Request
from starlette.responses import Response

from otnet_server.api.endpoint import refuse_device
from otnet_server.api.model_json import model_response
from otnet_server.api.request_body import NonEmptyText, RequestBody, parse_body
from otnet_server.api.site_endpoint import SiteRequest
from otnet_server.errors import ApiError
from otnet_server.identity.viewer_profiles import ProfileValues, ViewerProfile, ViewerProfiles
from otnet_server.schema.fields.text import one_line

ProfileName = Annotated[str, Check(min_length=1, max_length=40), AfterValidator(one_line)]
Color = Annotated[int, Check(ge=0, le=6)]
Age = Annotated[int, Check(ge=0, le=21)]
Pin = Annotated[str, Check(pattern=r"^[0-9]{4}$")]
OptionalPin = Annotated[str, Check(pattern=r"^([0-9]{4})?$")]


class CreateProfileBody(RequestBody):
    """A new profile. `max_age` is the highest age rating of its titles; null: no limit. `pin` has four digits."""

    name: ProfileName
    color: Color = 0
    max_age: Age | None = None
    pin: Pin | None = None


class ChangeProfileBody(RequestBody):
    """The changes to a profile. An empty `pin` removes the PIN."""

    name: ProfileName | None = None
    color: Color | None = None
    max_age: Age | None = None
    pin: OptionalPin | None = None


class SwitchProfileBody(RequestBody):
    """The profile to change to, with its PIN if it has one."""

    id: NonEmptyText
    pin: Annotated[str, Check(max_length=20)] = ""


@dataclass(frozen=True)
class ViewerProfileList:
    """The profiles of an account, the main one first."""

    items: Sequence[ViewerProfile]


@dataclass(frozen=True)
class CreatedProfile:
    """The id of a new profile."""

    id: str


class ViewerProfilesApi:
    def __init__(self, profiles: ViewerProfiles) -> None:
        self._profiles = profiles

    async def list(self, request: Request, ctx: SiteRequest) -> Response:
        return model_response(ViewerProfileList(await self._profiles.list_profiles(ctx.principal)))

    async def create(self, request: Request, ctx: SiteRequest) -> Response:
        _check_manager(ctx)
        body = await parse_body(request, CreateProfileBody)
        values = ProfileValues(body.name, body.color, body.max_age, True, body.pin)
        return model_response(CreatedProfile(await self._profiles.create(ctx.principal, values)), 201)

    async def change(self, request: Request, ctx: SiteRequest) -> Response:
        _check_manager(ctx)
        body = await parse_body(request, ChangeProfileBody)
        values = ProfileValues(body.name, body.color, body.max_age, "max_age" in body.model_fields_set, body.pin)
        await self._profiles.change(ctx.principal, request.path_params["id"], values)
        return Response(status_code=204)

    async def remove(self, request: Request, ctx: SiteRequest) -> Response:
        _check_manager(ctx)
        await self._profiles.remove(ctx.principal, request.path_params["id"])
        return Response(status_code=204)

    async def switch(self, request: Request, ctx: SiteRequest) -> Response:
        body = await parse_body(request, SwitchProfileBody)
        await self._profiles.switch(ctx.principal, body.id, body.pin)
        return Response(status_code=204)


def _check_manager(ctx: SiteRequest) -> None:
    """Raises ApiError 403 for a device, and for a session in a profile with an age limit."""
    refuse_device(ctx.principal)
    if ctx.principal.max_age is not None:
        raise ApiError(403, "limited_profile", "This profile can't change profiles.",
                       "Change to a profile without an age limit.")  # fmt: skip
