"""The verdict on a webhook response, and the time of the next attempt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otnet_server.webhooks.backoff import SCHEDULE, Verdict, judge, retry_after

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("status", "failures", "wait", "verdict"),
    [
        (200, 0, None, Verdict("delivered")),
        (204, 9, None, Verdict("delivered")),
        (299, 0, 60, Verdict("delivered")),
        (410, 0, None, Verdict("gone")),
        (410, 9, 60, Verdict("gone")),
        (None, 0, None, Verdict("retry", 5)),
        (500, 0, None, Verdict("retry", 5)),
        (404, 1, None, Verdict("retry", 300)),
        (301, 2, None, Verdict("retry", 1800)),
        (400, 8, None, Verdict("retry", 86400)),
        (500, 9, None, Verdict("failed")),
        (None, 10, None, Verdict("failed")),
        (503, 0, 120, Verdict("retry", 120)),
        (429, 1, 120, Verdict("retry", 300)),
        (503, 0, 1e9, Verdict("retry", 86400)),
        (503, 9, 120, Verdict("failed")),
    ],
)
def test_verdict_by_status_and_number_of_failures(
    status: int | None, failures: int, wait: float | None, verdict: Verdict
) -> None:
    assert judge(status, failures, 0, wait) == verdict


def test_retry_schedule_matches_the_specification() -> None:
    assert SCHEDULE == (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)


@given(failures=st.integers(0, 8), chance=st.floats(0, 1))
def test_jitter_only_lengthens_the_delay(failures: int, chance: float) -> None:
    wait = judge(500, failures, chance).wait_s
    assert SCHEDULE[failures] <= wait <= SCHEDULE[failures] * 1.2


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Fri, 15 Jan 2027 08:01:00 GMT", 60),
        ("Fri, 15 Jan 2027 07:00:00 GMT", 0),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("1e9", None),
        ("9" * 30, None),
        ("Fri, 99 Foo 2027 08:01:00 GMT", None),
    ],
)
def test_retry_after_header_is_parsed(value: str, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@given(st.text())
def test_arbitrary_retry_after_values_are_handled(value: str) -> None:
    assert (retry_after(value, NOW) or 0) >= 0
