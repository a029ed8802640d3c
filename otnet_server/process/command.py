"""The data of one run of an external tool: the command, its limits, its result, and why it failed.

The output of a tool may quote an untrusted file, so it is never shown to users: `summarise` maps it to a fixed
sentence. Pure; `runner.py` runs the commands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from otnet_server.errors import OtnetError

MAX_STDIN_BYTES = 32 << 10  # less than a pipe holds, so that writing never waits


@dataclass(frozen=True)
class Limits:
    """`wall_s` limits the run time, `idle_s` the time without progress, `file_bytes` the size of each file that is
    written, `stdout_bytes` the collected output."""

    wall_s: float = 3600
    idle_s: float = 60
    memory_bytes: int = 8 << 30
    file_bytes: int = 64 << 30
    stdout_bytes: int = 16 << 20


@dataclass(frozen=True)
class Command:
    """One tool run. `argv[0]` is an absolute path. A path in `reads` is a file or a folder but not a symlink; the
    folders in `writes` must exist. `devices` grants access to the graphics hardware. `stdin` has at most
    MAX_STDIN_BYTES. `keep` are the descriptors that the tool inherits, `connects` the
    ports to which it may connect."""

    argv: tuple[str, ...]
    cwd: Path
    reads: tuple[Path, ...] = ()
    writes: tuple[Path, ...] = ()
    limits: Limits = Limits()
    nice: int = 0
    devices: bool = False
    log: Path | None = None
    stdin: bytes = field(default=b"", repr=False)
    keep: tuple[int, ...] = ()
    connects: tuple[int, ...] = ()


@dataclass(frozen=True)
class Result:
    """`stdout` is empty when lines were passed to `on_line`. `log_tail` is for logs, not for users."""

    stdout: bytes
    log_tail: str
    seconds: float


class ProcessFailed(OtnetError):
    """`reason` is a key of REASONS, `message` a sentence for users, `log_tail` the tool's own output for logs."""

    def __init__(self, reason: str, returncode: int | None = None, log_tail: str = "") -> None:
        super().__init__(f"process_{reason}", REASONS[reason] or summarise(log_tail))
        self.reason, self.returncode, self.log_tail = reason, returncode, log_tail


REASONS = {
    "exit": "",  # `summarise` chooses the sentence
    "signal": "The tool was stopped or crashed while it worked on this file.",
    "wall_limit": "The tool exceeded its time limit and was stopped.",
    "no_progress": "The tool made no progress for too long and was stopped.",
    "memory": "The tool exceeded its memory limit.",
    "output_limit": "The tool exceeded its output limit and was stopped.",
    "disk_full": "The disk is full.",
    "missing_binary": "The tool is not installed or can't be started.",
}

# Pattern in the tool's output → sentence for users. The first match wins.
FAILURE_SENTENCES = tuple(
    (re.compile(pattern), sentence)
    for pattern, sentence in (
        (r"^jail: ", "The tool could not be started in its jail."),
        (r"Codec \(\w+\) not on whitelist", "The file uses a codec that OTNet does not decode."),
        (r"Protocol '\w+' not on whitelist|is not allowed to reference",
         "The file refers to another file or to a network address, which OTNet does not open."),
        (r"not on whitelist|Format not on whitelist", "The file contains a format that OTNet does not read."),
        (r"max_streams|Too many streams|too many tracks", "The file claims too many streams."),
        (r"Picture size \d+x\d+ (is invalid|exceeds)|[Ii]mage too large",
         "The file claims a picture size that is too large to decode."),
        (r"moov atom not found", "The file is truncated or damaged: its index is missing."),
        (r"partial file|[Tt]runcat|File ended prematurely|unexpected end of file|stream ends prematurely",
         "The file is truncated."),
        (r"EBML header parsing failed|Invalid data found|[Ii]nvalid NAL|PARSER_FAILURE|Error while decoding",
         "The file is damaged, or its format is not the one that its first bytes indicate."),
        (r"does not contain any stream|matches no streams|Output file .* is empty|no packets",
         "The file contains nothing to play."),
        (r"could not find codec parameters|unspecified (size|pixel format|sample)|Decoder .* not found",
         "The streams of the file can't be decoded."),
        (r"Unknown (encoder|decoder)|Unrecognized option|Option .* not found|No such filter|Unknown flag",
         "The installed tool lacks a required feature; run `otnet doctor` to see which."),
        (r"Permission denied|Operation not permitted", "A file could not be opened: permission denied."),
        (r"No such file or directory|FILE_FAILURE", "A required file does not exist."),
        (r"Input/output error", "The disk or the network share failed while reading or writing."),
        (r"Encryption|ENCRYPTION_FAILURE|decryption", "The file is encrypted, or could not be encrypted."),
    )
)  # fmt: skip
UNKNOWN_FAILURE = "The tool stopped for an unknown reason."


def summarise(log_tail: str) -> str:
    """One sentence for users about a tool's log. It contains no text of the log."""
    for pattern, sentence in FAILURE_SENTENCES:
        if any(pattern.search(line) for line in log_tail.splitlines()):
            return sentence
    return UNKNOWN_FAILURE
