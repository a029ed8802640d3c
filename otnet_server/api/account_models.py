"""The requests and responses of accounts: sign-in, sign-up, passwords, the second factor, device sign-in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel
from pydantic import Field as Check
from typing_extensions import TypedDict

from otnet_server.api.request_body import Email, Line, NonEmptyText, RequestBody
from otnet_server.identity.accounts import Membership

DEVICE_GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"


class SetUpBody(RequestBody):
    """The first organization and its owner. `code` is that of the set-up link."""

    code: NonEmptyText
    organization: Line
    name: Line
    email: Email
    password: NonEmptyText


class SignInBody(RequestBody):
    """Credentials. `code` is the current code of the second factor, if the account has one. `sign_out` is the id of a
    device to sign out, from the problem `too_many_devices`."""

    email: Email
    password: NonEmptyText
    code: Annotated[str, Check(max_length=10)] | None = None
    sign_out: Annotated[str, Check(max_length=20)] | None = None


class SignUpBody(RequestBody):
    """A new account of a viewer."""

    name: Line
    email: Email
    password: NonEmptyText


class SwitchOrganizationBody(RequestBody):
    """The organization to switch to."""

    id: NonEmptyText


class ChangePasswordBody(RequestBody):
    """The current and the new password."""

    current: NonEmptyText
    new: NonEmptyText


class AccountBody(RequestBody):
    """The changes to an account. A new address requires the password. `language` is that of mails; `failure_mails`:
    send a mail when media can't be encoded."""

    name: Line | None = None
    email: Email | None = None
    password: NonEmptyText | None = None
    language: Literal["en", "de"] | None = None
    failure_mails: bool | None = None


class VerificationBody(RequestBody):
    """The token of the link that verifies an address."""

    token: NonEmptyText


class CodeBody(RequestBody):
    """A code of the second factor."""

    code: NonEmptyText


class PasswordBody(RequestBody):
    """The password, as a confirmation."""

    password: NonEmptyText


class RequestResetBody(RequestBody):
    """The address of the account."""

    email: Email


class NewPasswordBody(RequestBody):
    """The token of the reset link, and the new password."""

    token: NonEmptyText
    password: NonEmptyText


class InvitationBody(RequestBody):
    """The token of the invitation's link."""

    token: NonEmptyText


class AcceptInvitationBody(RequestBody):
    """The token of the invitation's link. Without a session, or for another account, also a new password, and a name
    for a new account."""

    token: NonEmptyText
    name: Line | None = None
    password: NonEmptyText | None = None


class DeviceAuthorizationForm(BaseModel):
    """A device authorization request (RFC 8628 §3.1)."""

    client_id: Literal["otnet-tv"]


class DeviceTokenForm(BaseModel):
    """A device access token request (RFC 8628 §3.4)."""

    grant_type: Literal["urn:ietf:params:oauth:grant-type:device_code"]
    device_code: str = ""
    client_id: str = ""


class DeviceDecisionBody(RequestBody):
    """Whether the device may sign in."""

    allow: bool


@dataclass(frozen=True, kw_only=True)
class SessionUser:
    """The signed-in user. `two_factor`: the account has a second factor. `email_verified`: the address was verified for
    this server. `language`, of mails, is null until it was chosen; `failure_mails`: they get a mail when media can't be
    encoded."""

    id: str
    email: str
    name: str
    two_factor: bool
    email_verified: bool
    language: Literal["en", "de"] | None
    failure_mails: bool


@dataclass(frozen=True, kw_only=True)
class SignInProvider:
    """An external sign-in provider; sign-in starts at `/api/v1/auth/oidc/{name}`. `label` is the text of the button."""

    name: str
    label: str


@dataclass(frozen=True, kw_only=True)
class SessionDocument:
    """A session. `organization` is the current one of `organizations`. `csrf` is the token to send as `X-CSRF-Token`.
    `setup_needed`: the server has no users yet."""

    user: SessionUser | None
    organization: Membership | None
    organizations: Sequence[Membership]
    csrf: str | None
    providers: Sequence[SignInProvider]
    setup_needed: bool


@dataclass(frozen=True, kw_only=True)
class DeviceAuthorization:
    """A device authorization response (RFC 8628 §3.2). `expires_in` and `interval` are in seconds."""

    device_code: str
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    expires_in: int
    interval: int


@dataclass(frozen=True)
class DeviceToken:
    """A device access token response (RFC 6749 §5.1). `expires_in` is in seconds."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int


@dataclass(frozen=True, kw_only=True)
class WaitingDevice:
    """A device that waits for authorization: the name of its application, and its User-Agent. `expires_in` is in
    seconds."""

    user_code: str
    client: str
    agent: str
    expires_in: int


class OAuthError(TypedDict, total=False):
    """An OAuth error response (RFC 6749 §5.2, RFC 8628 §3.5)."""

    error: str
    error_description: str
