"""The operations of accounts in the viewers' API: sessions, sign-in and sign-up, passwords, the second factor, device
sign-in."""

from __future__ import annotations

from typing import Any

from otnet_server.api import account_models as models
from otnet_server.api.viewer_operations import FORM, Method, Operation
from otnet_server.identity.accounts import TotpSecret
from otnet_server.identity.invitations import Invitation
from otnet_server.playback.access import Access

ACCOUNT, DEVICE = "Account", "Device sign-in"
TAGS = {
    ACCOUNT: "Sessions and accounts. Signing in sets the session cookie `otnet_session`.",
    DEVICE: "Sign-in for televisions: the OAuth 2.0 Device Authorization Grant (RFC 8628).",
}


def account(
    id: str, method: Method, name: str, summary: str, returns: str, *, open: bool = False, **more: Any
) -> Operation:
    """An operation below `/api/v1/auth/`. `open`: it needs no session."""
    access = Access.OPEN if open else Access.SIGNED_IN
    values = {"tag": ACCOUNT, "status": 200 if "response" in more else 204, **more}
    return Operation(
        id=id, method=method, path=f"/api/v1/auth/{name}", access=access, summary=summary, returns=returns, **values
    )


OPERATIONS: tuple[Operation, ...] = (
    account(
        "session_get", "GET", "session", "Read the session",
        "The signed-in user, their organizations and the CSRF token; null for anonymous callers.", open=True,
        response=models.SessionDocument,
    ),
    account(
        "account_set_up", "POST", "setup", "Set up the server", "The session of the owner.", open=True,
        body=models.SetUpBody, response=models.SessionDocument, status=201,
        description="Creates the first organization and its owner, once, with the code of the set-up link.",
        errors={403: "The code is wrong or was used already."},
    ),
    account(
        "account_sign_in", "POST", "login", "Sign in", "The new session.", open=True, body=models.SignInBody,
        response=models.SessionDocument,
        errors={
            401: "The address, the password or the code is wrong, or the code is missing.",
            409: "The viewer is signed in on as many devices as they may (`too_many_devices`; `devices` lists them).",
        },
    ),
    account("account_sign_out", "POST", "logout", "Sign out", "The session was ended."),
    account(
        "account_sign_up", "POST", "signup", "Create an account", "The session of the new account.", open=True,
        body=models.SignUpBody, response=models.SessionDocument, status=201,
        errors={403: "The organization does not allow sign-ups.", 409: "The address has an account already."},
    ),
    account(
        "invitation_get", "POST", "invitation", "Read an invitation", "The invitation of a link.", open=True,
        body=models.InvitationBody, response=Invitation,
        errors={403: "The link was used or withdrawn, or has expired."},
    ),
    account(
        "invitation_accept", "POST", "invitation/accept", "Accept an invitation", "The session of the member.",
        open=True, body=models.AcceptInvitationBody, response=models.SessionDocument,
        description="With a session, its user becomes a member; their address must be that of the invitation. With a "
        "password, the account is created, or gets this password if it belongs to no other organization.",
        errors={
            401: "There is neither a session nor a password.",
            403: "The link is not valid, or the invitation is for another address.",
            409: "The account exists already: sign in with it.",
        },
    ),
    account(
        "account_switch_organization", "POST", "organization", "Switch to another organization",
        "The session in the other organization.", body=models.SwitchOrganizationBody,
        response=models.SessionDocument, errors={404: "The user is not a member of this organization."},
    ),
    account(
        "account_change_password", "POST", "password", "Change the password",
        "The password was changed; all other sessions were ended.", body=models.ChangePasswordBody,
    ),
    account(
        "account_change", "POST", "account", "Change the name or the address", "The changed session.",
        body=models.AccountBody, response=models.SessionDocument,
        description="A new address requires the password, because password resets are sent to it.",
        errors={409: "The address has an account already."},
    ),
    account(
        "verification_request", "POST", "verification", "Request a link that verifies the address",
        "A mail with the link was put into the outbox, unless the address is verified.", status=202,
    ),
    account(
        "verification_confirm", "POST", "verification/confirm", "Verify the address", "The session.",
        body=models.VerificationBody, response=models.SessionDocument,
        errors={403: "The link is for another account or address, or has expired."},
    ),
    account(
        "account_remove", "POST", "account/remove", "Delete the account",
        "The account and all data kept about it were deleted.", body=models.PasswordBody,
        errors={409: "The user is the only owner of an organization."},
    ),
    account(
        "totp_begin", "POST", "totp", "Start setting up a second factor", "The secret for an authenticator app.",
        response=TotpSecret, errors={409: "The second factor is already on."},
    ),
    account(
        "totp_confirm", "POST", "totp/confirm", "Turn the second factor on", "The second factor is on.",
        body=models.CodeBody, errors={409: "The set-up was not started."},
    ),
    account(
        "totp_remove", "POST", "totp/remove", "Turn the second factor off", "The second factor is off.",
        body=models.PasswordBody,
    ),
    account(
        "password_reset_request", "POST", "reset", "Request a link for a new password",
        "The request was accepted. The response does not tell whether the address has an account.", open=True,
        body=models.RequestResetBody, status=202,
    ),
    account(
        "password_reset_confirm", "POST", "reset/confirm", "Set a new password",
        "The password was set; all sessions were ended.", open=True, body=models.NewPasswordBody,
        errors={403: "The link is invalid or has expired."},
    ),
    account(
        "oidc_redirect", "GET", "oidc/{provider}", "Sign in with an external provider",
        "A redirect to the provider.", open=True, status=303, errors={404: "The provider does not exist."},
    ),
    account(
        "oidc_callback", "GET", "oidc/{provider}/callback", "Return from an external provider",
        "A redirect to the studio.", open=True, status=303,
        errors={400: "The provider refused the sign-in.", 404: "The provider does not exist."},
    ),
    account(
        "device_authorize", "POST", "device", "Request device authorization",
        "The codes: the device shows `user_code` and polls with `device_code`.", open=True, tag=DEVICE,
        body=models.DeviceAuthorizationForm, body_type=FORM, response=models.DeviceAuthorization,
        errors={400: "The client is unknown (an OAuth error)."},
    ),
    account(
        "device_token", "POST", "token", "Poll for the token of a device", "The token, which is a session.",
        open=True, tag=DEVICE, body=models.DeviceTokenForm, body_type=FORM, response=models.DeviceToken,
        errors={400: "An OAuth error: `authorization_pending`, `slow_down`, `access_denied`, `expired_token` or "
                     "`unsupported_grant_type`."},
    ),
    account(
        "device_get", "GET", "device/{code}", "Read the device that shows a code", "The device.", tag=DEVICE,
        response=models.WaitingDevice, errors={404: "The code is wrong or has expired."},
    ),
    account(
        "device_decide", "POST", "device/{code}", "Allow or deny a device", "The decision was stored.", tag=DEVICE,
        body=models.DeviceDecisionBody, errors={404: "The code is wrong or has expired."},
    ),
)  # fmt: skip
