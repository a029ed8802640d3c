"""The tests of the TypeScript client in Node.js: the same requirements as for the Python client."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.clients import webhook_cases as webhooks
from tests.clients.conftest import Served
from tests.docs.test_examples import node_command
from tests.harness import ROOT
from tests.playback.titles import jpeg

FOLDER = ROOT / "clients" / "typescript"


def run(script: str, folder: Path, environment: dict[str, str]) -> None:
    argv = [*node_command(), "--test", "--test-reporter=spec", str(FOLDER / "tests" / script)]
    done = subprocess.run(argv, capture_output=True, text=True, cwd=folder, env=os.environ | environment, timeout=120)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


@pytest.mark.usefixtures("built")
def test_requests_are_retried_where_that_is_safe(tmp_path: Path) -> None:
    run("retries.test.mjs", tmp_path, {})


@pytest.mark.usefixtures("built")
def test_webhooks_are_verified(tmp_path: Path) -> None:
    events = {
        type: {"webhook": webhooks.signed(json.dumps({"type": type, "data": data})), "kind": kind}
        for type, (data, kind) in webhooks.EVENTS.items()
    }
    cases = {
        "valid": webhooks.VALID, "accepted": webhooks.ACCEPTED, "refused": webhooks.REFUSED, "events": events,
        "malformedSecrets": webhooks.MALFORMED_SECRETS,
    }  # fmt: skip
    (tmp_path / "cases.json").write_text(json.dumps(cases))
    run("webhooks.test.mjs", tmp_path, {"WEBHOOK_CASES": str(tmp_path / "cases.json")})


@pytest.mark.usefixtures("built")
def test_client_works_with_a_server(served: Served, tmp_path: Path) -> None:
    served.new_film(tmp_path, "film.mp4")
    (tmp_path / "poster.jpg").write_bytes(jpeg())
    run("client.test.mjs", tmp_path, {**served.environment, "OTNET_READING_KEY": served.reading_key})
