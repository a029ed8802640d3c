"""The remaining tasks of a title and their order, derived only from the plan and the published pieces."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from otnet_server.config import Profile
from otnet_server.media.plan import Plan, with_actual_lengths
from otnet_server.pipeline.tasks import TaskPriority, is_complete, is_encoded, missing_tasks, ready_sheets
from tests.plans import everything, plan, video


def ids(made: Plan, pieces: set[tuple[str, int]]) -> list[str]:
    return [t.id for t in sorted(missing_tasks(made, "m", "r", pieces), key=lambda t: t.priority)]


def test_new_title_starts_with_audio_and_its_first_video_chunk() -> None:
    made = plan()
    assert made.video is not None
    first = ids(made, set())
    assert first[:4] == ["r/audio/0", "r/video/0", "r/text/0", "r/poster/0"]
    assert first[4:] == [f"r/video/{n}" for n in range(1, len(made.video.timeline.chunks))]
    by_id = {t.id: t for t in missing_tasks(made, "m", "r", set())}
    assert (
        by_id["r/video/0"].priority[0] == TaskPriority.FIRST_CHUNK
        and by_id["r/audio/0"].priority[0] == TaskPriority.AUDIO
    )
    assert by_id["r/audio/0"].cores == 0 and by_id["r/video/0"].cores > 64 and by_id["r/video/1"].cores == 1


def test_first_chunks_come_before_the_rest_of_earlier_titles() -> None:
    made = plan()
    both = missing_tasks(made, "m", "a", set(), 1) + missing_tasks(made, "m", "b", set(), 2)
    order = [t.id for t in sorted(both, key=lambda t: t.priority)]
    assert order.index("b/video/0") < order.index("a/video/1") < order.index("b/video/1")


@given(st.data())
def test_published_pieces_are_never_made_again(data: st.DataObject) -> None:
    """For any set of published pieces, exactly the missing ones are made, until none are missing."""
    made = plan(Profile(thumbnail_s=1))
    whole = everything(made)
    done = {p for p in whole if data.draw(st.booleans())}
    steps = 0
    while tasks := missing_tasks(made, "m", "r", done):
        steps += 1
        assert steps < 10 and not is_complete(made, done)
        assert len({t.id for t in tasks}) == len(tasks)
        for task in tasks:
            makes = {p for p in whole if _produces(task.kind, task.index, p, made)}
            assert makes - done, f"{task.id} would make nothing new"
            done |= makes
    assert is_complete(made, done) and done == set(whole)


def _produces(kind: str, index: int, piece: tuple[str, int], made: Plan) -> bool:
    track, number = piece
    if kind == "audio":
        return track in {a.name for a in made.audio}
    if kind == "text":
        return track == made.text[index].name
    return (track, number) == (kind, index)


def test_thumbnail_sheet_is_ready_once_its_frames_exist() -> None:
    made = plan(Profile(thumbnail_s=1))
    assert made.video is not None and made.video.thumbnails is not None
    assert made.video.thumbnails.sheets == 3
    chunks = {("video", c.number) for c in made.video.timeline.chunks if c.first < 25 * 25}
    assert ready_sheets(made, chunks) == [0]
    assert ready_sheets(made, chunks | {("sheet", 0)}) == []
    assert ready_sheets(made, set(everything(made)) - {("sheet", 1)}) == [1]


def test_unseekable_source_is_one_task_until_its_length_is_known() -> None:
    made = plan(exact=False)
    kinds = {t.kind for t in missing_tasks(made, "m", "r", set())}
    assert kinds == {"pass", "audio", "text", "poster"}
    published = set(everything(made))
    assert {t.kind for t in missing_tasks(made, "m", "r", published)} == {"pass", "audio"}, (
        "the length is only estimated"
    )
    assert is_complete(made, published, frozenset({"video", *(a.name for a in made.audio)}))


def test_audio_only_title_has_no_video_tasks() -> None:
    made = plan(video=None, text=())
    assert ids(made, set()) == ["r/audio/0", "r/poster/0"]
    silent = plan(audio=(), video=video(), text=())
    assert "r/audio/0" not in ids(silent, set())


def test_growing_title_is_encoded_before_the_number_of_its_sheets_is_known() -> None:
    """The estimate was too long: the plan has sheets for pictures that do not exist."""
    made = plan(Profile(thumbnail_s=1), exact=False)
    ended = frozenset({"video", *(a.name for a in made.audio)})
    published = {piece for piece in everything(made) if piece[0] != "sheet" and piece[:1] != ("video",)}
    published |= {("video", 0), *((t.name, 0) for t in made.text)}
    assert is_encoded(made, published, ended)
    assert not is_complete(made, published, ended)
    pieces = {piece: everything(made)[piece] for piece in published}
    actual = with_actual_lengths(made, pieces)
    assert actual.video is not None and actual.video.thumbnails is not None
    assert actual.video.timeline.frames == 100 and actual.video.thumbnails.sheets == 1
    assert [t.kind for t in missing_tasks(actual, "m", "r", published, ended=ended)] == ["sheet"]


def test_short_last_segment_that_the_packager_did_not_make_is_not_planned() -> None:
    made = plan(exact=False)
    (sound,) = made.audio
    pieces = {piece: sizes for piece, sizes in everything(made).items() if piece[0] != sound.name}
    pieces[sound.name, 0] = {"frames": 3 * 188 + 1, sound.name: [1, 1, 1]}
    actual = with_actual_lengths(made, pieces).audio[0]
    assert actual.timeline.frames == 3 * 188 + 1
    assert len(actual.timeline.starts) == 3
