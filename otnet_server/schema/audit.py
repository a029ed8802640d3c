"""The actions of audit entries and of the events of records (`content.published`). Pure.

Each has a label in the catalogues of the studio (`did.created`), which a test checks.
"""

from __future__ import annotations

from typing import Literal, get_args

AuditAction = Literal[
    "created",
    "updated",
    "deleted",
    "restored",
    "linked",
    "published",
    "unpublished",
    "rotated",
    "revoked",
    "clipped",
    "subtitles_added",
    "subtitles_changed",
    "subtitles_replaced",
    "subtitles_deleted",
    "stream_key_created",
    "stream_key_rotated",
    "stream_key_revoked",
    "pull_changed",
]
AUDIT_ACTIONS: tuple[str, ...] = get_args(AuditAction)
