"""The states of a revision and the transitions between them.

Only the transitions of this table are allowed. `python -m otnet_server.media.states` prints the diagram in
`docs/pipeline.md`. `playable` is not a state: it becomes true during `encoding`, when the first chunk of the video and
of one audio track is published, or of every audio track when there is no video. A live stream begins in `live`; the
pipeline leaves it alone.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    FOUND = "found"
    PROBED = "probed"
    PLANNED = "planned"
    ENCODING = "encoding"
    LIVE = "live"
    READY = "ready"
    FAILED = "failed"


TRANSITIONS: dict[State, dict[State, str]] = {
    State.FOUND: {State.PROBED: "ffprobe understood it", State.FAILED: "unreadable or refused"},
    State.PROBED: {State.PLANNED: "a ladder fits it", State.FAILED: "nothing in it can be shown"},
    State.PLANNED: {State.ENCODING: "the first task started", State.FAILED: "the source went away"},
    State.ENCODING: {State.READY: "every chunk is published", State.FAILED: "a task failed for good"},
    State.LIVE: {State.READY: "the live stream has ended", State.FAILED: "nothing of it was recorded"},
    State.READY: {State.ENCODING: "subtitles came, or changed"},
    State.FAILED: {State.FOUND: "retried by a person, or the file changed"},
}


def can_move(old: State, new: State) -> bool:
    """True when `new` may follow `old` (staying is always allowed)."""
    return old == new or new in TRANSITIONS[old]


def diagram() -> str:
    """The table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.FOUND}"]
    for old, news in TRANSITIONS.items():
        lines += [f"    {old} --> {new}: {why}" for new, why in news.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    print(diagram())
