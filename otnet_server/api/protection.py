"""Protection in the dashboard: DRM providers and their accounts, the rotation of keys, and the log of licences.

Secrets are written, never read: responses say when one was set, and by whom.
"""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.request_body import RequestBody, parse_body
from otnet_server.api.team import administered
from otnet_server.control.audit_entries import record_change
from otnet_server.db.engine import Database
from otnet_server.errors import ApiError, DrmError, FieldError, Invalid, OtnetError
from otnet_server.logs import log, traceback_without_messages
from otnet_server.media.protection import DeviceSecurity
from otnet_server.pipeline.protection_repository import ProtectionRepository
from otnet_server.principal import Principal
from otnet_server.protection.accounts import AccountInfo, DrmAccounts, secret_fields
from otnet_server.protection.licence_log import LicenceLog
from otnet_server.protection.vault import Vault
from otnet_server.protocols import ConnectionTestRequest, DrmProvider

RESOURCE, LABEL = "protection", "Protection"
MAX_SETTINGS = 50
TEST_S = 30.0
MAX_VALUE_CHARACTERS = 20_000


class ProtectionChoice(RequestBody):
    """`keys`: one content key for each title, or for each track class. `proof_required`: only devices that prove
    possession of a key get licences. `device_security`: what must protect keys and pictures in devices. Left out, these
    two do not change."""

    provider: str
    keys: Literal["title", "class"]
    proof_required: bool | None = None
    device_security: DeviceSecurity | None = None


class AccountSettings(RequestBody):
    """The settings of an account, as the schema of its provider says. Secrets that are left out keep their value."""

    settings: dict[str, str | int | float | bool | None]


