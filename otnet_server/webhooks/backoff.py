"""The outcome of a webhook attempt, and when to retry. Pure.

The schedule is that of the Standard Webhooks specification (“Retry schedule”): 5 seconds after the first failure, then
with increasing delays; after the tenth failure, about three days later, the delivery has failed. Jitter only increases
the delays. A receiver can ask for more time with Retry-After (RFC 9110 §10.2.3); 410 Gone disables the endpoint.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Literal, TypeAlias

MINUTE, HOUR = 60.0, 3600.0
SCHEDULE = (5.0, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)
JITTER = 0.2
MAX_RETRY_AFTER_S = 24 * HOUR
GONE = 410

Outcome: TypeAlias = Literal["delivered", "retry", "failed", "gone"]


@dataclass(frozen=True)
class Verdict:
    """`wait_s` is set for the outcome retry. The outcome gone disables the endpoint."""

    outcome: Outcome
    wait_s: float = 0.0


def judge(status: int | None, failures: int, chance: float, retry_after_s: float | None = None) -> Verdict:
    """The verdict on one attempt. `status` is None without a response; `failures` counts earlier failures in a row;
    `chance` is a random number from 0 to 1, for the jitter."""
    if status is not None and 200 <= status < 300:
        return Verdict("delivered")
    if status == GONE:
        return Verdict("gone")
    wait = delay(failures, chance)
    if wait is None:
        return Verdict("failed")
    return Verdict("retry", max(wait, min(retry_after_s or 0.0, MAX_RETRY_AFTER_S)))


def delay(failures: int, chance: float) -> float | None:
    """Seconds until the next attempt after `failures` + 1 failures in a row, or None after the last attempt."""
    return SCHEDULE[failures] * (1 + JITTER * chance) if failures < len(SCHEDULE) else None


def retry_after(value: str, now: float) -> float | None:
    """The seconds that a Retry-After header asks for: a number, or an HTTP date relative to `now` (seconds since 1970).
    None when it is not valid."""
    value = value.strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, aware.timestamp() - now)
