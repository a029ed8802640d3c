"""User accounts: first set-up, sign-up, sign-in, two-factor authentication and password resets.

The first start prints a set-up link that works once. It creates the owner of the first organization; nobody can sign in
before it was used.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pyotp
from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.client_address import network_of
from otnet_server.db.engine import Database
from otnet_server.db.records import Records, Row, lock, now
from otnet_server.db.tables import FIRST, external_identity, metadata, password_reset, setting
from otnet_server.errors import ApiError, FieldError, Invalid
from otnet_server.identity import passwords
from otnet_server.identity.credentials import NO_SECOND_FACTOR, replace_credentials
from otnet_server.identity.keys import digest
from otnet_server.identity.known_devices import KnownDevices
from otnet_server.identity.secret_box import SecretBox
from otnet_server.identity.throttle import Attempts
from otnet_server.principal import Principal
from otnet_server.resources import SCHEMA
from otnet_server.schema.field import Surface
from otnet_server.schema.fields.dates import utc
from otnet_server.schema.fields.slug import slug_of

RESET_LIFETIME = timedelta(hours=24)
MIN_PASSWORD_LENGTH = 10
SERVER_PRINCIPAL = Principal("server", Surface.DASHBOARD, label="server", organization=FIRST)

user, membership = metadata.tables["user"], metadata.tables["membership"]
organization = metadata.tables["organization"]


@dataclass(frozen=True, slots=True)
class UserRow:
    """An account. `totp_sealed` is the sealed seed of its second factor, `totp_pending` one that is not confirmed
    yet."""

    id: str
    email: str
    name: str
    password_hash: str | None
    totp_sealed: str | None
    totp_pending: str | None
    two_factor: bool
    email_verified: bool
    language: Literal["en", "de"] | None
    failure_mails: bool


@dataclass(frozen=True, slots=True)
class Membership:
    """An organization of a user, and their role in it. `mode`: `live`, or `test` for a sandbox."""

    id: str
    name: str
    slug: str
    role: str
    mode: str


@dataclass(frozen=True, slots=True)
class TotpSecret:
    """The secret of a second factor (RFC 6238), in Base32 and as a URI for authenticator apps."""

    secret: str
    uri: str


async def _find_user(c: AsyncConnection, condition: ColumnElement[bool]) -> UserRow | None:
    row = (await c.execute(select(user).where(condition))).first()
    if row is None:
        return None
    return UserRow(
        row.id,
        row.email,
        row.name,
        row.password_hash,
        row.totp_sealed,
        row.totp_pending,
        bool(row.two_factor),
        bool(row.email_verified),
        row.language,
        bool(row.failure_mails),
    )


class Accounts:
    def __init__(self, db: Database, records: Records, secret_box: SecretBox) -> None:
        self._db, self._records, self._secret_box = db, records, secret_box
        self._attempts = Attempts()
        self.known_devices = KnownDevices(secret_box)

    # --- the first one ---

    async def needs_setup(self) -> bool:
        async with self._db.read() as c:
            return (await c.execute(select(func.count()).select_from(user))).scalar_one() == 0

    async def setup_code(self) -> str | None:
        """Create a one-time set-up code and invalidate older ones. None when the server is set up already."""
        if not await self.needs_setup():
            return None
        code = secrets.token_urlsafe(18)
        async with self._db.write() as c:
            await c.execute(delete(setting).where(setting.c.name == "setup"))
            await c.execute(insert(setting).values(name="setup", value=digest(code)))
        return code

    async def set_up(self, code: str, organization_name: str, name: str, email: str, password: str) -> str:
        """Name the first organization and create its owner; returns the id of the owner.

        Raises Invalid for a weak password, ApiError (403) for a wrong or used code.
        """
        check_new_password(password)
        password_hash = await passwords.hash_password(password)
        async with self._db.write() as c:
            code_digest = (await c.execute(select(setting.c.value).where(setting.c.name == "setup"))).scalar()
            unused = (await c.execute(select(func.count()).select_from(user))).scalar_one() == 0
            if not unused or code_digest is None or not secrets.compare_digest(code_digest, digest(code)):
                raise ApiError(403, "bad_setup_code", "This set-up link is not valid, or has been used.",
                             "Use the link that the server printed when it last started.")  # fmt: skip
            statement = update(organization).where(organization.c.id == FIRST)
            await c.execute(statement.values(name=organization_name, slug=slug_of(organization_name), updated_at=now()))
            values = {"email": email, "name": name}
            row = await self._records.create(
                c, SCHEMA["user"], SERVER_PRINCIPAL, values, {"password_hash": password_hash, "email_verified": True}
            )
            await self._records.create(
                c, SCHEMA["membership"], SERVER_PRINCIPAL, {"role": "owner"},
                {"user": row["id"], "organization": FIRST, "email_verified": True},
            )  # fmt: skip
            await c.execute(delete(setting).where(setting.c.name == "setup"))
        return str(row["id"])

    async def sign_up(self, organization_id: str, name: str, email: str, password: str, address: str) -> str:
        """Create a viewer account at an organization that allows sign-up; returns the id of the user.

        Raises Invalid for a weak password, ApiError when sign-up is closed (403) or the address has an account (409).
        The latter counts as a failed attempt of the client, so that nobody can find out many addresses (429).
        """
        check_new_password(password)
        async with self._db.read() as c:
            in_organization = organization.c.id == organization_id
            sign_up = (await c.execute(select(organization.c.sign_up).where(in_organization))).scalar()
            existing_user = (await c.execute(select(user.c.id).where(user.c.email == email))).scalar()
        if sign_up != "open":
            raise ApiError(403, "sign_up_closed", "This organization does not allow sign-up.", "Ask for an invitation.")
        if (wait := self._attempts.wait_s(f"sign-up {network_of(address)}")) > 0:
            raise too_many_attempts(wait)
        principal = Principal("server", Surface.DASHBOARD, label=email, organization=organization_id)
        if existing_user is not None:
            self._begin_attempt(f"sign-up {network_of(address)}")
            raise ApiError(
                409, "known_already", "An account with this e-mail address exists already.", "Sign in with it."
            )
        password_hash = await passwords.hash_password(password)
        async with self._db.write() as c:
            row = await self._records.create(c, SCHEMA["user"], principal, {"email": email, "name": name},
                                              {"password_hash": password_hash})  # fmt: skip
            columns = {"user": row["id"], "organization": organization_id}
            await self._records.create(c, SCHEMA["membership"], principal, {"role": "audience"}, columns)
        return str(row["id"])

    # --- signing in ---

    async def sign_in(self, email: str, password: str, code: str | None, address: str, known_device: str = "") -> str:
        """Check the credentials; returns the id of the user. `known_device` is the cookie of a browser that has signed
        in before (`known_devices.py`).

        Raises ApiError (401, 429), which does not reveal whether the address has an account.
        """
        async with self._db.read() as c:
            row = await _find_user(c, user.c.email == email)
        device = self.known_devices.id_for(known_device, row.id) if row is not None and known_device else None
        names = (f"device {device}",) if device else (f"account {email}", f"address {network_of(address)}")
        self._begin_attempt(*names)
        if not await passwords.matches(password, row.password_hash if row is not None else None) or row is None:
            raise ApiError(401, "bad_credentials", "The e-mail address or the password is wrong.",
                         "Try again, or reset your password.")  # fmt: skip
        if row.totp_sealed is not None:
            if not code:
                self._attempts.withdraw(*names)
                raise ApiError(
                    401, "two_factor_needed", "A code of your authenticator app is required.", "Send it as “code”."
                )
            if not await self._consume_totp(row, code):
                raise ApiError(
                    401, "bad_code", "The code is wrong, or has been used already.", "Wait for the next code."
                )
        self._attempts.succeeded(*names)
        return str(row.id)

    def _begin_attempt(self, *names: str) -> None:
        """Count an attempt as failed until it succeeds, so that concurrent attempts cannot bypass the throttle.
        Raises ApiError (429)."""
        wait = self._attempts.wait_s(*names)
        if wait > 0:
            raise too_many_attempts(wait)
        self._attempts.failed(*names)

    async def _verify_password(self, row: UserRow, password: str) -> bool:
        """Check the password of a signed-in user. Throttled like sign-in, so that a stolen session cannot guess it."""
        name = f"password {row.id}"
        self._begin_attempt(name)
        fits = await passwords.matches(password, row.password_hash)
        if fits:
            self._attempts.succeeded(name)
        return fits

    async def _consume_totp(self, row: UserRow, code: str) -> bool:
        """Whether the TOTP code is valid (RFC 6238, one step of tolerance). A code works only once (RFC 6238 §5.2)."""
        if row.totp_sealed is None:
            return False
        totp = pyotp.TOTP(self._secret_box.open(f"totp {row.id}", row.totp_sealed))
        step = _matching_step(totp, code)
        if step is None:
            return False
        unused = update(user).where(user.c.id == row.id, func.coalesce(user.c.totp_used, 0) < step)
        async with self._db.write() as c:
            return bool((await c.execute(unused.values(totp_used=step))).rowcount)

    async def known_as(self, provider: str, subject: str, email: str, verified: bool) -> str | None:
        """The id of the user of an external identity: linked to it earlier, or linked now by a verified address.

        If the address was not verified for this server before, somebody else may have created the account: its former
        password, second factor and sessions end.
        """
        identity = f"{provider}:{subject}"
        linked = select(external_identity.c.user).where(external_identity.c.identity == identity)
        async with self._db.read() as c:
            known = (await c.execute(linked)).scalar()
        if known is not None or not verified:
            return known
        async with self._db.write() as c:
            row = (await c.execute(select(user).where(user.c.email == email.lower()))).first()
            known = (await c.execute(linked)).scalar()
            if known is not None or row is None:
                return known
            if not row.email_verified:
                await replace_credentials(c, row.id, None)
                await c.execute(update(user).where(user.c.id == row.id).values(email_verified=True))
            await c.execute(insert(external_identity).values(identity=identity, user=row.id))
        return str(row.id)

    async def organizations(self, user_id: str) -> list[Membership]:
        query = (
            select(organization.c.id, organization.c.name, organization.c.slug, membership.c.role, organization.c.mode)
            .join(membership, membership.c.organization == organization.c.id)
            .where(membership.c.user == user_id)
            .order_by(organization.c.name)
        )
        async with self._db.read() as c:
            return [Membership(*row) for row in await c.execute(query)]

    async def landing_organization(self, user_id: str) -> str | None:
        """The organization of a new session: the one that the user switched to last, else the one joined first."""
        query = (
            select(membership.c.organization)
            .join(user, user.c.id == membership.c.user)
            .where(membership.c.user == user_id)
            .order_by((membership.c.organization == user.c.last_organization).desc(), membership.c.created_at)
        )
        async with self._db.read() as c:
            return (await c.execute(query.limit(1))).scalar()

    async def person(self, user_id: str) -> UserRow:
        """Raises ApiError (401) when the account was removed meanwhile."""
        async with self._db.read() as c:
            row = await _find_user(c, user.c.id == user_id)
        if row is None:
            raise ApiError(401, "sign_in", "This account was removed.", "Sign in with another account.")
        return row

    # --- one's own account ---

    async def change(self, principal: Principal, name: str | None, email: str | None, password: str | None) -> None:
        """Change the name or the e-mail address. A new address requires the password, because password resets are sent
        to it. Raises Invalid."""
        row = await self.person(principal.id)
        email_changed = email is not None and email != row.email
        if email_changed and not await self._verify_password(row, password or ""):
            field_error = FieldError(
                "password", "wrong", "is not your password", "Changing the e-mail address requires it."
            )
            raise Invalid("invalid", "The account was not changed.", [field_error])
        changes = {n: v for n, v in (("name", name), ("email", email)) if v is not None}
        attempt = f"new address of {principal.id}"
        if email_changed:  # addresses that others have count as failed attempts, so that nobody finds out many
            self._begin_attempt(attempt)
        async with self._db.write() as c:
            before = dict((await c.execute(select(user).where(user.c.id == principal.id))).mappings().one())
            columns = {"email_verified": False} if email_changed else {}
            await self._records.update(c, SCHEMA["user"], principal, before, changes, columns)
            if email_changed:
                of_user = membership.c.user == principal.id
                await c.execute(update(membership).where(of_user).values(email_verified=False))
                await c.execute(delete(password_reset).where(password_reset.c.user == principal.id))
        if email_changed:
            self._attempts.withdraw(attempt)

    async def set_preferences(self, user_id: str, language: str | None, failure_mails: bool | None) -> None:
        """Set the language of mails, and whether the user gets one when media can't be encoded; None: unchanged."""
        values: dict[str, Any] = {"language": language, "failure_mails": failure_mails}
        values = {name: value for name, value in values.items() if value is not None}
        if values:
            async with self._db.write() as c:
                await c.execute(update(user).where(user.c.id == user_id).values(**values))

    async def remove(self, principal: Principal, password: str) -> None:
        """Delete the account with its sessions, watchlist and viewing progress.

        Raises Invalid for a wrong password, ApiError (409) for the last owner of an organization.
        """
        row = await self.person(principal.id)
        if not await self._verify_password(row, password):
            field_error = FieldError("password", "wrong", "is not your password")
            raise Invalid("invalid", "The account was not deleted.", [field_error])
        async with self._db.write() as c:
            query = select(membership.c.organization, membership.c.role).where(membership.c.user == principal.id)
            for membership_row in (await c.execute(query)).mappings().all():
                await ensure_owner_remains(c, dict(membership_row), None)
            before = dict((await c.execute(select(user).where(user.c.id == principal.id))).mappings().one())
            await self._records.delete(c, SCHEMA["user"], principal, before)

    # --- passwords ---

    async def change_password(self, user_id: str, current: str, new: str) -> None:
        row = await self.person(user_id)
        if not await self._verify_password(row, current):
            raise Invalid(
                "invalid", "The password was not changed.", [FieldError("current", "wrong", "is not your password")]
            )
        check_new_password(new, "new")
        await self._set_password(user_id, new)

    async def _set_password(self, user_id: str, password: str) -> None:
        password_hash = await passwords.hash_password(password)
        async with self._db.write() as c:
            await c.execute(update(user).where(user.c.id == user_id).values(password_hash=password_hash))
            await c.execute(delete(password_reset).where(password_reset.c.user == user_id))

    async def reset_token(self, email: str) -> tuple[str, str] | None:
        """(user id, token) of a password reset link, valid for 24 hours. None when no account has the address."""
        async with self._db.write() as c:
            row = (await c.execute(select(user.c.id).where(user.c.email == email))).first()
            if row is None:
                return None
            token = await create_reset_token(c, row.id)
        return str(row.id), token

    async def reset_password(self, token: str, password: str) -> str:
        """Set a new password with the token of a reset link; returns the id of the user. The operator of the server
        hands the link over, so it verifies the address. Raises Invalid, ApiError."""
        check_new_password(password)
        password_hash = await passwords.hash_password(password)
        matches_token = password_reset.c.token_hash == digest(token)
        async with self._db.write() as c:
            row = (
                await c.execute(select(password_reset).where(matches_token, password_reset.c.expires_at > now()))
            ).first()
            deleted = await c.execute(delete(password_reset).where(matches_token))
            if row is None or deleted.rowcount != 1:
                raise ApiError(403, "bad_reset_link", "This link has been used or has expired.", "Request a new one.")
            of_user = user.c.id == row.user
            if not (await c.execute(select(user.c.email_verified).where(of_user))).scalar():
                await replace_credentials(c, row.user, password_hash)
            await c.execute(update(user).where(of_user).values(password_hash=password_hash, email_verified=True))
            await c.execute(delete(password_reset).where(password_reset.c.user == row.user))
        return str(row.user)

    # --- the second factor ---

    async def begin_totp(self, user_id: str) -> TotpSecret:
        row = await self.person(user_id)
        _refuse_if_two_factor_is_on(row)
        secret = pyotp.random_base32()
        sealed = self._secret_box.seal(f"totp {user_id}", secret)
        async with self._db.write() as c:
            await c.execute(update(user).where(user.c.id == user_id).values(totp_pending=sealed))
        uri = pyotp.TOTP(secret).provisioning_uri(name=row.email, issuer_name="OTNet")
        return TotpSecret(secret, uri)

    async def confirm_totp(self, user_id: str, code: str) -> None:
        row = await self.person(user_id)
        if row.totp_pending is None:
            raise ApiError(
                409, "not_begun", "Two-factor authentication was not begun.", "POST /api/v1/auth/totp first."
            )
        _refuse_if_two_factor_is_on(row)
        totp = pyotp.TOTP(self._secret_box.open(f"totp {user_id}", row.totp_pending))
        step = _matching_step(totp, code)
        if step is None:
            field_error = FieldError("code", "wrong", "is not the current code")
            raise Invalid("invalid", "Two-factor authentication was not turned on.", [field_error])
        async with self._db.write() as c:
            await c.execute(update(user).where(user.c.id == user_id).values(
                totp_sealed=row.totp_pending, totp_pending=None, two_factor=True, totp_used=step
            ))  # fmt: skip

    async def remove_totp(self, user_id: str, password: str) -> None:
        row = await self.person(user_id)
        if not await self._verify_password(row, password):
            raise Invalid(
                "invalid",
                "Two-factor authentication was not turned off.",
                [FieldError("password", "wrong", "is not your password")],
            )
        async with self._db.write() as c:
            await c.execute(update(user).where(user.c.id == user_id).values(**NO_SECOND_FACTOR))