class ProtectionApi:
    def __init__(
        self,
        db: Database,
        accounts: DrmAccounts,
        vault: Vault,
        licence_log: LicenceLog,
        repository: ProtectionRepository,
    ) -> None:
        self._db, self._accounts, self._vault = db, accounts, vault
        self._log, self._repository = licence_log, repository

    async def show(self, request: Request, principal: Principal) -> Response:
        return JSONResponse(await self._describe(administered(principal)))

    async def _describe(self, organization: str) -> dict[str, Any]:
        """`problem`: why there are no licences. The chosen provider is not enabled, or its account can't be used."""
        choice = await self._accounts.choice(organization)
        accounts = await self._accounts.describe(organization)
        providers = []
        for provider in self._accounts.providers.values():
            problem = await self._accounts.problem(organization, provider.name)
            providers.append(_provider(provider, accounts.get(provider.name)) | {"problem": _problem(problem)})
        return {
            "provider": choice.provider,
            "keys": choice.keys,
            "proof_required": choice.proof_required,
            "device_security": choice.device_security,
            "problem": _problem(await self._accounts.problem(organization, choice.provider)),
            "providers": providers,
            "titles": await self._repository.counts(organization),
        }

    async def choose(self, request: Request, principal: Principal) -> Response:
        """Choose the provider of licences. Manifests and licences follow at once."""
        organization, body = administered(principal), await parse_body(request, ProtectionChoice)
        choice = await self._accounts.choice(organization)
        before = {name: getattr(choice, name) for name in ProtectionChoice.model_fields}
        after = before | body.model_dump(exclude_none=True)

        async def record(c: AsyncConnection) -> None:
            await record_change(c, principal, RESOURCE, LABEL, before, after)

        await self._accounts.choose(organization, record=record, **after)
        return JSONResponse(await self._describe(organization))

    async def save(self, request: Request, principal: Principal) -> Response:
        """Save the account at a provider."""
        organization, provider = administered(principal), self._provider(request)
        body = await parse_body(request, AccountSettings)
        secrets = secret_fields(provider.settings)
        _check_settings(body.settings, provider)
        before = (await self._accounts.describe(organization)).get(provider.name)

        async def record(c: AsyncConnection) -> None:
            shown = {name: value for name, value in body.settings.items() if name not in secrets}
            after = shown | {name: "set" for name in sorted(secrets & body.settings.keys())}
            label = f"{LABEL}: {provider.label}"
            await record_change(c, principal, RESOURCE, label, before.settings if before is not None else None, after)

        await self._accounts.save(organization, provider.name, body.settings, principal.label, record)
        return JSONResponse(await self._describe(organization))

    async def remove(self, request: Request, principal: Principal) -> Response:
        organization, provider = administered(principal), self._provider(request)

        async def record(c: AsyncConnection) -> None:
            await record_change(c, principal, RESOURCE, f"{LABEL}: {provider.label}", None, None, "deleted")

        if not await self._accounts.remove(organization, provider.name, record):
            raise ApiError(404, "not_found", "There is no account at this provider.")
        return JSONResponse(await self._describe(organization))

    async def test(self, request: Request, principal: Principal) -> Response:
        """Check the account at the provider itself."""
        organization, provider = administered(principal), self._provider(request)
        account = await self._accounts.account(organization, provider.name)
        try:
            async with asyncio.timeout(TEST_S):
                message = await provider.test(ConnectionTestRequest(account.settings))
        except DrmError as e:
            return _test_failed(e.message, e.remedy)
        except TimeoutError:
            return _test_failed(f"{provider.label} does not answer.", "Try again later.")
        except Exception as e:
            log.error("the test of a DRM account raised an unexpected error", provider=provider.name,
                      where=traceback_without_messages(e))  # fmt: skip
            return _test_failed(f"The test of {provider.label} failed.", "The log of the server has the details.")
        return JSONResponse({"works": True, "message": message, "remedy": ""})

    async def rotate(self, request: Request, principal: Principal) -> Response:
        """Encrypt the secrets and content keys of the organization with a new data key."""
        organization = administered(principal)
        count = await self._vault.rotate_data_key(organization)
        async with self._db.write() as c:
            await record_change(c, principal, RESOURCE, f"{LABEL}: data key", None, None, "rotated")
        return JSONResponse({"secrets": count})

    async def licences(self, request: Request, principal: Principal) -> Response:
        """The newest entries of the log of licences; `before`: those before this entry. `next` is the `before` of the
        next page, or null."""
        organization, before = administered(principal), request.query_params.get("before", "")
        if before and not (before.isascii() and before.isdecimal() and len(before) <= 18):
            raise Invalid("bad_query", "The query is invalid.",
                          [FieldError("before", "bad_value", "must be the id of an entry")])  # fmt: skip
        items, more = await self._log.newest(organization, int(before) if before else None)
        return JSONResponse({"items": items, "next": items[-1]["id"] if more else None})

    def _provider(self, request: Request) -> DrmProvider:
        provider = self._accounts.providers.get(request.path_params["name"])
        if provider is None:
            raise ApiError(404, "not_found", "This DRM provider is not enabled on this server.",
                           "GET /api/v1/dashboard/protection lists the providers.")  # fmt: skip
        return provider


def _provider(provider: DrmProvider, account: AccountInfo | None) -> dict[str, Any]:
    schema = provider.settings.model_json_schema()
    return {
        "name": provider.name,
        "label": provider.label,
        "systems": list(provider.systems),
        "issues_keys": provider.issues_keys,
        "settings_schema": schema,
        "settings": account.settings if account is not None else {},
        "secrets": {name: info._asdict() for name, info in account.secrets.items()} if account is not None else {},
        "updated_at": account.updated_at if account is not None else None,
    }


def _test_failed(message: str, remedy: str) -> JSONResponse:
    return JSONResponse({"works": False, "message": message, "remedy": remedy})


def _problem(error: OtnetError | None) -> dict[str, str] | None:
    return {"code": error.code, "message": error.message, "remedy": error.remedy} if error is not None else None


def _check_settings(settings: dict[str, Any], provider: DrmProvider) -> None:
    """Raises Invalid for settings that the provider does not have, and for values that are too long."""
    known = provider.settings.model_fields
    errors = [
        FieldError(name, "unknown", "is not a setting of this provider") for name in settings if name not in known
    ]
    errors += [
        FieldError(name, "too_long", f"must have at most {MAX_VALUE_CHARACTERS} characters")
        for name, value in settings.items()
        if isinstance(value, str) and len(value) > MAX_VALUE_CHARACTERS
    ]
    if errors:
        raise Invalid("invalid", "Some settings are not valid.", errors[:MAX_SETTINGS])
