"""Markers of a title at which channels may interrupt it for ads. Pure."""

from __future__ import annotations

from collections.abc import Sequence

MAX_BREAKS = 200  # of a title
MAX_SECONDS = 1e6
MAX_CHARACTERS = 2000


def marker_times(text: str) -> list[float]:
    """The times in seconds that a list such as “300, 612.5” names. Raises ValueError with a reason."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    try:
        times = sorted({float(word) for word in words})
    except ValueError:
        raise ValueError("must be times in seconds, separated by commas, such as 300, 612.5") from None
    if not all(0 < time < MAX_SECONDS for time in times):
        raise ValueError("must be times after the start")
    if len(times) > MAX_BREAKS:
        raise ValueError(f"must be at most {MAX_BREAKS} times")
    return times


def marker_text(times: Sequence[float]) -> str:
    """The last of these times, in seconds, as a list that `marker_times` reads: as many as it may have."""
    words = [f"{time:.1f}".removesuffix(".0") for time in times][-MAX_BREAKS:]
    while len(text := ", ".join(words)) > MAX_CHARACTERS:
        del words[0]
    return text
