"""One row a promise: what was measured, beside what, and whether it is reached."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """`value` is a ratio or a figure in `unit`; `reach` says in words what is promised; `detail` the raw figures."""

    what: str
    value: float | None
    unit: str
    reach: str
    ok: bool | None
    detail: str


def show(rows: list[Row]) -> None:
    table = Table("measured", "value", "to reach", "", "figures")
    for r in rows:
        verdict = {True: "[green]reached[/]", False: "[red]missed[/]", None: "[yellow]no peer[/]"}[r.ok]
        table.add_row(r.what, "–" if r.value is None else f"{r.value:,.2f} {r.unit}", r.reach, verdict, r.detail)
    Console().print(table)


def write(rows: list[Row], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(r) for r in rows], indent=2) + "\n", "utf-8")
