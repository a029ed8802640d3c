"""One row for each target: what was measured, a reference from the same run, and whether it is reached."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """`value` is a ratio or a figure in `unit`, `reach` the target, `detail` the raw figures."""

    what: str
    value: float | None
    unit: str
    reach: str
    ok: bool | None
    detail: str


def timed(
    what: str,
    value: float,
    unit: str,
    most: float,
    reference: float,
    ratio: float,
    reference_name: str,
    detail: str = "",
) -> Row:
    """A row for a time in `unit`, which is reached if it is at most `most`, or on slower machines at most `ratio` times
    the time of the `reference`, which is called `reference_name`."""
    figures = f"{value / reference:.1f} × {reference_name}: {reference:.2f} {unit}"
    return Row(
        what, value, unit, f"≤ {most:g}, or {ratio:g} × the reference",
        value <= max(most, ratio * reference), "; ".join(filter(None, (figures, detail))),
    )  # fmt: skip


def show(rows: list[Row]) -> None:
    table = Table("measured", "value", "to reach", "", "figures")
    for r in rows:
        verdict = {True: "[green]reached[/]", False: "[red]missed[/]", None: "[yellow]no peer[/]"}[r.ok]
        table.add_row(r.what, "–" if r.value is None else f"{r.value:,.2f} {r.unit}", r.reach, verdict, r.detail)
    Console().print(table)


def write(rows: list[Row], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(r) for r in rows], indent=2) + "\n", "utf-8")
