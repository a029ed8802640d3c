"""What happens to a task that failed, as a table, and what people are told. Pure."""

from __future__ import annotations

import errno
from enum import Enum, auto

from otnet_server.errors import MediaError, OtnetError, StorageUnavailable
from otnet_server.process.command import ProcessFailed

MAX_ATTEMPTS = 3
# The stage of the states in which a task of each kind works; other kinds belong to `encode`.
STAGES = {"prepare": "probe", "text": "text", "poster": "poster"}


class Outcome(Enum):
    WAIT_FOR_STORAGE = auto()  # run it again when the storage is back, without counting an attempt
    PARK = auto()  # end the job until the library reports what happened to the file
    RETRY = auto()
    FAIL = auto()  # the revision has failed


def outcome(kind: str, attempt: int, error: Exception, *, source_unchanged: bool) -> Outcome:
    """What to do after attempt number `attempt` (from 0) of a task of this kind failed."""
    if is_storage_failure(error):
        return Outcome.WAIT_FOR_STORAGE
    if not source_unchanged:
        return Outcome.PARK
    # A file that can't be read today can't be read a second later.
    if kind != "prepare" and attempt + 1 < MAX_ATTEMPTS:
        return Outcome.RETRY
    return Outcome.FAIL


def is_storage_failure(error: Exception) -> bool:
    if isinstance(error, ProcessFailed):
        return error.reason == "disk_full"
    return isinstance(error, StorageUnavailable) or (isinstance(error, OSError) and error.errno == errno.ENOSPC)


def public_error(kind: str, error: Exception) -> dict[str, str]:
    """The error that users see: `{code, stage, message}`, without any output of a tool."""
    stage = STAGES.get(kind, "encode")
    if isinstance(error, MediaError):
        return {"code": error.code, "stage": error.stage, "message": str(error)}
    if isinstance(error, OtnetError):
        return {"code": error.code, "stage": stage, "message": str(error)}
    if isinstance(error, OSError):
        what = error.strerror or type(error).__name__  # without the path, which is in str(error)
        return {"code": "io_error", "stage": stage, "message": f"A file could not be read or written: {what}."}
    return {"code": "internal", "stage": stage, "message": f"An internal error occurred: {type(error).__name__}."}
