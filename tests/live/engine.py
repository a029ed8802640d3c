"""nginx with its RTMP module, as a media server in front of OTNet."""

from __future__ import annotations

import contextlib
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.harness import until

MODULE = "/usr/lib/nginx/modules/ngx_rtmp_module.so"


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@contextlib.contextmanager
def nginx_rtmp(work: Path, port: int, hooks: str = "") -> Iterator[str]:
    """Yields the address of its application. `hooks`: the address that decides who may publish."""
    work.mkdir()
    calls = f"notify_method post; on_publish {hooks}; on_publish_done {hooks};" if hooks else ""
    (work / "nginx.conf").write_text(
        f"load_module {MODULE}; user root; daemon off; master_process off; pid {work}/pid; error_log {work}/log;\n"
        "events { worker_connections 64; }\n"
        f"rtmp {{ server {{ listen 127.0.0.1:{port}; chunk_size 4096; ping 10s; application live {{ live on; idle_streams off;"
        f" wait_key on; drop_idle_publisher 10s; {calls} }} }} }}\n"
    )
    process = subprocess.Popen(["nginx", "-c", str(work / "nginx.conf")], stderr=subprocess.DEVNULL)

    def listens() -> bool:
        assert process.poll() is None, (work / "log").read_text()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        return False

    try:
        until("nginx listens", listens, 30)
        yield f"rtmp://127.0.0.1:{port}/live"
    finally:
        process.terminate()
        process.wait(20)
