"""Runs pytest with these arguments. Browser tests that fail are run once more, alone, when all else has ended.

The run passes if they all pass then, and its last lines name them as flaky. It fails if any of them fails again, if a
test of another kind failed, or if more than three browser tests failed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

MOST_FLAKY = 3
TESTS_FAILED = 1  # pytest.ExitCode.TESTS_FAILED
WORKERS = ["-n", "4", "--dist", "worksteal"]


def run(failures: Path, *arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", "pytest", "-q", "--failures", str(failures), *arguments]).returncode


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        failures = Path(folder, "failures")
        code = run(failures, *WORKERS, *arguments)
        if code != TESTS_FAILED:
            return code
        failed = dict(line.split("\t") for line in failures.read_text("utf-8").splitlines())
        if not all(failed.values()) or len(failed) > MOST_FLAKY:
            return code
        print(f"\nRunning {len(failed)} failed browser tests once more, alone.", flush=True)
        code = run(failures, "-m", "", *failed)  # whatever selected them
        if code == 0:
            print(f"{len(failed)} flaky:", *failed, sep="\n  ")
        return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
