"""The health of a webhook: whether its last attempt succeeded."""

from __future__ import annotations

from typing import Any

import pytest

from otnet_server.control.webhooks import health_of
from tests.control.services import ControlPlane, Person


@pytest.mark.parametrize(
    ("outcomes", "health"),
    [
        ([], "unused"),
        (["delivered"], "working"),
        (["retry", "delivered"], "working"),
        (["retry"], "failing"),
        (["retry", "failed"], "failing"),
        (["gone"], "failing"),
    ],
)
def test_last_attempt_decides(outcomes: list[str], health: str) -> None:
    assert health_of([{"outcome": outcome} for outcome in outcomes]) == health


def test_list_of_webhooks_tells_which_of_them_fail(studio: ControlPlane, owner: Person) -> None:
    hook, other = (
        owner.make("webhooks", url=f"https://example.org/{n}", events=["media.ready"], active=False) for n in range(2)
    )

    def deliver(outcome: str, at: str, attempts: int = 1) -> None:
        values: dict[str, Any] = {"organization": owner.organization, "webhook": hook["id"], "log": []}
        if attempts:
            values["log"] = [{"outcome": outcome, "status": 500}]
        values |= {"event_type": "media.ready", "state": "waiting", "attempts": attempts, "payload": {}, "event": "1"}
        studio.put("webhook_delivery", **values, updated_at=at)

    def health() -> dict[str, str]:
        return {w["id"]: w["health"] for w in owner.items("webhooks") if w["id"] in (hook["id"], other["id"])}

    assert health() == {hook["id"]: "unused", other["id"]: "unused"}
    deliver("delivered", "2026-01-02T03:04:05.000Z")
    assert health()[hook["id"]] == "working"
    deliver("retry", "2026-01-02T03:04:06.000Z")
    deliver("", "2026-01-02T03:04:07.000Z", attempts=0)  # waiting, not attempted yet
    assert health() == {hook["id"]: "failing", other["id"]: "unused"}
    assert owner.get(f"webhooks/{hook['id']}").json()["health"] == "failing"
