"""Packages encoded chunks as CMAF segments with Shaka Packager. One process packages all renditions of a chunk.

Keys are passed in a file of flags on stdin, so that they appear neither in arguments nor on the disk.
"""

from __future__ import annotations

from pathlib import Path

from otnet_server import Encryption, PackagedTrack, Packager, PackageRequest, ServerContext, hookimpl

name = "shaka_packager"
api = 2

# Shorter than any GOP: every keyframe starts a segment, and keyframes are at the planned segment boundaries.
EVERY_KEYFRAME_S = 0.01
NEVER_S = 1e6
FLAGS_ON_STDIN = "--flagfile=/dev/stdin"


def package_argv(packager: str, request: PackageRequest) -> tuple[str, ...]:
    """The command that writes `<name>/init.mp4` and `<name>/<time>.m4s` for each of the files; all paths are in the
    cwd. Pure."""
    descriptors = [
        f"in={path.name},stream={request.kind},init_segment={name}/init.mp4,segment_template={name}/$Time$.m4s"
        + (f",drm_label={request.encryption.keys[name].id.hex()}" if request.encryption is not None else "")
        for name, path in request.files.items()
    ]
    seconds = EVERY_KEYFRAME_S if request.kind == "video" else request.cut_s or NEVER_S
    flags = (FLAGS_ON_STDIN,) if request.encryption is not None or request.decryption is not None else ()
    return (
        packager, "--quiet", *flags, *descriptors,
        "--segment_duration", f"{seconds:.9f}", "--mpd_output", "packager.mpd",
    )  # fmt: skip


def key_flags(request: PackageRequest) -> bytes:
    """The flags that contain keys, one on each line; empty without encryption. Pure.

    With cenc no initialization vector is given: the packager then chooses one at random for each rendition, so that
    chunks with the same key never repeat the key stream.
    """
    if request.decryption is not None:
        return f"--enable_raw_key_decryption\n--keys={_keys(request.decryption, iv=False)}\n".encode()
    if request.encryption is None:
        return b""
    scheme = request.encryption.scheme
    keys = _keys(request.encryption, iv=scheme == "cbcs")
    lines = ("--enable_raw_key_encryption", f"--protection_scheme={scheme}", "--clear_lead=0", f"--keys={keys}")
    return ("\n".join(lines) + "\n").encode()


def _keys(encryption: Encryption, *, iv: bool) -> str:
    """Every key once, labelled with its id."""
    return ",".join(
        dict.fromkeys(
            f"label={key.id.hex()}:key_id={key.id.hex()}:key={key.value.hex()}" + (f":iv={key.iv.hex()}" if iv else "")
            for key in encryption.keys.values()
        )
    )


class ShakaPackager:
    name = "shaka"

    def __init__(self, packager: str) -> None:
        self._packager = packager

    async def package(self, request: PackageRequest) -> dict[str, PackagedTrack]:
        folder = request.workspace.folder
        argv = package_argv(self._packager, request)
        await request.workspace.run(argv, reads=(folder,), stdin=key_flags(request))
        return {name: _track(folder / name) for name in request.files}


def _track(folder: Path) -> PackagedTrack:
    times = sorted(int(p.stem) for p in folder.glob("*.m4s"))
    return PackagedTrack(folder / "init.mp4", tuple((t, folder / f"{t}.m4s") for t in times))


@hookimpl
def register_packagers(server: ServerContext) -> list[Packager]:
    return [ShakaPackager(server.binaries.packager)]
