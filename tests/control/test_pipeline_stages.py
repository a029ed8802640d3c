"""The pipeline stages of a title as the media page shows them."""

from __future__ import annotations

from otnet_server.api.studio import stages
from otnet_server.media.states import State

AT = {"found": "10:00", "probed": "10:01", "planned": "10:02", "encoding": "10:03", "ready": "10:09"}


def stage_states(state: State, error: dict[str, str] | None = None) -> list[str]:
    return [s["state"] for s in stages(state, error, AT)]


def test_completed_stages_have_a_time_and_waiting_stages_have_none() -> None:
    half = stages(State.PLANNED, None, AT)
    assert [(s["name"], s["state"], s["at"]) for s in half] == [
        ("found", "done", "10:00"), ("probed", "done", "10:01"), ("planned", "running", "10:02"),
        ("encoding", "waiting", None), ("ready", "waiting", None),
    ]  # fmt: skip
    assert stage_states(State.READY) == ["done"] * 5


def test_failure_is_shown_at_the_stage_that_failed() -> None:
    assert stage_states(State.FAILED, {"stage": "probe"}) == ["done", "failed", "waiting", "waiting", "waiting"]
    assert stage_states(State.FAILED, {"stage": "encode"}) == ["done", "done", "done", "failed", "waiting"]
