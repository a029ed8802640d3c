"""The official JavaScript client (tus-js-client) against our server: chunks, pause and resume, refusals."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from tests.harness import ROOT
from tests.ingest.serving import film, make_uploads, serving, uploads_app

MODULES = ROOT / "web_ui" / "node_modules"
SCRIPT = """
const fs = require("fs");
const tus = require("tus-js-client");
const [url, file, name, pause] = process.argv.slice(2);
const data = fs.readFileSync(file);
let paused = false;
const upload = new tus.Upload(data, {
  endpoint: url + "/uploads", chunkSize: 200000, retryDelays: [0, 10, 20], uploadDataDuringCreation: true,
  metadata: { filename: name, library: "films" },
  onError: (error) => {
    const said = error.originalResponse ? JSON.parse(error.originalResponse.getBody()) : { code: String(error) };
    console.log(JSON.stringify({ code: said.code }));
  },
  onSuccess: () => console.log(JSON.stringify({ done: true, paused })),
  onChunkComplete: (size, done) => {
    if (pause === "pause" && !paused && done < data.length) {
      paused = true;
      upload.abort().then(() => upload.start());
    }
  },
});
upload.start();
"""


@pytest.mark.skipif(
    shutil.which("node") is None or not (MODULES / "tus-js-client").is_dir(), reason="needs node and npm ci in web_ui"
)
@pytest.mark.parametrize(
    ("name", "data", "pause", "said"),
    [
        ("film.mkv", film(1_500_000), "", {"done": True, "paused": False}),
        ("film.mkv", film(1_500_000), "pause", {"done": True, "paused": True}),
        ("page.html", b"<html>", "", {"code": "type_not_accepted"}),
        ("film.mkv", b"<html>", "", {"code": "refused_html"}),
    ],
)
async def test_tus_js_client(tmp_path: Path, name: str, data: bytes, pause: str, said: dict[str, object]) -> None:
    (tmp_path / "source").write_bytes(data)
    (tmp_path / "script.cjs").write_text(SCRIPT)
    async with serving(uploads_app(make_uploads(tmp_path))) as url:
        node = await asyncio.create_subprocess_exec(
            "node", str(tmp_path / "script.cjs"), url, str(tmp_path / "source"), name, pause,
            env={"NODE_PATH": str(MODULES), "PATH": "/usr/bin:/bin:/usr/local/bin"},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            out, error = await asyncio.wait_for(node.communicate(), 60)
        finally:
            if node.returncode is None:
                node.kill()
                await node.wait()
    assert out, error.decode()
    assert json.loads(out) == said
    arrived = {p.name: p.read_bytes() for p in (tmp_path / "library").iterdir()}
    assert arrived == ({"film.mkv": data} if "done" in said else {})
