"""email_domains: gives viewers with an address at a domain access, such as the students of a school."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from otnet_server import EntitlementProvider, EntitlementRequest, ViewerGrant, hookimpl

name = "email_domains"
api = 2
DOMAIN = r"^[a-z0-9-]+(\.[a-z0-9-]+)+$"


class Rule(BaseModel):
    """Viewers with a verified address at `domain` may watch what `scope` and `target` say, or with `effect = "deny"`
    may not. `organization` is the slug of one organization; empty: each."""

    model_config = ConfigDict(extra="forbid")

    domain: Annotated[str, Field(pattern=DOMAIN)]
    scope: Literal["everything", "category", "series", "title"] = "everything"
    target: str = ""
    effect: Literal["allow", "deny"] = "allow"
    organization: str = ""

    @model_validator(mode="after")
    def _check_target(self) -> Rule:
        if (self.scope == "everything") == bool(self.target):
            raise ValueError("target is required unless the scope is “everything”, and must be empty then")
        return self


class Config(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rules: list[Rule] = []


class EmailDomains:
    name = "email_domains"

    def __init__(self, rules: list[Rule]) -> None:
        self._rules = rules

    async def grants(self, request: EntitlementRequest) -> list[ViewerGrant]:
        domain = request.email.rpartition("@")[2].lower() if request.email_verified else ""
        return [
            ViewerGrant(rule.scope, rule.target, rule.effect, reason=f"Address at {domain}")
            for rule in self._rules
            if rule.domain == domain and rule.organization in ("", request.organization_slug)
        ]


@hookimpl
def register_entitlements(config: Config) -> list[EntitlementProvider]:
    return [EmailDomains(config.rules)]
