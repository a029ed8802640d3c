"""Tables in files: CSV as spreadsheets write it, and JSON lines. Pure.

The encoding is UTF-8, UTF-16 or Windows-1252, the separator a comma, semicolon, tab or vertical bar; both are
recognized. Spreadsheets need a few exceptions: a first line `sep=;`, texts that are written as formulas (`="0012"`),
and an apostrophe before texts that would be formulas, which `csv_text` writes as well.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from otnet_server.errors import Invalid

MAX_BYTES = 10 << 20
MAX_ROWS = 20_000
MAX_COLUMNS = 100
MAX_CELL = 50_000
SEPARATORS = ",;\t|"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
SPACES = " \t\r\n\u00a0\ufeff"
MAX_NAME = 200
CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class TableRow:
    """The cells of a row that are not empty, by column. `line` is the line of the file on which the row begins."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class DataTable:
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


def read_table(data: bytes) -> DataTable:
    """The table in a file. Raises Invalid with the line and what is wrong there."""
    if len(data) > MAX_BYTES:
        raise _refused(f"The file has more than {MAX_BYTES >> 20} MiB.", "Divide it into several files.")
    text = _decoded(data)
    if "\0" in text:
        raise _refused("The file is not text.", "Save the table as CSV.")
    table = _json_lines(text) if text.lstrip(SPACES).startswith("{") else _csv(text)
    if not table.rows:
        raise _refused("The file has no rows.", "The first line has the names of the columns.")
    return table


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV that spreadsheets open. A text that they would take for a formula begins with an apostrophe."""
    out = io.StringIO()
    out.write("\ufeff")
    csv.writer(out).writerows([[_harmless(str(cell)) for cell in row] for row in rows])
    return out.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def _decoded(data: bytes) -> str:
    encoding = next((name for bom, name in BOMS.items() if data.startswith(bom)), "")
    if not encoding and data[1:200:2].count(0) > len(data[1:200:2]) // 2:
        encoding = "utf-16-le"
    for candidate in (encoding,) if encoding else ("utf-8", "cp1252"):
        try:
            return data.decode(candidate)
        except UnicodeDecodeError:
            continue
    raise _refused("The encoding of the file is not recognized.", "Save it as CSV in UTF-8.")


def _csv(text: str) -> DataTable:
    offset = 0
    first, _, rest = text.partition("\n")
    separator = ""
    if first.strip(SPACES).strip('"').lower().startswith("sep=") and len(first.strip('\r"')) == len("sep=;"):
        separator, text, offset = first.strip('\r"')[-1], rest, 1
    separator = separator or _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    columns: tuple[str, ...] = ()
    rows: list[TableRow] = []
    line = 1 + offset
    try:
        for cells in reader:
            values = [_cell(cell) for cell in cells]
            if any(values) and not columns:
                columns = _columns(values)
            elif any(values):
                rows.append(_row(line, columns, values))
            _check_size(rows, line)
            line = reader.line_num + 1 + offset
    except csv.Error as e:
        raise _refused(f"Line {line} is not valid CSV: {e}.", "Check its quotation marks.") from e
    return DataTable(tuple(c for c in columns if c), tuple(rows))


def _separator(text: str) -> str:
    """The separator that divides the first row into the most columns."""

    def count(separator: str) -> int:
        try:
            rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
            return next((len(cells) for cells in rows if any(cell.strip(SPACES) for cell in cells)), 0)
        except csv.Error:  # a field is too long
            return 0

    return max(SEPARATORS, key=count)


def _columns(names: list[str]) -> tuple[str, ...]:
    names = [_column(name) for name in names]
    while names and not names[-1]:
        names = names[:-1]
    used = [name for name in names if name]
    if len(used) > MAX_COLUMNS:
        raise _refused(f"The table has more than {MAX_COLUMNS} columns.", "Remove those that are not imported.")
    repeated = next((name for name in used if used.count(name) > 1), None)
    if repeated is not None:
        raise _refused(f"Two columns are called “{repeated[:60]}”.", "Rename or remove one of them.")
    return tuple(names)


def _column(name: str) -> str:
    """The name of a column, without line breaks and other control characters."""
    return CONTROL.sub(" ", _storable(name)).strip(SPACES)[:MAX_NAME]


def _row(line: int, columns: tuple[str, ...], values: list[str]) -> TableRow:
    if any(values[len(columns) :]):
        raise _refused(f"Line {line} has more cells than there are columns.", "Put texts with separators in quotes.")
    return TableRow(line, {name: value for name, value in zip(columns, values, strict=False) if name and value})


def _cell(text: str) -> str:
    text = text.strip(SPACES)
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        text = text[2:-1].replace('""', '"')
    elif text.startswith("'") and text[1:].startswith(FORMULA_STARTS):
        text = text[1:]
    return text


def _json_lines(text: str) -> DataTable:
    columns: dict[str, None] = {}
    rows: list[TableRow] = []
    for line, content in enumerate(text.split("\n"), 1):
        if not content.strip(SPACES):
            continue
        try:
            document = json.loads(content.strip(SPACES))
            objects = document.items() if isinstance(document, dict) else None
            cells = {_column(name): _json_text(value) for name, value in objects} if objects is not None else None
        except (ValueError, RecursionError):
            cells = None
        if cells is None:
            raise _refused(f"Line {line} is not a JSON object.", "Write one object on each line.")
        cells.pop("", None)
        columns |= dict.fromkeys(cells)
        if len(columns) > MAX_COLUMNS:
            raise _refused(f"The objects have more than {MAX_COLUMNS} names.", "Remove those that are not imported.")
        rows.append(TableRow(line, {name: cell for name, cell in cells.items() if cell}))
        _check_size(rows, line)
    return DataTable(tuple(columns), tuple(rows))


def _json_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(filter(None, map(_json_text, value)))
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _storable(text).strip(SPACES)


def _storable(text: str) -> str:
    """The text with “?” for what JSON can say and a database can't store: NUL and unpaired surrogates."""
    return text.replace("\0", "?").encode(errors="replace").decode()


def _check_size(rows: list[TableRow], line: int) -> None:
    if len(rows) > MAX_ROWS:
        raise _refused(f"The table has more than {MAX_ROWS} rows.", "Divide it into several files.")
    if rows and any(len(cell) > MAX_CELL for cell in rows[-1].cells.values()):
        raise _refused(f"Line {line} has a cell of more than {MAX_CELL} characters.", "Check its quotation marks.")


def _refused(message: str, remedy: str) -> Invalid:
    return Invalid("bad_table", message, [], remedy)
