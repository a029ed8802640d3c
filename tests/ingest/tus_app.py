"""An upload server in its own process, to be killed: python -m tests.ingest.tus_app BASE; prints its URL."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.ingest.serving import make_uploads, serving, uploads_app


async def main() -> None:
    uploads = make_uploads(Path(sys.argv[1]))
    await uploads.sweep()
    async with serving(uploads_app(uploads)) as url:
        print(url, flush=True)
        await asyncio.Event().wait()


asyncio.run(main())
