from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from otnet_server import MediaReady, OtnetError, RecordCreated
from otnet_server.testing import enabled, send_event

READY = MediaReady(7, "2026-01-01T00:00:00Z", "media.ready", title="A film")


def host(folder: Path, **config: Any) -> Any:
    return enabled("event_log", data=folder, config={"event_log": config})


def entries(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


async def test_events_and_the_start_and_stop_of_the_server_are_written(tmp_path: Path) -> None:
    running = host(tmp_path)
    await running.startup()
    await send_event(running, READY)  # shuts the plugin down
    assert [entry["type"] for entry in entries(tmp_path / "events.jsonl")] == [
        "server.started",
        "media.ready",
        "server.stopped",
    ]
    assert entries(tmp_path / "events.jsonl")[1] == {"id": 7, "at": READY.at, "type": READY.type, **READY.data}


async def test_the_id_is_that_of_the_event(tmp_path: Path) -> None:
    """Also of events of records, whose data have the id of the record, and for any other data."""
    data = {"resource": "content", "id": "4266a436b04b", "title": "A film", "content": "4266a436b04b", "type": "x"}
    created = RecordCreated(8, READY.at, "content.created", "000000000001", data)
    await send_event(host(tmp_path), created)
    entry = entries(tmp_path / "events.jsonl")[0]
    assert (entry["id"], entry["type"], entry["at"]) == (8, "content.created", READY.at)
    assert (entry["record"], entry["content"]) == ("4266a436b04b", "4266a436b04b")


async def test_full_file_is_renamed(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text('{"type": "old"}\n' + " " * (1 << 20))
    await send_event(host(tmp_path, path=str(path), max_mb=1), READY)
    assert entries(path)[0]["type"] == "media.ready" and path.with_name("log.1").exists()


async def test_file_that_cannot_be_written_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(OtnetError, match=r"event log .* can't be written"):
        await host(tmp_path, path=str(tmp_path / "missing" / "log")).startup()


def test_tail_prints_the_last_events(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "events.jsonl").write_text("".join(f'{{"id": {n}}}\n' for n in range(30)))
    [tail] = host(tmp_path).commands("event_log")
    tail(lines=2)
    assert capsys.readouterr().out == '{"id": 28}\n{"id": 29}\n'


def test_tail_without_a_file_prints_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [tail] = host(tmp_path).commands("event_log")
    tail()
    assert capsys.readouterr().out == ""
