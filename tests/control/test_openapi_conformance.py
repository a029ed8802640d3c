"""schemathesis checks the API against its OpenAPI documents, with and without credentials.

Updates and deletions are sent with `If-Match: *`, because an invented ETag is rightly refused (412) before anything
else is checked. The session that gets deleted is a colleague's, not the one that sends the requests.

The short runs send a few valid and invalid requests to every operation. Requests without credentials to the surfaces
that require them have one response (`tests/control/test_roles_and_scopes.py`). The long runs add sequences of operations,
and thousands of requests that take every value of each parameter and body field to its limits.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from otnet_server.schema.field import Surface
from tests.control.records import one_of_each
from tests.control.services import control_plane

CONFIG = """
{headers}
[parameters]
"header.If-Match" = "*"
[[operations]]
include-operation-id = "dashboard_sessions_delete"
parameters = {{ "path.id" = "{session}" }}
[[operations]]
include-operation-id = "{surface}_events_list"
# 410: the event `after` is no longer kept.
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "410", "429"]
[[operations]]
include-operation-id = ["{surface}_artwork_put_file", "{surface}_imports_create"]
# 400: a crop outside of the picture. 422: a URL that leads nowhere.
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "401", "403", "404", "422", "429", "503"]
[[operations]]
include-operation-id = ["{surface}_media_add_subtitles", "{surface}_media_put_subtitles",
                        "{surface}_media_replace_subtitles", "{surface}_media_change_subtitles"]
# 422: a language that is not known, or text that is no subtitles.
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "401", "403", "404", "409", "413", "422", "429"]
[[operations]]
include-operation-id = ["{surface}_policies_create", "{surface}_policies_update", "{surface}_policies_upsert"]
# 422: an expression that is not valid, or fields that the action does not have or needs.
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "422", "429"]
[[operations]]
include-operation-id = "{surface}_series_order_episodes"
# 422: an episode of another season, or the same one twice.
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "422", "429"]
[[operations]]
include-operation-id = "{surface}_metadata_imports_create"
# 400: a mapping that is no JSON. 422: text that is no table.
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "401", "403", "409", "413", "422", "429"]
[[operations]]
include-operation-id = ["{surface}_media_list_subtitles", "{surface}_media_delete_subtitles"]
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "429"]
{auth}
"""
# schemathesis can't send bodies of this protocol; tests/ingest/ tests it.
TUS_OPERATIONS = ("uploads_create", "uploads_offset", "uploads_append", "uploads_cancel")


SHORT = ["-n", "1", "--phases", "examples,fuzzing"]
LONG = ["-n", "8"]

WITH_CREDENTIALS = [(Surface.DASHBOARD, True), (Surface.PARTNER, True)]
ANONYMOUS = [(surface, False) for surface in Surface]


@pytest.mark.parametrize(("surface", "known"), [*WITH_CREDENTIALS, (Surface.PUBLIC, False)])
def test_every_operation_conforms_to_its_openapi_document(tmp_path: Path, surface: Surface, known: bool) -> None:
    report = run_schemathesis(tmp_path, surface, known, SHORT)
    match = re.search(r"Selected: (\d+)/(\d+)\s+Tested: (\d+)", report)
    assert match is not None, report
    selected, all_operations, tested = map(int, match.groups())
    excluded = 0 if surface is Surface.PUBLIC else len(TUS_OPERATIONS)
    assert selected == tested == all_operations - excluded, report


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("surface", "known"), [*WITH_CREDENTIALS, *ANONYMOUS])
def test_api_conforms_to_its_openapi_document(tmp_path: Path, surface: Surface, known: bool) -> None:
    run_schemathesis(tmp_path, surface, known, LONG)


def run_schemathesis(tmp_path: Path, surface: Surface, known: bool, options: list[str]) -> str:
    """Check one surface, with or without credentials, and return the report."""
    with control_plane(tmp_path / "data") as studio:
        owner = studio.owner
        one_of_each(studio, owner)
        for record in owner.items("content"):
            owner.post(f"content/{record['id']}/publish").raise_for_status()
        headers, auth = "", ""
        if known and surface is Surface.DASHBOARD:
            headers = f'headers = {{ "X-CSRF-Token" = "{owner.document["csrf"]}" }}'
            auth = f'[auth.openapi.session]\napi_key = "{owner.cookies["otnet_session"]}"'
        elif known and surface is Surface.PARTNER:
            auth = f'[auth.openapi.key]\nbearer = "{owner.key().secret}"'
        session = owner.colleague().items("sessions")[0]["id"]
        (tmp_path / "schemathesis.toml").write_text(
            CONFIG.format(headers=headers, session=session, surface=surface, auth=auth)
        )
        address = f"{studio.url}/api/v1/{surface}/openapi.json"
        excluded = [o for name in TUS_OPERATIONS for o in ("--exclude-operation-id", f"{surface}_{name}")]
        return check_conformance(address, tmp_path, *options, *excluded)


# Their success ends the session or the stream that the other requests need.
ENDING = ("account_sign_out", "account_remove", "account_change_password", "media_events")


@pytest.mark.parametrize(
    "options", [SHORT, pytest.param(LONG, marks=[pytest.mark.long, pytest.mark.timeout(1200)])], ids=["short", "long"]
)
@pytest.mark.parametrize("known", [True, False])
def test_viewer_api_conforms_to_its_openapi_document(tmp_path: Path, known: bool, options: list[str]) -> None:
    """The two excluded checks compare what is valid: JSON Schema has no format for the addresses that OTNet accepts,
    and telemetry accepts numbers as text."""
    with control_plane(tmp_path / "data") as studio:
        owner = studio.owner
        one_of_each(studio, owner)
        for record in owner.items("content"):
            owner.post(f"content/{record['id']}/publish").raise_for_status()
        if known:
            viewer = owner.colleague("audience")
            (tmp_path / "schemathesis.toml").write_text(
                f'headers = {{ "X-CSRF-Token" = "{viewer.document["csrf"]}" }}\n'
                f'[auth.openapi.session]\napi_key = "{viewer.cookies["otnet_session"]}"\n'
            )
        excluded = ["--exclude-checks", "positive_data_acceptance,negative_data_rejection"]
        for id in ENDING:
            excluded += ["--exclude-operation-id", id]
        check_conformance(f"{studio.url}/api/v1/site/openapi.json", tmp_path, *options, *excluded)


def check_conformance(address: str, folder: Path, *options: str) -> str:
    """Run schemathesis and return its report."""
    command = [sys.executable, "-m", "schemathesis.cli", "run", address, "--checks", "all", "--seed", "1",
               "--continue-on-failure", "--no-color", *options]  # fmt: skip
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2000:]
    return done.stdout
