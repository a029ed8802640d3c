"""Disables core dumps of this process, which would contain the keys and secrets in its memory.

The limit of zero keeps the kernel from writing a file. Where the kernel pipes dumps to a program, such as
systemd-coredump, that limit does not apply, but a process that is not dumpable has none (prctl(2), core(5)). Other
processes of the same user can't read its memory either.
"""

from __future__ import annotations

import ctypes
import resource
import sys

PR_SET_DUMPABLE = 4


def disable_core_dumps() -> None:
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    # Tools in the jail set their own limit to one byte, see jail.py.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 1 if hard == resource.RLIM_INFINITY else min(hard, 1)))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
