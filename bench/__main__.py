"""`make bench` runs everything; `make bench ARGS=--quick` a smaller round; `--only delivery` one part."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bench import (
    channels,
    command_line,
    control,
    delivery,
    library,
    licences,
    live_fanout,
    manifests,
    pipeline,
    player,
    policies,
    tv,
)
from bench.report import Row, show, write
from bench.serve import ROOT, film

PART_NAMES = (
    "command_line",
    "manifests",
    "licences",
    "policies",
    "library",
    "control",
    "pipeline",
    "delivery",
    "channels",
    "live_fanout",
    "player",
    "tv",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--quick", action="store_true", help="shorter films and fewer files")
    parser.add_argument(
        "--only", choices=PART_NAMES, action="append", help="only this part; may be given more than once"
    )
    parser.add_argument("--json", type=Path, default=ROOT / "bench" / "results" / "latest.json")
    options = parser.parse_args()
    parts = options.only or PART_NAMES
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="otnet-bench-", ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        (work / "empty").mkdir()
        if "command_line" in parts:
            rows += command_line.rows(work)
        if "manifests" in parts:
            rows += manifests.rows()
        if "licences" in parts:
            rows += licences.rows(work)
        if "policies" in parts:
            rows += policies.rows()
        if "library" in parts:
            rows += library.rows(work, options.quick)
        if "control" in parts:
            many = work / "many"
            if not many.is_dir():
                library.make_files(many, 20_000 if options.quick else 100_000)
            rows += control.rows(work, many, options.quick)
        if "channels" in parts:
            rows += channels.rows(work, options.quick)
        if "live_fanout" in parts:
            rows += live_fanout.rows(work, options.quick)
        if "player" in parts:
            rows += player.rows(work, options.quick)
        if "tv" in parts:
            rows += tv.rows(work, options.quick)
        if "pipeline" in parts or "delivery" in parts:
            rows += _with_a_title(work, parts, options.quick)
    show(rows)
    write(rows, options.json)


def _with_a_title(work: Path, parts: tuple[str, ...], quick: bool) -> list[Row]:
    if "pipeline" in parts:
        rows = pipeline.rows(work, quick)
        data = work / "data-short0"
    else:
        rows, data = [], work / "data-delivery"
        pipeline.measure_drop(film(work / "tiny.mp4", 4), work, "delivery")
    return rows + (delivery.rows(work, data) if "delivery" in parts else [])


if __name__ == "__main__":
    main()
