"""Progress of an encode: of tasks that run here, and of pieces that another process publishes."""

from __future__ import annotations

from otnet_server.media.states import State
from otnet_server.pipeline.progress import MAX_KNOWN_ELSEWHERE, Progress, ProgressElsewhere, idle_report
from tests.plans import everything, title


def test_running_tasks_count_with_what_they_have_done() -> None:
    revision = title()
    progress = Progress(revision)
    assert progress.report(0.0)["percent"] == 0.0
    assert revision.plan.video is not None
    progress.update_task("r/video/0", revision.plan.video.timeline.duration_s / 2)
    report = progress.report(10.0)
    assert report["percent"] == 50.0 and report["speed"] is not None
    assert report["eta_s"] == 10


def test_pieces_of_another_process_are_progress() -> None:
    revision, elsewhere = title(), ProgressElsewhere()
    assert elsewhere.report(revision, 0.0) == {"percent": 0.0, "speed": None, "eta_s": None, "stage": "encode"}
    video = {piece: sizes for piece, sizes in everything(revision.plan).items() if piece[0] == "video"}
    first = dict(list(video.items())[: len(video) // 2])
    revision.add_pieces(first)
    halfway = elsewhere.report(revision, 5.0)
    assert 0 < halfway["percent"] < 100 and halfway["speed"] and halfway["eta_s"]
    revision.add_pieces(video)
    assert elsewhere.report(revision, 10.0)["percent"] == 99.9, "100 % is for a ready revision"


def test_speed_is_forgotten_for_revisions_that_nobody_asks_about() -> None:
    revision, elsewhere = title(), ProgressElsewhere()
    elsewhere.report(revision, 0.0)
    for n in range(MAX_KNOWN_ELSEWHERE):
        other = title()
        other.id = f"{n:012}"
        elsewhere.report(other, 0.0)
    revision.add_pieces(everything(revision.plan))
    assert elsewhere.report(revision, 5.0)["speed"] is None


def test_media_without_a_job_waits_or_is_done() -> None:
    assert idle_report(State.READY)["percent"] == 100.0
    assert idle_report(State.FAILED)["stage"] == "failed"
    assert idle_report(State.PLANNED) == {"percent": 0.0, "speed": None, "eta_s": None, "stage": "waiting"}
