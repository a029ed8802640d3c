from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from otnet_server import EntitlementRequest, OtnetError
from otnet_server.testing import checks, enabled, entitlement

RULES: list[dict[str, Any]] = [
    {"domain": "school.example", "scope": "category", "target": "lessons"},
    {"domain": "school.example", "scope": "title", "target": "exam-film", "effect": "deny"},
    {"domain": "company.example", "organization": "harbour"},
]


def provider(rules: list[dict[str, Any]] | None = None) -> Any:
    config = {"email_domains": {"rules": RULES if rules is None else rules}}
    return enabled("email_domains", data=Path(), config=config).entitlements()[0]


def viewer(email: str, *, verified: bool = True, organization: str = "harbour") -> EntitlementRequest:
    return EntitlementRequest("0" * 12, organization, "1" * 12, email, verified)


@pytest.mark.parametrize("check", checks(entitlement), ids=lambda c: c.__name__)
async def test_conformance(check: Callable[..., Any]) -> None:
    await check(provider)


@pytest.mark.parametrize(
    ("request_of", "want"),
    [
        (viewer("ann@school.example"), [("allow", "lessons"), ("deny", "exam-film")]),
        (viewer("ann@SCHOOL.example"), [("allow", "lessons"), ("deny", "exam-film")]),
        (viewer("ann@school.example", verified=False), []),
        (viewer("ann@not-school.example"), []),
        (viewer("ann@sub.school.example"), []),
        (viewer("school.example@elsewhere.example"), []),
        (viewer("bob@company.example"), [("allow", "")]),
        (viewer("bob@company.example", organization="rival"), []),
    ],
)
async def test_verified_addresses_at_a_domain_get_its_grants(
    request_of: EntitlementRequest, want: list[tuple[str, str]]
) -> None:
    assert [(g.effect, g.target) for g in await provider().grants(request_of)] == want


@pytest.mark.parametrize(
    "rule",
    [{"domain": "school.example", "scope": "title"}, {"domain": "school.example", "target": "x"}, {"domain": "@x"},
     {"domain": "school.example", "effect": "perhaps"}],
)  # fmt: skip
def test_rules_that_make_no_sense_stop_the_start(rule: dict[str, Any]) -> None:
    with pytest.raises(OtnetError, match="email_domains"):
        provider([rule])
