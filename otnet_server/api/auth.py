"""The authentication API: set-up, sign-in and sign-out, organizations, accounts, passwords, the second factor."""

from __future__ import annotations

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from otnet_server.api.account_mails import AccountMails
from otnet_server.api.account_models import (
    AcceptInvitationBody,
    AccountBody,
    ChangePasswordBody,
    CodeBody,
    InvitationBody,
    NewPasswordBody,
    PasswordBody,
    RequestResetBody,
    SessionDocument,
    SessionUser,
    SetUpBody,
    SignInBody,
    SignInProvider,
    SwitchOrganizationBody,
    VerificationBody,
)
from otnet_server.api.endpoint import address, refuse_device
from otnet_server.api.model_json import model_response
from otnet_server.api.request_body import parse_body
from otnet_server.errors import ApiError
from otnet_server.identity import known_devices
from otnet_server.identity.accounts import Membership
from otnet_server.identity.services import IdentityServices
from otnet_server.identity.sessions import COOKIE, SESSION_LIFETIME
from otnet_server.logs import log
from otnet_server.playback.access import TOKEN_COOKIE
from otnet_server.principal import Principal
from otnet_server.protocols import AuthProvider, SignInRequest, SignInResponse
from otnet_server.web.known_hosts import KnownHosts

STATE_COOKIE = "otnet_signing_in"


