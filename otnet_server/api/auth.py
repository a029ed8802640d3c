"""Identity over HTTP: set-up, signing in and out, organizations, passwords, the second factor."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic import Field as Check
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from otnet_server.api.endpoint import address, json_of
from otnet_server.errors import ApiError, Invalid
from otnet_server.identity.accounts import Accounts
from otnet_server.identity.secret_box import SecretBox
from otnet_server.identity.sessions import COOKIE, LASTS, Sessions
from otnet_server.logs import log
from otnet_server.playback.access import TOKEN_COOKIE
from otnet_server.principal import Principal
from otnet_server.protocols import AuthProvider
from otnet_server.schema.fields.text import one_line
from otnet_server.schema.fields.words import email as email_of
from otnet_server.schema.models import field_error_of

Line = Annotated[str, Check(min_length=1, max_length=120), AfterValidator(one_line)]
Email = Annotated[str, Check(max_length=250), AfterValidator(email_of)]
Word = Annotated[str, Check(min_length=1, max_length=1000)]
STATE_COOKIE = "otnet_signing_in"


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


B = TypeVar("B", bound=Body)


class SetUp(Body):
    code: Word
    organization: Line
    name: Line
    email: Email
    password: Word


class SignIn(Body):
    email: Email
    password: Word
    code: Annotated[str, Check(max_length=10)] | None = None


class Switch(Body):
    id: Word


class ChangePassword(Body):
    current: Word
    new: Word


class Account(Body):
    name: Line | None = None
    email: Email | None = None
    password: Word | None = None


class Code(Body):
    code: Word


class Password(Body):
    password: Word


class Reset(Body):
    email: Email


class NewPassword(Body):
    token: Word
    password: Word


class Auth:
    def __init__(
        self,
        accounts: Accounts,
        sessions: Sessions,
        secret_box: SecretBox,
        providers: dict[str, AuthProvider],
        url: str,
    ) -> None:
        """`url` is where people reach the server, if the operator said so; empty: as the request came."""
        self._accounts, self._sessions, self._secret_box = accounts, sessions, secret_box
        self._providers, self._url = providers, url

    async def session(self, request: Request, principal: Principal) -> Response:
        return JSONResponse(await self._document(principal))

    async def _document(self, principal: Principal) -> dict[str, Any]:
        providers = [{"name": n, "label": p.label} for n, p in self._providers.items()]
        nobody = {"user": None, "organization": None, "organizations": [], "csrf": None, "providers": providers}
        if principal.kind != "user":
            return {**nobody, "setup_needed": await self._accounts.needs_setup()}
        person = await self._accounts.person(principal.id)
        organizations = await self._accounts.organizations(principal.id)
        return {
            "user": {"id": person.id, "email": person.email, "name": person.name, "two_factor": person.two_factor},
            "organization": next((o for o in organizations if o["id"] == principal.organization), None),
            "organizations": organizations,
            "csrf": self._secret_box.csrf(principal.session),
            "providers": providers,
            "setup_needed": False,
        }

    async def set_up(self, request: Request, principal: Principal) -> Response:
        b = await read(request, SetUp)
        user = await self._accounts.set_up(b.code, b.organization, b.name, b.email, b.password)
        return await self.signed_in(request, user, 201)

    async def sign_in(self, request: Request, principal: Principal) -> Response:
        b = await read(request, SignIn)
        return await self.signed_in(
            request, await self._accounts.sign_in(b.email, b.password, b.code, address(request))
        )

    async def signed_in(self, request: Request, user: str, status: int = 200) -> Response:
        token, principal = await self._begin(request, user)
        answer = JSONResponse(await self._document(principal), status)
        _set_cookie(answer, request, token)
        return answer

    async def _begin(self, request: Request, user: str) -> tuple[str, Principal]:
        """A fresh session; one that the browser had before ends, so that none can be fixed beforehand."""
        old = request.cookies.get(COOKIE)
        if old:
            await self._sessions.end(old)
        organizations = await self._accounts.organizations(user)
        first = organizations[0]["id"] if organizations else None
        agent = request.headers.get("user-agent", "")
        token = await self._sessions.start(user, first, agent, address(request))
        principal = await self._sessions.person(token)
        assert principal is not None
        return token, principal

    async def sign_out(self, request: Request, principal: Principal) -> Response:
        await self._sessions.end(request.cookies.get(COOKIE, ""))
        return _signed_out()

    async def switch(self, request: Request, principal: Principal) -> Response:
        b = await read(request, Switch)
        if not any(o["id"] == b.id for o in await self._accounts.organizations(principal.id)):
            remedy = "GET /api/v1/auth/session lists yours."
            raise ApiError(404, "not_found", "You belong to no such organization.", remedy)
        await self._sessions.switch(principal.session, b.id)
        again = await self._sessions.person(request.cookies.get(COOKIE, ""))
        assert again is not None
        return JSONResponse(await self._document(again))

    async def change_password(self, request: Request, principal: Principal) -> Response:
        b = await read(request, ChangePassword)
        await self._accounts.change_password(principal.id, b.current, b.new)
        await self._sessions.end_all(principal.id, but=principal.session)
        return Response(status_code=204)

    async def change_account(self, request: Request, principal: Principal) -> Response:
        b = await read(request, Account)
        await self._accounts.change(principal, b.name, b.email, b.password)
        self._sessions.forget()
        return JSONResponse(await self._document(principal))

    async def remove_account(self, request: Request, principal: Principal) -> Response:
        await self._accounts.remove(principal, (await read(request, Password)).password)
        self._sessions.forget()
        return _signed_out()

    async def ask_reset(self, request: Request, principal: Principal) -> Response:
        """Says the same whether or not somebody has the address. The link goes into the server's log; a plugin may
        send it by mail."""
        b = await read(request, Reset)
        made = await self._accounts.reset_token(b.email)
        if made is not None:
            staff = any(o["role"] != "audience" for o in await self._accounts.organizations(made[0]))
            link = f"{self._base(request)}{'/studio/#/reset?' if staff else '/reset#'}token={made[1]}"
            log.warning("a new password was asked for", email=b.email, link=link)
        return Response(status_code=202)

    async def reset(self, request: Request, principal: Principal) -> Response:
        b = await read(request, NewPassword)
        user = await self._accounts.reset_password(b.token, b.password)
        await self._sessions.end_all(user)
        return Response(status_code=204)

    async def begin_totp(self, request: Request, principal: Principal) -> Response:
        return JSONResponse(await self._accounts.begin_totp(principal.id))

    async def confirm_totp(self, request: Request, principal: Principal) -> Response:
        await self._accounts.confirm_totp(principal.id, (await read(request, Code)).code)
        return Response(status_code=204)

    async def remove_totp(self, request: Request, principal: Principal) -> Response:
        await self._accounts.remove_totp(principal.id, (await read(request, Password)).password)
        return Response(status_code=204)

    # --- signing in elsewhere ---

    def _base(self, request: Request) -> str:
        return self._url.rstrip("/") or str(request.base_url).rstrip("/")

    def _provider(self, request: Request) -> AuthProvider:
        provider = self._providers.get(request.path_params["provider"])
        if provider is None:
            raise ApiError(404, "not_found", "There is no such sign-in.", "GET /api/v1/auth/session lists them.")
        return provider

    async def elsewhere(self, request: Request, principal: Principal) -> Response:
        """To the provider; what must be remembered until it answers travels sealed in a cookie."""
        provider = self._provider(request)
        url, state = await provider.begin(f"{self._base(request)}/api/v1/auth/oidc/{provider.name}/callback")
        answer = RedirectResponse(url, 303)
        sealed = self._secret_box.seal(f"sign-in {provider.name}", state)
        answer.set_cookie(STATE_COOKIE, sealed, max_age=600, httponly=True, samesite="lax",
                          secure=request.url.scheme == "https", path="/api/v1/auth")  # fmt: skip
        return answer

    async def back(self, request: Request, principal: Principal) -> Response:
        provider = self._provider(request)
        try:
            state = self._secret_box.open(f"sign-in {provider.name}", request.cookies.get(STATE_COOKIE, ""))
        except ValueError:
            return RedirectResponse("/studio/#/login?problem=expired", 303)
        found = await provider.finish(dict(request.query_params), state)
        user = await self._accounts.known_as(provider.name, found.subject, found.email, found.email_verified)
        if user is None:
            return RedirectResponse("/studio/#/login?problem=unknown", 303)
        token, _ = await self._begin(request, user)
        answer = RedirectResponse("/studio/", 303)
        _set_cookie(answer, request, token)
        answer.delete_cookie(STATE_COOKIE, path="/api/v1/auth")
        return answer


def _signed_out() -> Response:
    answer = Response(status_code=204)
    answer.delete_cookie(COOKIE)
    answer.delete_cookie(TOKEN_COOKIE)
    return answer


def _set_cookie(answer: Response, request: Request, token: str) -> None:
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, token, max_age=int(LASTS.total_seconds()), httponly=True, samesite="lax", secure=secure)


async def read(request: Request, model: type[B]) -> B:
    body = await json_of(request, needed=False)
    if not isinstance(body, dict):
        raise Invalid("bad_body", "The body must be a JSON object.", [])
    try:
        return model.model_validate(body)
    except ValidationError as e:
        raise Invalid(
            "invalid", "Some fields can't be taken as they are.", [field_error_of(x) for x in e.errors()]
        ) from None
