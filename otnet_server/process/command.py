"""One run of an outside tool as data: what it may do, what came of it, and why it failed in plain words.

What a tool writes is data about a stranger's file, so none of it reaches a user as it is: `summarise` maps
it to one of our own sentences. Pure; `process.py` is what runs it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from otnet_server.errors import OtnetError


@dataclass(frozen=True)
class Limits:
    """`idle_s` is time without progress; `file_bytes` bounds each file, `stdout_bytes` what is collected."""

    wall_s: float = 3600
    idle_s: float = 60
    memory_bytes: int = 8 << 30
    file_bytes: int = 64 << 30
    stdout_bytes: int = 16 << 20


@dataclass(frozen=True)
class Command:
    """One tool run. `argv[0]` is an absolute path. A read path may be a file or a folder, but not a symlink;
    the folders in `writes` must exist. `devices` opens the graphics hardware."""

    argv: tuple[str, ...]
    cwd: Path
    reads: tuple[Path, ...] = ()
    writes: tuple[Path, ...] = ()
    limits: Limits = Limits()
    nice: int = 0
    devices: bool = False
    log: Path | None = None


@dataclass(frozen=True)
class Result:
    """`stdout` is empty when lines went to `on_line`. `log_tail` is for logs, not for users."""

    stdout: bytes
    log_tail: str
    seconds: float


class ProcessFailed(OtnetError):
    """`reason` is one of REASONS, `message` a plain sentence, `log_tail` the tool's own words, for logs."""

    def __init__(self, reason: str, returncode: int | None = None, log_tail: str = "") -> None:
        super().__init__(f"process_{reason}", REASONS[reason] or summarise(log_tail))
        self.reason, self.returncode, self.log_tail = reason, returncode, log_tail


REASONS = {
    "exit": "",  # said by `summarise`
    "signal": "The tool was stopped or crashed while it worked on this file.",
    "wall_limit": "It took longer than it may, and was stopped.",
    "no_progress": "It made no progress for too long, and was stopped.",
    "memory": "It needs more memory than it may use.",
    "output_limit": "It writes more than it may, and was stopped.",
    "disk_full": "The disk is full.",
    "missing_binary": "The tool is not installed or can't be started.",
}

# What the tool says → what we say. First match wins.
SENTENCES = tuple(
    (re.compile(pattern), sentence)
    for pattern, sentence in (
        (r"^jail: ", "The tool could not be started in its jail."),
        (r"Codec \(\w+\) not on whitelist", "It uses a codec that is not decoded here."),
        (r"Protocol '\w+' not on whitelist|is not allowed to reference",
         "It points to another file or to the network, which is not followed."),
        (r"not on whitelist|Format not on whitelist", "It holds a format inside that is not read here."),
        (r"max_streams|Too many streams|too many tracks", "It claims more streams than can be real."),
        (r"Picture size \d+x\d+ (is invalid|exceeds)|[Ii]mage too large",
         "It claims a picture larger than can be decoded."),
        (r"moov atom not found", "The file is cut short or damaged: its index is missing."),
        (r"partial file|[Tt]runcat|File ended prematurely|unexpected end of file|stream ends prematurely",
         "The file is cut short."),
        (r"EBML header parsing failed|Invalid data found|[Ii]nvalid NAL|PARSER_FAILURE|Error while decoding",
         "The file is damaged, or is not what its first bytes claim."),
        (r"does not contain any stream|matches no streams|Output file .* is empty|no packets",
         "There is nothing to play in it."),
        (r"could not find codec parameters|unspecified (size|pixel format|sample)|Decoder .* not found",
         "Its streams can't be understood."),
        (r"Unknown (encoder|decoder)|Unrecognized option|Option .* not found|No such filter|Unknown flag",
         "The installed tool can't do what is asked of it; `otnet doctor` says what it lacks."),
        (r"Permission denied|Operation not permitted", "A file could not be opened: permission denied."),
        (r"No such file or directory|FILE_FAILURE", "A file that is needed is not there."),
        (r"Input/output error", "The disk or the network share failed while reading or writing."),
        (r"Encryption|ENCRYPTION_FAILURE|decryption", "It is encrypted, or could not be encrypted."),
    )
)  # fmt: skip
OTHERWISE = "The tool stopped without a reason that is known here."


def summarise(log_tail: str) -> str:
    """One plain sentence for what a tool wrote. Nothing of what it wrote is in it."""
    for pattern, sentence in SENTENCES:
        if any(pattern.search(line) for line in log_tail.splitlines()):
            return sentence
    return OTHERWISE
