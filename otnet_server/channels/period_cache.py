"""The periods of a channel's airings, which are made once for all moments at which they are in the window.

What manifests say about a whole period is kept with it (`Period.manifest_parts`), so that a manifest of another second
costs what has changed at the ends of the window.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from otnet_server.channels.airing import Airing
from otnet_server.channels.periods import period_of
from otnet_server.media.presentation import Period
from otnet_server.media.revision import Revision
from otnet_server.media.revision_presentation import KeySignalling

SURPLUS = 32  # periods that are kept beside those of the last moment


class PeriodCache:
    """A period is made again when its airing, a revision or the signalling has changed."""

    def __init__(self) -> None:
        self._periods: dict[int, tuple[tuple[Any, ...], Period]] = {}

    def periods(
        self, airings: Sequence[Airing], revisions: Mapping[str, Revision], signalling: KeySignalling
    ) -> dict[int, Period]:
        """The periods of airings, by their numbers. Those whose revision does not exist are left out."""
        versions = {id: _version(revision, signalling) for id, revision in revisions.items()}
        periods: dict[int, Period] = {}
        for airing in airings:
            if airing.revision not in revisions:
                continue
            made_of = (airing, versions[airing.revision], versions.get(airing.companion or ""))
            known = self._periods.get(airing.number)
            if known is None or known[0] != made_of:
                known = self._periods[airing.number] = (made_of, period_of(airing, revisions, signalling))
            periods[airing.number] = known[1]
        if len(self._periods) > len(periods) + SURPLUS:
            self._periods = {number: self._periods[number] for number in periods}
        return periods


def _version(revision: Revision, signalling: KeySignalling) -> tuple[Any, ...]:
    """What the renditions of a revision depend on."""
    keys = revision.protection.key_ids if revision.protection is not None else ()
    return revision, revision.edition, revision.state, [signalling.get(key) for key in keys]
