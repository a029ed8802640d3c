"""The progress of an encode: percentage, speed and remaining time.

Progress is counted in seconds of video, or of audio when there is no video, including the finished share of running
tasks. Pure: the caller passes the time.
"""

from __future__ import annotations

from collections import OrderedDict, deque

from typing_extensions import TypedDict

from otnet_server.media.revision import Revision
from otnet_server.media.states import State

WINDOW_S = 20.0
MAX_KNOWN_ELSEWHERE = 500


class EncodeProgress(TypedDict):
    """The progress of an encode. `percent` is the share of the duration that is encoded, `speed` a multiple of real
    time, `eta_s` the estimated remaining time in seconds; both are null when unknown. `stage` names the current work:
    `waiting`, `probe`, `encode`, `package` (repackaging with another encryption), `ready` or `failed`, or the reason of
    a pause."""

    percent: float
    speed: float | None
    eta_s: int | None
    stage: str


class Progress:
    """`stage` names the current work for users: `waiting`, `probe`, `encode` or `package`."""

    def __init__(self, revision: Revision | None = None) -> None:
        self.revision = revision
        self.stage = "waiting"
        self.paused: str | None = None
        self._running: dict[str, float] = {}
        self._samples: deque[tuple[float, float]] = deque()

    def update_task(self, task: str, done_s: float) -> None:
        """A running task has encoded `done_s` seconds of media."""
        self._running[task] = done_s

    def end_task(self, task: str) -> None:
        self._running.pop(task, None)

    def report(self, clock: float) -> EncodeProgress:
        total, done = self._seconds()
        self._samples.append((clock, done))
        while self._samples and clock - self._samples[0][0] > WINDOW_S:
            self._samples.popleft()
        speed = self._speed()
        eta = (total - done) / speed if speed and total > done else None
        percent = 0.0 if not total else min(99.9, 100 * done / total)  # 100 % is reported only for a ready revision
        return {
            "percent": round(percent, 1),
            "speed": None if speed is None else round(speed, 2),
            "eta_s": None if eta is None else round(eta),
            "stage": self.paused or self.stage,
        }

    def _seconds(self) -> tuple[float, float]:
        if self.revision is None:
            return 0.0, 0.0
        plan = self.revision.plan
        track = "video" if plan.video else plan.audio[0].name
        timeline = self.revision.planned_timeline(track)
        chunks = timeline.chunks
        published = sum(c.last - c.first for c in chunks if (track, c.number) in self.revision.pieces)
        done = published * timeline.ticks_per_frame / timeline.timescale + sum(self._running.values())
        return timeline.duration_s, min(done, timeline.duration_s)

    def _speed(self) -> float | None:
        if len(self._samples) < 2:
            return None
        (t0, d0), (t1, d1) = self._samples[0], self._samples[-1]
        return (d1 - d0) / (t1 - t0) if t1 - t0 > 0.5 and d1 > d0 else None


class ProgressElsewhere:
    """The progress of revisions that other processes encode, from the pieces that they publish."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Progress] = OrderedDict()

    def report(self, revision: Revision, clock: float) -> EncodeProgress:
        progress = self._known.setdefault(revision.id, Progress())
        self._known.move_to_end(revision.id)
        while len(self._known) > MAX_KNOWN_ELSEWHERE:
            self._known.popitem(last=False)
        progress.revision = revision
        progress.stage = "encode" if revision.derived_from is None else "package"
        return progress.report(clock)


def idle_report(state: State) -> EncodeProgress:
    """The progress of a media without a job."""
    percent = 100.0 if state == State.READY else 0.0
    stage = {State.READY: "ready", State.FAILED: "failed"}.get(state, "waiting")
    return {"percent": percent, "speed": None, "eta_s": None, "stage": stage}
