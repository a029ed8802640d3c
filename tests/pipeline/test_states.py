"""The state machine of a title: the transition table is complete and enforced."""

from __future__ import annotations

import pytest

from otnet_server.media.states import TRANSITIONS, State, can_move, diagram


def test_every_state_is_in_the_transition_table() -> None:
    assert set(TRANSITIONS) == set(State)


@pytest.mark.parametrize("old", State)
@pytest.mark.parametrize("new", State)
def test_only_listed_transitions_are_allowed(old: State, new: State) -> None:
    assert can_move(old, new) == (old == new or new in TRANSITIONS[old])


def test_every_state_is_reachable_and_working_states_can_fail() -> None:
    reached, front = {State.FOUND, State.LIVE}, [State.FOUND, State.LIVE]
    while front:
        fresh = [n for n in TRANSITIONS[front.pop()] if n not in reached]
        reached |= set(fresh)
        front += fresh
    assert reached == set(State)
    assert all(State.FAILED in news for old, news in TRANSITIONS.items() if old not in (State.READY, State.FAILED))


def test_diagram_draws_every_transition() -> None:
    arrows = sum(len(news) for news in TRANSITIONS.values())
    assert diagram().startswith("stateDiagram-v2") and diagram().count("-->") == arrows + 1
