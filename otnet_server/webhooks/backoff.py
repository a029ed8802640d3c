"""What an answer to a webhook means, and when to try again. Pure.

The schedule is that of the Standard Webhooks specification (“Retry schedule”): after the first failure 5 seconds,
then longer and longer; after the tenth failure, about three days on, the delivery has failed. Chance spreads the
retries of many deliveries, always to later. A receiver may ask for more time with Retry-After (RFC 9110, 10.2.3);
410 Gone says that it wants nothing any more.
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
    """`wait_s` goes with retry. gone: switch the endpoint off."""

    outcome: Outcome
    wait_s: float = 0.0


def judge(status: int | None, failures: int, chance: float, retry_after_s: float | None = None) -> Verdict:
    """`status` is None when no answer came; `failures` counts those before this one; `chance` is in 0…1."""
    if status is not None and 200 <= status < 300:
        return Verdict("delivered")
    if status == GONE:
        return Verdict("gone")
    wait = delay(failures, chance)
    if wait is None:
        return Verdict("failed")
    return Verdict("retry", max(wait, min(retry_after_s or 0.0, MAX_RETRY_AFTER_S)))


def delay(failures: int, chance: float) -> float | None:
    """Seconds until the next try after `failures` + 1 in a row, or None when that was the last."""
    return SCHEDULE[failures] * (1 + JITTER * chance) if failures < len(SCHEDULE) else None


def retry_after(value: str, now: float) -> float | None:
    """A Retry-After header in seconds from `now`: a number, or a date."""
    value = value.strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, aware.timestamp() - now)
