"""Where a provider works, and how it runs tools."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from otnet_server.process.command import Command, Limits, Result


class Run(Protocol):
    """Run a process in the jail and wait for it. `on_line` is called with each line of its standard output."""

    def __call__(self, command: Command, *, on_line: Callable[[str], None] | None = None) -> Awaitable[Result]: ...


@dataclass(frozen=True)
class Workspace:
    """An empty folder on a local disk, which the server removes afterwards, and the way to run tools in it.

    `limits`, `nice` (added to the niceness of the process) and `log` (a file for the output of tools) apply to every
    tool that is run.
    """

    folder: Path
    runner: Run
    limits: Limits = Limits()
    nice: int = 0
    log: Path | None = None

    async def run(
        self,
        argv: tuple[str, ...],
        *,
        reads: tuple[Path, ...] = (),
        devices: bool = False,
        on_line: Callable[[str], None] | None = None,
        stdin: bytes = b"",
    ) -> Result:
        """Run a tool in the jail, in the folder, and wait for it. Raises ProcessFailed.

        The tool reads the files and folders in `reads`, reads and writes the folder, and has no network. `devices`
        gives access to graphics hardware. `on_line` is called with each line of its standard output. `stdin`, of at
        most 32 KiB, is for secrets: it is in no file, argument or log.
        """
        command = Command(
            argv=argv,
            cwd=self.folder,
            reads=reads,
            writes=(self.folder,),
            limits=self.limits,
            nice=self.nice,
            devices=devices,
            log=self.log,
            stdin=stdin,
        )
        return await self.runner(command, on_line=on_line)
