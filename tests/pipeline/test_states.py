"""The table of states: complete, and followed."""

from __future__ import annotations

import pytest

from otnet_server.media.states import TRANSITIONS, State, can_move, diagram


def test_every_state_is_in_the_table() -> None:
    assert set(TRANSITIONS) == set(State)


@pytest.mark.parametrize("old", State)
@pytest.mark.parametrize("new", State)
def test_only_what_the_table_says(old: State, new: State) -> None:
    assert can_move(old, new) == (old == new or new in TRANSITIONS[old])


def test_every_state_can_be_reached_and_work_can_fail() -> None:
    reached, front = {State.FOUND}, [State.FOUND]
    while front:
        fresh = [n for n in TRANSITIONS[front.pop()] if n not in reached]
        reached |= set(fresh)
        front += fresh
    assert reached == set(State)
    assert all(State.FAILED in news for old, news in TRANSITIONS.items() if old not in (State.READY, State.FAILED))


def test_the_diagram_draws_every_arrow() -> None:
    arrows = sum(len(news) for news in TRANSITIONS.values())
    assert diagram().startswith("stateDiagram-v2") and diagram().count("-->") == arrows + 1
