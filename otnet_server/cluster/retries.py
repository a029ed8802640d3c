"""When a consumer of events tries again. Pure."""

from __future__ import annotations

DELAYS_S = (1.0, 5.0, 15.0, 30.0)


def retry_delay_s(failures: int, *, failed_before: bool) -> float | None:
    """Seconds until the next attempt after `failures` failed ones; None to set the event aside.

    `failed_before`: the event before was set aside too. The consumer itself is then at fault, and each event gets one
    attempt until one succeeds.
    """
    if failed_before or failures > len(DELAYS_S):
        return None
    return DELAYS_S[failures - 1]
