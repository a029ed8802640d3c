"""Tables in files, as spreadsheets and programs write them."""

from __future__ import annotations

import csv
import io
import json

import pytest

from otnet_server.errors import Invalid
from otnet_server.ingest.data_tables import MAX_BYTES, MAX_ROWS, csv_text, read_table

TEXT = "title;year\r\nÄpfel;2024\r\n"
ROW = {"title": "Äpfel", "year": "2024"}


@pytest.mark.parametrize("data", [
    TEXT.encode(), b"\xef\xbb\xbf" + TEXT.encode(), TEXT.encode("utf-16"), TEXT.encode("utf-16-le"),
    b"\xfe\xff" + TEXT.encode("utf-16-be"), TEXT.encode("cp1252"),
    TEXT.replace(";", ",").encode(), TEXT.replace(";", "\t").encode(), TEXT.replace(";", "|").encode(),
    TEXT.replace("\r\n", "\n").encode(), TEXT.replace("\r\n", "\r").encode(), b"sep=;\r\n" + TEXT.encode(),
    b'"sep=;"\r\n' + TEXT.encode(), ("\r\n\r\n" + TEXT + ";;\r\n;\r\n").encode(),
    b'"title";"year";;\r\n" \xc3\x84pfel\xc2\xa0";"=""2024""";;\r\n',
    '{"title": "Äpfel", "year": 2024}\n\n'.encode(), b'{"title": "\\u00c4pfel", "year": "2024", "x": null}',
])  # fmt: skip
def test_encodings_separators_and_spreadsheet_forms_are_recognized(data: bytes) -> None:
    (row,) = read_table(data).rows
    assert row.cells == ROW


def test_rows_know_the_line_on_which_they_begin() -> None:
    table = read_table(b'sep=,\ntitle,synopsis\nOne,"first\n\nsecond, ""quoted"""\n\nTwo,\n')
    assert [(r.line, r.cells) for r in table.rows] == [
        (3, {"title": "One", "synopsis": 'first\n\nsecond, "quoted"'}), (7, {"title": "Two"}),
    ]  # fmt: skip


def test_lists_in_json_lines_are_names() -> None:
    (row,) = read_table(json.dumps({"genres": ["Drama", "Thriller"], "age": 12, "bad": "\ud800"}).encode()).rows
    assert row.cells == {"genres": "Drama; Thriller", "age": "12", "bad": "?"}


def test_names_and_cells_can_be_stored() -> None:
    """JSON can say NUL and unpaired surrogates, which databases refuse; names of columns are one line."""
    table = read_table(b'{"a\\u0000": "b\\u0000", "\\ud800": "1", "two\\nlines": "2", "": "3"}')
    assert table.columns == ("a?", "?", "two lines") and table.rows[0].cells["a?"] == "b?"
    assert read_table(b'"two\r\nlines";b\n1;2\n').columns == ("two lines", "b")


@pytest.mark.parametrize(("data", "said"), [
    (b"", "no rows"), (b"title\n", "no rows"), (b"\x00\x01\x02title\n", "not text"), (b"\xff\xd8\xff\xe0\x00\x10\x81", ""),
    (b'title,year\n"open,2024\n', "Line 2 is not valid CSV"), (b'title,year\nx,"a"b\n', "Line 2 is not valid CSV"),
    (b"title,title\nx,y\n", "Two columns are called"), (b"title,year\na,2024,more\n", "Line 2 has more cells"),
    (b'{"title": "x"}\n[1]\n', "Line 2 is not a JSON object"), (b'{"title": ', "Line 1 is not a JSON object"),
    (b'{"a":' * 100_000, "Line 1 is not a JSON object"), (b'{"a":' + b"[" * 900 + b"]" * 900 + b"}", "Line 1 is not"),
    (b"a" * 200_000 + b"\n1\n", "Line 1 is not valid CSV"), (b"a" * 201 + b"," + b"a" * 202 + b"\n1,2\n", "Two columns"),
    (b"title\n" + b"x\n" * (MAX_ROWS + 1), "more than 20000 rows"), (b"a" * (MAX_BYTES + 1), "more than 10 MiB"),
    (",".join(map(str, range(101))).encode() + b"\n1\n", "more than 100 columns"),
    (b'title\n"' + b"x" * 60_000 + b'"\n', "Line 2 has a cell"), (b'title\n"' + b"x" * 200_000 + b'"\n', "Line 2 is not"),
])  # fmt: skip
def test_other_files_are_refused_with_the_line(data: bytes, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_table(data)
    assert said in refused.value.message


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "plain", 'a,b\n"c"'])
def test_written_cells_are_no_formulas_and_are_read_back(text: str) -> None:
    written = csv_text([["title"], [text]])
    cell = list(csv.reader(io.StringIO(written.removeprefix("\ufeff"), newline="")))[1][0]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    if text == text.strip() and not text.startswith("'"):
        assert read_table(written.encode()).rows[0].cells["title"] == text