class Auth:
    def __init__(
        self,
        identity: IdentityServices,
        providers: dict[str, AuthProvider],
        known_hosts: KnownHosts,
        mails: AccountMails,
    ) -> None:
        self._accounts, self._sessions, self._secret_box = identity.accounts, identity.sessions, identity.secret_box
        self._invitations = identity.invitations
        self._providers, self.known_hosts, self.mails = providers, known_hosts, mails

    async def session(self, request: Request, principal: Principal) -> Response:
        return model_response(await self._session_document(principal))

    async def _session_document(self, principal: Principal) -> SessionDocument:
        user, organizations = None, list[Membership]()
        if principal.kind == "user":
            person = await self._accounts.person(principal.id)
            user = SessionUser(
                id=person.id, email=person.email, name=person.name, two_factor=person.two_factor,
                email_verified=person.email_verified, language=person.language, failure_mails=person.failure_mails,
            )  # fmt: skip
            organizations = await self._accounts.organizations(principal.id)
        return SessionDocument(
            user=user,
            organization=next((o for o in organizations if o.id == principal.organization), None),
            organizations=organizations,
            csrf=self._secret_box.csrf(principal.session) if user is not None else None,
            providers=[SignInProvider(name=n, label=p.label) for n, p in self._providers.items()],
            setup_needed=user is None and await self._accounts.needs_setup(),
        )

    async def set_up(self, request: Request, principal: Principal) -> Response:
        body = await parse_body(request, SetUpBody)
        user = await self._accounts.set_up(body.code, body.organization, body.name, body.email, body.password)
        return await self.sign_in_response(request, user, 201)

    async def sign_in(self, request: Request, principal: Principal) -> Response:
        body = await parse_body(request, SignInBody)
        known_device = request.cookies.get(known_devices.COOKIE, "")
        user = await self._accounts.sign_in(body.email, body.password, body.code, address(request), known_device)
        return await self.sign_in_response(request, user, replaces=body.sign_out)

    async def sign_in_response(
        self, request: Request, user: str, status: int = 200, replaces: str | None = None
    ) -> Response:
        token, principal = await self._start_session(request, user, replaces)
        response = model_response(await self._session_document(principal), status)
        self._set_cookies(response, request, token, user)
        return response

    def _set_cookies(self, response: Response, request: Request, token: str, user: str) -> None:
        device = self._accounts.known_devices.issue(user)
        for name, value, seconds, path in (
            (COOKIE, token, int(SESSION_LIFETIME.total_seconds()), "/"),
            (known_devices.COOKIE, device, known_devices.LIFETIME_S, "/api/v1/auth"),
        ):
            response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", path=path,
                                secure=request.url.scheme == "https")  # fmt: skip

    async def _start_session(self, request: Request, user: str, replaces: str | None = None) -> tuple[str, Principal]:
        """Start a new session and end the previous one of the browser, which prevents session fixation."""
        previous = request.cookies.get(COOKIE)
        if previous:
            await self._sessions.end(previous)
        landing = await self._accounts.landing_organization(user)
        agent = request.headers.get("user-agent", "")
        token = await self._sessions.start(user, landing, agent, address(request), replaces=replaces)
        principal = await self._sessions.person(token)
        assert principal is not None
        return token, principal

    async def sign_out(self, request: Request, principal: Principal) -> Response:
        await self._sessions.end_one(principal.session)
        return _sign_out_response()

    async def switch_organization(self, request: Request, principal: Principal) -> Response:
        body = await parse_body(request, SwitchOrganizationBody)
        if not any(o.id == body.id for o in await self._accounts.organizations(principal.id)):
            remedy = "GET /api/v1/auth/session lists your organizations."
            raise ApiError(404, "not_found", "You are not a member of this organization.", remedy)
        await self._sessions.switch(principal.id, principal.session, body.id)
        switched = await self._sessions.person(request.cookies.get(COOKIE, ""))
        assert switched is not None
        return model_response(await self._session_document(switched))

    async def change_password(self, request: Request, principal: Principal) -> Response:
        body = await parse_body(request, ChangePasswordBody)
        await self._accounts.change_password(principal.id, body.current, body.new)
        await self._sessions.end_all(principal.id, but=principal.session)
        return Response(status_code=204)

    async def change_account(self, request: Request, principal: Principal) -> Response:
        body = await parse_body(request, AccountBody)
        await self._accounts.change(principal, body.name, body.email, body.password)
        await self._accounts.set_preferences(principal.id, body.language, body.failure_mails)
        self._sessions.forget()
        if body.email is not None:
            await self.send_verification(request, principal.id)
        return model_response(await self._session_document(principal))

    async def remove_account(self, request: Request, principal: Principal) -> Response:
        await self._accounts.remove(principal, (await parse_body(request, PasswordBody)).password)
        self._sessions.forget()
        return _sign_out_response()

    async def request_password_reset(self, request: Request, principal: Principal) -> Response:
        """Create a reset link and put a mail with it into the outbox; without a mailer, also write it to the server's
        log. Neither the response nor the time that it takes reveals whether the address has an account."""
        body = await parse_body(request, RequestResetBody)
        base, language = await self.known_hosts.base_url(request), request.headers.get("accept-language", "")
        return Response(status_code=202, background=BackgroundTask(self._send_reset, body.email, base, language))

    async def _send_reset(self, email: str, base: str, language: str) -> None:
        reset = await self._accounts.reset_token(email)
        if reset is None:
            return
        staff = any(o.role != "audience" for o in await self._accounts.organizations(reset[0]))
        link = f"{base}{'/studio/#/reset?' if staff else '/reset#'}token={reset[1]}"
        await self.mails.password_reset(reset[0], link, language)
        if not self.mails.sends:
            log.warning("a new password was requested", email=email, link=link)

    async def confirm_password_reset(self, request: Request, principal: Principal) -> Response:
        body = await parse_body(request, NewPasswordBody)
        user = await self._accounts.reset_password(body.token, body.password)
        await self._sessions.end_all(user)
        return Response(status_code=204)

    # --- verified addresses ---

    async def send_verification(self, request: Request, user: str) -> None:
        base_url = await self.known_hosts.base_url(request)
        await self.mails.verification(user, base_url, request.headers.get("accept-language", ""))

    async def request_verification(self, request: Request, principal: Principal) -> Response:
        await self.send_verification(request, principal.id)
        return Response(status_code=202)

    async def confirm_verification(self, request: Request, principal: Principal) -> Response:
        await self.mails.verify(principal.id, (await parse_body(request, VerificationBody)).token)
        return model_response(await self._session_document(principal))

    # --- invitations ---

    async def show_invitation(self, request: Request, principal: Principal) -> Response:
        """The token is in the body and not in the path, so that it is not logged."""
        body = await parse_body(request, InvitationBody)
        return model_response(await self._invitations.show(body.token))

    async def accept_invitation(self, request: Request, principal: Principal) -> Response:
        body = await parse_body(request, AcceptInvitationBody)
        if body.password is not None:
            user = await self._invitations.accept_with_password(body.token, body.name, body.password)
            return await self.sign_in_response(request, user)
        if principal.kind != "user":
            raise ApiError(401, "sign_in", "You are not signed in.", "Sign in, or send a new password.")
        refuse_device(principal)
        await self._invitations.accept(principal, body.token)
        return model_response(await self._session_document(principal))

    # --- the second factor ---

    async def begin_totp(self, request: Request, principal: Principal) -> Response:
        return model_response(await self._accounts.begin_totp(principal.id))

    async def confirm_totp(self, request: Request, principal: Principal) -> Response:
        await self._accounts.confirm_totp(principal.id, (await parse_body(request, CodeBody)).code)
        return Response(status_code=204)

    async def remove_totp(self, request: Request, principal: Principal) -> Response:
        await self._accounts.remove_totp(principal.id, (await parse_body(request, PasswordBody)).password)
        return Response(status_code=204)

    # --- external sign-in ---

    def _provider(self, request: Request) -> AuthProvider:
        provider = self._providers.get(request.path_params["provider"])
        if provider is None:
            raise ApiError(
                404, "not_found", "This sign-in provider does not exist.", "GET /api/v1/auth/session lists them."
            )
        return provider

    async def redirect_to_provider(self, request: Request, principal: Principal) -> Response:
        """Redirect to the provider. The state for its callback is stored encrypted in a cookie."""
        provider = self._provider(request)
        base = await self.known_hosts.base_url(request)
        callback = f"{base}/api/v1/auth/oidc/{provider.name}/callback"
        redirect = await provider.begin(SignInRequest(callback))
        response = RedirectResponse(redirect.url, 303)
        sealed = self._secret_box.seal(f"sign-in {provider.name}", redirect.state)
        response.set_cookie(STATE_COOKIE, sealed, max_age=600, httponly=True, samesite="lax",
                          secure=request.url.scheme == "https", path="/api/v1/auth")  # fmt: skip
        return response

    async def provider_callback(self, request: Request, principal: Principal) -> Response:
        provider = self._provider(request)
        try:
            state = self._secret_box.open(f"sign-in {provider.name}", request.cookies.get(STATE_COOKIE, ""))
        except ValueError:
            return RedirectResponse("/studio/#/login?problem=expired", 303)
        identity = await provider.finish(SignInResponse(dict(request.query_params), state))
        user = await self._accounts.known_as(provider.name, identity.subject, identity.email, identity.email_verified)
        self._sessions.forget()
        if user is None:
            return RedirectResponse("/studio/#/login?problem=unknown", 303)
        try:
            token, _ = await self._start_session(request, user)
        except ApiError as e:
            return RedirectResponse(f"/studio/#/login?problem={e.code}", 303)
        response = RedirectResponse("/studio/", 303)
        self._set_cookies(response, request, token, user)
        response.delete_cookie(STATE_COOKIE, path="/api/v1/auth")
        return response


def _sign_out_response() -> Response:
    response = Response(status_code=204)
    response.delete_cookie(COOKIE)
    response.delete_cookie(TOKEN_COOKIE)
    return response
