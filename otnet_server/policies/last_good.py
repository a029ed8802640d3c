"""The policies that were loaded last, in a file of the data folder, for starts without the database.

The file is replaced as a whole and readable by its owner only: expressions may contain the secrets of tokens.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from otnet_server.logs import log
from otnet_server.policies.policy import Policy

FILE = "policies.json"


def save(folder: Path, policies: Sequence[Policy]) -> None:
    """Replace the file. Processes that share the folder may do this at the same time. Raises OSError."""
    text = json.dumps([policy.document() for policy in policies])
    new = folder / f".{FILE}.{secrets.token_hex(4)}"
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(folder / FILE)
    finally:
        new.unlink(missing_ok=True)


def read(folder: Path) -> list[Policy] | None:
    """The policies in the file; None when there is none that can be read."""
    path = folder / FILE
    try:
        return [Policy.from_row(row) for row in json.loads(path.read_text("utf-8"))]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as e:
        log.error("the stored policies can't be read", file=str(path), why=f"{type(e).__name__}: {e}")
        return None
