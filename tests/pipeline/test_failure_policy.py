"""The table of what follows a failed task."""

from __future__ import annotations

import errno

import pytest

from otnet_server.errors import ConfigError, MediaError, StorageUnavailable
from otnet_server.pipeline.failure_policy import MAX_ATTEMPTS, Outcome, outcome, public_error
from otnet_server.process.command import ProcessFailed

NO_SPACE = OSError(errno.ENOSPC, "No space left on device")
DAMAGED = MediaError("off_plan", "package", "It did not come out as planned.")


@pytest.mark.parametrize(
    ("kind", "attempt", "error", "unchanged", "expected"),
    [
        ("video", 0, DAMAGED, True, Outcome.RETRY),
        ("video", MAX_ATTEMPTS - 2, DAMAGED, True, Outcome.RETRY),
        ("video", MAX_ATTEMPTS - 1, DAMAGED, True, Outcome.FAIL),
        ("prepare", 0, DAMAGED, True, Outcome.FAIL),
        ("audio", 0, ProcessFailed("memory"), True, Outcome.RETRY),
        ("audio", 0, RuntimeError("a bug"), True, Outcome.RETRY),
        ("video", 0, DAMAGED, False, Outcome.PARK),
        ("prepare", 0, FileNotFoundError(), False, Outcome.PARK),
        ("video", 9, StorageUnavailable("storage_away", "Away."), True, Outcome.WAIT_FOR_STORAGE),
        ("video", 9, ProcessFailed("disk_full"), True, Outcome.WAIT_FOR_STORAGE),
        ("prepare", 9, NO_SPACE, False, Outcome.WAIT_FOR_STORAGE),
    ],
)
def test_outcome(kind: str, attempt: int, error: Exception, unchanged: bool, expected: Outcome) -> None:
    assert outcome(kind, attempt, error, source_unchanged=unchanged) is expected


@pytest.mark.parametrize(
    ("kind", "error", "code", "stage"),
    [
        ("video", DAMAGED, "off_plan", "package"),
        ("prepare", ProcessFailed("wall_limit"), "process_wall_limit", "probe"),
        ("video", ProcessFailed("exit", 1, "secret words of the file"), "process_exit", "encode"),
        ("text", ProcessFailed("signal"), "process_signal", "text"),
        ("sheet", ConfigError("config_invalid", "A setting is wrong."), "config_invalid", "encode"),
        ("audio", PermissionError("/home/me/secret"), "io_error", "encode"),
        ("audio", RuntimeError("secret"), "internal", "encode"),
    ],
)
def test_public_error_has_a_stage_and_no_output_of_tools(kind: str, error: Exception, code: str, stage: str) -> None:
    told = public_error(kind, error)
    assert (told["code"], told["stage"]) == (code, stage)
    assert told["message"] and "secret" not in told["message"]


def test_public_error_of_a_file_says_why_without_its_path() -> None:
    error = public_error("prepare", OSError(errno.ENAMETOOLONG, "File name too long", "/srv/secret"))
    assert error["message"] == "A file could not be read or written: File name too long."
