"""Every code block in the documentation runs unchanged against a real server with a real key.

The pages are fetched over HTTP; each block of bash, Python and JavaScript in them is run, with example ids replaced
by those of real records. curl, python and node must be installed.
"""

from __future__ import annotations

import io
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import httpx
import pytest
import trustme

from otnet_server.api.docs import library
from otnet_server.resources import SCHEMA
from otnet_server.schema.examples import id_of
from otnet_server.webhooks import signing
from tests.docs.seeds import Seeds, seeded
from tests.harness import ROOT

BLOCK = re.compile(r"^```(bash|python|javascript)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = sorted(p for p in library() if p.startswith("/docs/") and (p.count("/") == 3))
# Examples whose precondition the API cannot create, such as a failed delivery: code → why it may answer 409.
ELSEWHERE = {
    **{f"/retry{quote}": "only what failed is taken up again" for quote in "'\""},
    **{f"rekey{quote}": "only what is encrypted gets new keys" for quote in "'\""},
}


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeds]:
    with seeded(tmp_path_factory.mktemp("docs")) as found:
        yield found


@pytest.fixture(scope="module")
def javascript(seeds: Seeds) -> Iterator[JavaScript]:
    argv = [*node_command(), str(Path(__file__).with_name("examples.mjs"))]
    with subprocess.Popen(
        argv, cwd=seeds.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        try:
            yield JavaScript(process)
        finally:
            process.stdin.close()  # type: ignore[union-attr]
            process.wait(20)


def test_required_tools_are_installed() -> None:
    assert shutil.which("bash") and shutil.which("curl")
    assert node("console.log(typeof fetch)", Path.cwd(), {}) == "function\n"


@pytest.mark.parametrize("path", PAGES)
def test_every_example_runs(seeds: Seeds, javascript: JavaScript, path: str) -> None:
    answer = httpx.get(seeds.server.url + path)
    assert answer.status_code == 200 and answer.headers["content-type"] == "text/markdown; charset=utf-8"
    blocks = BLOCK.findall(answer.text)
    assert blocks or path.endswith("conventions.md")
    for language, code in blocks:
        run(
            seeds,
            javascript,
            language,
            seeds.substituted(code, published="/public/" in path or "publish" in path),
            path,
        )


def run(seeds: Seeds, javascript: JavaScript, language: str, code: str, path: str) -> str:
    """The printed output; fails with the error output."""
    assert ("{{" not in code and seeds.server.url in code) or "webhook" in path, code
    expected = next((why for part, why in ELSEWHERE.items() if part in code), None)
    runner = {"bash": bash, "python": python, "javascript": javascript.run}[language]
    try:
        printed = runner(code, seeds.folder, seeds.environment)
    except Failed as failed:
        assert expected and "409" in str(failed), f"{path}, {language}:\n{code}\n→ {failed}"
        return ""
    finally:
        seeds.switch_back()
    assert printed or "webhook" in path or "DELETE" in code
    return printed


class Failed(Exception):
    pass


def bash(code: str, folder: Path, environment: dict[str, str]) -> str:
    return _process(["bash", "-eu", "-o", "pipefail", "-c", code], folder, environment)


class JavaScript:
    """Runs every example in one Node.js process for speed, as a new module with the environment of a script."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process, self._numbers = process, itertools.count(1)

    def run(self, code: str, folder: Path, environment: dict[str, str]) -> str:
        assert self._process.stdin and self._process.stdout
        file = folder / f"example-{next(self._numbers)}.mjs"  # Node.js imports a module with the same URL only once
        file.write_text(code)
        self._process.stdin.write(json.dumps({"url": file.as_uri(), "environment": environment}) + "\n")
        answer = json.loads(self._process.stdout.readline())
        file.unlink()
        if answer["error"]:
            raise Failed(answer["printed"] + answer["error"])
        return answer["printed"]


def node_command() -> list[str]:
    found = shutil.which("node")
    return [found] if found else [sys.executable, str(ROOT / "scripts" / "node.py"), "node"]


def node(code: str, folder: Path, environment: dict[str, str]) -> str:
    file = folder / "example.mjs"
    file.write_text(code)
    try:
        return _process([*node_command(), str(file)], folder, environment)
    finally:
        file.unlink()


def _process(argv: list[str], folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(argv, capture_output=True, text=True, cwd=folder, env=os.environ | environment, timeout=60)
    if done.returncode:
        raise Failed(done.stdout + done.stderr)
    return done.stdout


def python(code: str, folder: Path, environment: dict[str, str]) -> str:
    """Run in this process for speed, with the environment and folder of a script."""
    before, there = dict(os.environ), Path.cwd()
    printed = io.StringIO()
    authority = folder / "authority.pem"
    if not authority.exists():
        trustme.CA().cert_pem.write_to_path(str(authority))
    try:
        # httpx reads the certificates of all authorities for each client, although the examples do not use TLS.
        os.environ.update(environment | {"SSL_CERT_FILE": str(authority)})
        os.chdir(folder)
        with redirect_stdout(printed):
            exec(compile(code, "<example>", "exec"), {"__name__": "__main__"})
    except (SystemExit, AssertionError) as e:
        raise Failed(printed.getvalue() + str(e)) from e
    finally:
        os.chdir(there)
        os.environ.clear()
        os.environ.update(before)
    return printed.getvalue()


SECRET = signing.new_secret()
BODY = b'{"type": "content.published", "data": {"title": "\xc3\x9cber"}}'


@pytest.mark.parametrize(("change", "right"), [({}, True), ({"webhook-id": "other"}, False), ({"age": "600"}, False)])
def test_webhook_recipe_verifies_signatures(tmp_path: Path, change: dict[str, str], right: bool) -> None:
    import time

    at = int(time.time()) - int(change.pop("age", "0"))
    headers = signing.headers("msg_1", at, BODY, [signing.new_secret(), SECRET]) | change
    code = dict(BLOCK.findall(library()["/docs/recipes/verify-a-webhook.md"]))
    space: dict[str, object] = {}
    exec(code["python"], space)
    assert space["verify"](SECRET, headers, BODY) is right  # type: ignore[operator]
    call = f"console.log(verify({json.dumps(SECRET)}, {json.dumps(headers)}, {json.dumps(BODY.decode())}))"
    assert node(f"{code['javascript']}\n{call}", tmp_path, {}) == f"{str(right).lower()}\n"


def test_example_ids_are_unique_per_resource() -> None:
    assert len({id_of(r.name) for r in SCHEMA}) == len(list(SCHEMA))
