"""Generates the TypeScript types of the viewer API from its OpenAPI document.

`.venv/bin/python scripts/api_types.py` writes `web_ui/shared/viewerApi.d.ts`. The file is committed, so that the front
ends can be built without Python; a test compares it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from otnet_server.api.viewer_openapi import viewer_document

ROOT = Path(__file__).resolve().parent.parent
TYPES = ROOT / "web_ui" / "shared" / "viewerApi.d.ts"
HEADER = "// Generated from /api/v1/site/openapi.json by scripts/api_types.py. Do not edit.\n"


def api_types() -> str:
    """The types, made by openapi-typescript (the script `types` of web_ui/package.json)."""
    npm = (sys.executable, "scripts/node.py", "npm", "--prefix", "web_ui", "run", "types", "--silent")
    document = json.dumps(viewer_document())
    done = subprocess.run(npm, cwd=ROOT, input=document, stdout=subprocess.PIPE, text=True, check=True)
    return HEADER + done.stdout


if __name__ == "__main__":
    TYPES.write_text(api_types(), "utf-8")
