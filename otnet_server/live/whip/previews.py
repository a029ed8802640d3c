"""The previews that a process of the WHIP server sends, as the server sees them.

Each has a task that writes its frames to the process. When the process takes them too slowly, the task waits, and the
queue of the preview loses frames; the live stream goes on.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib

from otnet_server.errors import PreviewRefused
from otnet_server.live.whip.frames import Frame, frame, pack_frame
from otnet_server.protocols import LivePreview, PreviewSession

ANSWER_S = 10.0


class SentPreviews:
    """`writer` leads to the process."""

    def __init__(self, writer: asyncio.StreamWriter, max_previews: int) -> None:
        self._writer, self._max_previews = writer, max_previews
        self._numbers = 0
        self._previews: dict[int, LivePreview] = {}
        self._answers: dict[int, asyncio.Future[dict[str, str]]] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}

    async def send(self, offer: str, preview: LivePreview) -> PreviewSession:
        if len(self._previews) >= self._max_previews:
            preview.close()
            raise PreviewRefused("too_many_previews", "Too many people watch previews.", "Try again later.")
        self._numbers += 1
        number = self._numbers
        self._previews[number] = preview
        self._answers[number] = asyncio.get_running_loop().create_future()
        try:
            sdp = await self._answer(number, offer, preview)
        except BaseException:
            await self.end(number)
            raise
        finally:
            del self._answers[number]
        self._tasks[number] = asyncio.ensure_future(self._pass_on(number, preview))
        return PreviewSession(number, sdp)

    async def end(self, number: int) -> None:
        """End a preview, and let the process end its connection."""
        if self._forget(number):
            self._write(Frame("unwatch", number))

    async def close(self) -> None:
        """The process has ended."""
        for number in list(self._previews):
            self._forget(number)
        for answer in self._answers.values():
            if not answer.done():
                answer.set_result({"code": "not_running", "message": "The WHIP server has ended."})

    def handle(self, message: Frame) -> None:
        """A message of the process about a preview."""
        answer = self._answers.get(message.session)
        if message.kind == "left":
            self._forget(message.session)
        if answer is not None and not answer.done():
            left = {"code": "left", "message": "The browser has left."}
            answer.set_result(message.values if message.kind == "answer" else left)

    async def _answer(self, number: int, offer: str, preview: LivePreview) -> str:
        inits = {"video_init": preview.video_init, "audio_init": preview.audio_init}
        texts = {name: base64.b64encode(init).decode() for name, init in inits.items()}
        self._write(frame("watch", number, offer=offer, **texts))
        try:
            async with asyncio.timeout(ANSWER_S):
                answer = await self._answers[number]
        except TimeoutError:
            raise PreviewRefused("no_answer", "The WHIP server does not answer.", "Try again later.") from None
        if "sdp" not in answer:
            raise PreviewRefused(answer["code"], answer["message"])
        return answer["sdp"]

    async def _pass_on(self, number: int, preview: LivePreview) -> None:
        with contextlib.suppress(OSError, RuntimeError):
            while (live_frame := await preview.next()) is not None:
                self._writer.write(Frame("frame", number, pack_frame(live_frame)).encode())
                await self._writer.drain()
        await self.end(number)

    def _forget(self, number: int) -> bool:
        preview, task = self._previews.pop(number, None), self._tasks.pop(number, None)
        if preview is None:
            return False
        preview.close()
        if task is not None and task is not asyncio.current_task():
            task.cancel()
        return True

    def _write(self, message: Frame) -> None:
        with contextlib.suppress(OSError, RuntimeError):
            self._writer.write(message.encode())