async def ensure_owner_remains(c: AsyncConnection, before: Row, role: str | None) -> None:
    """Raises ApiError (409) when `before` is the last owner's membership and would change to `role`, or be deleted
    (`role` is None)."""
    if before["role"] != "owner" or role == "owner":
        return
    await lock(c, SCHEMA["organization"], before["organization"])  # two owners may leave at the same time
    query = select(func.count()).select_from(membership).where(
        membership.c.organization == before["organization"], membership.c.role == "owner"
    )  # fmt: skip
    if (await c.execute(query)).scalar_one() <= 1:
        raise ApiError(
            409, "last_owner", "This is the last owner of the organization.", "Make another user an owner first."
        )


async def create_reset_token(c: AsyncConnection, user_id: str) -> str:
    """Store and return the token of a password reset link, valid for RESET_LIFETIME."""
    token = secrets.token_urlsafe(32)
    expires_at = utc(datetime.now(UTC) + RESET_LIFETIME)
    await c.execute(insert(password_reset).values(token_hash=digest(token), user=user_id, expires_at=expires_at))
    return token


def _matching_step(totp: pyotp.TOTP, code: str) -> int | None:
    """The time step (RFC 6238 §4.2) of the code: the current one, or an adjacent one to allow for clock drift."""
    now = int(time.time()) // totp.interval
    code_bytes = code.encode()
    return next(
        (s for s in (now, now - 1, now + 1) if secrets.compare_digest(totp.generate_otp(s).encode(), code_bytes)), None
    )


def check_new_password(password: str, field: str = "password") -> None:
    """Check the length, as NIST SP 800-63B §5.1.1.2 recommends. Raises Invalid."""
    if not MIN_PASSWORD_LENGTH <= len(password) <= 1000:
        field_error = FieldError(
            field,
            "too_short",
            f"must have at least {MIN_PASSWORD_LENGTH} characters",
            "A few words make a good password.",
        )
        raise Invalid("invalid", "The password is not valid.", [field_error])


def too_many_attempts(wait: float) -> ApiError:
    seconds = int(wait) + 1
    return ApiError(429, "too_many_attempts", "Too many failed attempts.", f"Try again in {seconds} seconds.",
                  Retry_After=str(seconds))  # fmt: skip


def _refuse_if_two_factor_is_on(row: UserRow) -> None:
    """Replacing a second factor requires the password; a session alone is not enough. Raises ApiError (409)."""
    if row.totp_sealed is not None:
        raise ApiError(
            409, "already_on", "Two-factor authentication is on already.", "Turn it off first, with your password."
        )
