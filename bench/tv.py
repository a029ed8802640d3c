"""The television application under a thumb that never rests: ten minutes of key presses through a hundred rows.

Chromium without a graphics card draws WebGL in software, so the picture is 320×180 here: each position and each node
is the same as in full HD, only the filling of pixels is what a television's graphics chip would do (on two cores, at
640×360 every tenth frame comes too late for that alone). Dropped frames are those that were due at 60 Hz and did not
come, so they tell something only on a machine that does nothing else; the main thread's time is processor time, which
other programs do not lengthen.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

from bench.report import Row
from tests.chromium import chromium_path
from tests.tv import fake
from tests.tv.conftest import CHROMIUM

FRAME_MS = 1000 / 60
#: Down through a hundred rows and up again, with a walk along some of them: ten presses a second.
ROUND_KEYS = [*["ArrowDown"] * 6, *["ArrowRight"] * 8, *["ArrowDown"] * 6, *["ArrowLeft"] * 4]
WALK_KEYS = [*ROUND_KEYS * 8, *["ArrowUp"] * 96]
KEY_INTERVAL_S = 0.1
RECORD_FRAMES_SCRIPT = """() => { window.frames = []; let last = performance.now();
  const tick = (now) => { window.frames.push(now - last); last = now; requestAnimationFrame(tick); };
  requestAnimationFrame(tick); }"""


def rows(work: Path, quick: bool) -> list[Row]:
    minutes = 1.0 if quick else 10.0
    with fake.running() as (url, _), sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=chromium_path(), args=[*CHROMIUM, "--js-flags=--expose-gc"]
        )
        page = chromium.new_page(viewport={"width": 320, "height": 180})
        page.goto(f"{url}/tv/?test=1")
        page.wait_for_function("window.__otnet && window.__otnet.state === 'ready'", timeout=60_000)
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        # There and back first, so that what is loaded once is loaded.
        _walk(page, 0.25 if quick else 1.0)
        measured = _measure(page, session, minutes)
        chromium.close()
    return _rows(measured, minutes)


def _measure(page: Page, session: CDPSession, minutes: float) -> dict[str, Any]:
    heap = [_heap(page, session)]
    before = _thread(session)
    page.evaluate(RECORD_FRAMES_SCRIPT)
    presses, nodes = 0, 0
    frames: list[float] = []
    end = time.monotonic() + minutes * 60
    while time.monotonic() < end:
        presses += _walk(page, min(0.5, max(0.0, (end - time.monotonic()) / 60)))
        nodes = max(nodes, page.evaluate("window.__otnet.nodes"))
        frames += page.evaluate("window.frames.splice(0)")
        heap.append(_heap(page, session))
    return {"frames": frames, "presses": presses, "nodes": nodes, "heap": heap, "thread_s": _thread(session) - before}


def _walk(page: Page, minutes: float) -> int:
    end = time.monotonic() + minutes * 60
    presses = 0
    while time.monotonic() < end:
        for key in WALK_KEYS:
            page.keyboard.press(key)
            presses += 1
            time.sleep(KEY_INTERVAL_S)
    return presses


def _heap(page: Page, session: CDPSession) -> float:
    """MB of the JavaScript heap that are in use once garbage is gone."""
    session.send("HeapProfiler.collectGarbage")
    used: float = session.send("Runtime.getHeapUsage")["usedSize"]
    return used / 1e6


def _thread(session: CDPSession) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(float(m["value"]) for m in metrics if m["name"] == "TaskDuration")


def _rows(m: dict[str, Any], minutes: float) -> list[Row]:
    frames: list[float] = sorted(m["frames"])
    due = sum(frames) / FRAME_MS
    dropped = sum(max(0, round(f / FRAME_MS) - 1) for f in frames)
    share = 100 * dropped / due if due else 100.0
    half = frames[len(frames) // 2]
    figures = f"{len(frames):,} frames, {dropped:,} dropped, median {half:.1f} ms"
    figures += f", {m['presses']:,} presses in {minutes:g} min"
    work_ms = 1000 * m["thread_s"] / max(1, len(frames))
    first, last = m["heap"][0], m["heap"][-1]
    highest = max(m["heap"])
    growth = f"{first:.1f} MB before, {last:.1f} MB after, at most {highest:.1f} MB; at most {m['nodes']:,} nodes"
    return [
        Row("television: frames dropped in 100 rows", share, "%", "≤ 1 % at 60 frames/s", share <= 1, figures),
        Row("television: main thread per frame", work_ms, "ms", "≤ 8 ms of 16.7", work_ms <= 8, "processor time"),
        Row("television: JavaScript heap after, over before", last / first, "×", "≤ 1.10", last / first <= 1.1, growth),
    ]
