"""The `otnet` command line."""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import json
import os
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from typer.testing import CliRunner

from otnet_server.cli import common, import_all
from otnet_server.media.states import State
from otnet_server.playback.tokens import Tokens, secret_of
from tests.gate import Gate
from tests.harness import FFMPEG, ROOT, make_film, running, until

APP = import_all()
COMMANDS = (
    "serve",
    "package",
    "scan",
    "jobs",
    "jobs retry",
    "probe",
    "plan",
    "plugins",
    "plugins new",
    "token",
    "doctor",
)
ENVIRONMENT = {"PYTHONPATH": str(ROOT), "COLUMNS": "300", "NO_COLOR": "1", "OTNET_SERVER__PORT": "0"}
SECONDS, RATE = 6, 25


def environment_of_process() -> dict[str, str]:
    return os.environ | ENVIRONMENT


def command(*argv: str | Path) -> list[str]:
    return [sys.executable, "-c", "from otnet_server.cli import main; main()", *map(str, argv)]


def otnet(*argv: str | Path, code: int = 0, process: bool = False, **environment: str) -> str:
    """Run `otnet` in this process, which is much faster, or in its own with `process`; return its standard output, or
    its standard error if `code` is not 0."""
    if process:
        done = subprocess.run(
            command(*argv), capture_output=True, text=True, env=environment_of_process(), timeout=200, check=False
        )
        status = done.returncode
    else:
        done = CliRunner().invoke(APP, [str(a) for a in argv], env={"OTNET_SERVER__PORT": "0", **environment})
        status = done.exit_code
    assert status == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr if code else done.stdout


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch: pytest.MonkeyPatch, log_configuration: None, tmp_path: Path) -> None:
    """A terminal wide enough that no line is wrapped. Unfinished work of `otnet package` is in `tmp_path`."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for console in (common.out, common.err):
        monkeypatch.setattr(console, "_width", 300)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film whose name contains brackets, which a terminal library might parse as markup."""
    folder = tmp_path_factory.mktemp("films")
    path = make_film(folder / "A Film [red].mp4", SECONDS, extra=("-metadata:s:a", "language=eng"))
    path.with_suffix(".de.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHallo\n")
    return path


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken" / "Broken.mp4"
    path.parent.mkdir()
    path.write_text("#EXTM3U\nhttp://example.org/a.ts\n")
    return path


# --- help ---


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    done = CliRunner().invoke(APP, [*name.split(), "--help"], env={"COLUMNS": "200"})
    assert done.exit_code == 0 and "Usage:" in done.output
    assert re.search(r"\n +[A-Z][^\n]{20,}\n", done.output.partition("Usage:")[2]), "it says what it does"


def test_help_lists_every_command() -> None:
    done = CliRunner().invoke(APP, ["--help"], env={"COLUMNS": "200"})
    for name in {c.split()[0] for c in COMMANDS}:
        assert re.search(rf"\b{name}\b", done.output), name


@pytest.mark.parametrize(
    ("line", "unused"),
    [
        ("--help", "sqlalchemy mcp starlette uvicorn pydantic asyncio structlog httpx"),
        ("--version", "sqlalchemy mcp starlette uvicorn pydantic asyncio structlog httpx"),
        ("probe", "sqlalchemy mcp starlette uvicorn structlog httpx apscheduler otnet_server.protocols"),
        ("serve --help", "mcp alembic authlib ttconv ffmpeg"),
    ],
)
def test_command_imports_only_what_it_uses(broken: Path, line: str, unused: str) -> None:
    argv = ["otnet", *line.split(), *([str(broken)] if line == "probe" else [])]
    code = (
        f"import sys; sys.argv = {argv!r}\nfrom otnet_server.cli import main\ntry: main()\nexcept SystemExit: pass\n"
        f"print('imported:', *({set(unused.split())!r} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "imported:", done.stdout


def test_version_is_printed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert otnet("--version", process=True) == f"otnet {project['version']}\n"


def test_commands_with_json_are_documented() -> None:
    """The table in docs/cli.md has every command with the option --json, and no other."""

    def commands(app: typer.Typer, parent: str) -> Iterator[tuple[str, Callable[..., Any]]]:
        for one in app.registered_commands:
            yield f"{parent} {one.name or one.callback.__name__}", one.callback
        for group in app.registered_groups:
            yield (
                f"{parent} {group.name}",
                (
                    group.typer_instance.registered_callback.callback
                    if group.typer_instance.registered_callback
                    else len
                ),
            )
            yield from commands(group.typer_instance, f"{parent} {group.name}")

    with_json = {name for name, run in commands(APP, "otnet") if "json" in inspect.signature(run).parameters}
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    assert set(re.findall(r"^\| `(otnet [a-z ]+)` \|", page, re.MULTILINE)) == with_json
    assert with_json >= {
        "otnet package",
        "otnet migrate",
        "otnet token",
        "otnet backup",
        "otnet restore",
        "otnet upload",
    }


# --- probe and plan ---


def test_probe_describes_a_file(film: Path) -> None:
    said = otnet("probe", film)
    assert "A Film [red].mp4  mov, 6.0" in said
    assert re.search(r"video\s+h264\s+320 × 180\s+25.000 fps", said)
    assert re.search(r"audio\s+aac\s+2 ch\s+48000 Hz\s+eng", said)
    facts = json.loads(otnet("probe", film, "--json"))
    assert facts["video"]["width"] == 320 and facts["audio"][0]["language"] == "eng"


def test_plan_shows_the_ladder_and_its_reasons(film: Path) -> None:
    said = otnet("plan", film)
    assert re.search(r"180p\s+320 × 180\s+\d+\s+avc1\.6400", said)
    assert re.search(r"audio-eng-stereo\s+2 ch eng\s+128\s+mp4a\.40\.2", said)
    assert "text-de" in said
    assert f"· {SECONDS * RATE} frames at 25.000 fps" in said and "No rung is larger than the picture" in said
    plan = json.loads(otnet("plan", film, "--json", "--profile", "hevc"))
    assert plan["video"]["codec"] == "hevc" and plan["video"]["timeline"]["frames"] == SECONDS * RATE


@pytest.mark.parametrize("name", ["probe", "plan"])
def test_unusable_file_is_refused_with_a_message(name: str, broken: Path) -> None:
    said = otnet(name, broken, code=1)
    assert "This is an HLS or M3U playlist, not a video or audio file. (refused_playlist_hls)" in said


def test_missing_file_and_unknown_profile_are_usage_errors(film: Path, tmp_path: Path) -> None:
    assert "does not exist" in otnet("probe", tmp_path / "none.mp4", code=2)
    assert "There is no profile “best”" in otnet("plan", film, "--profile", "best", code=2)


# --- scan and jobs ---


def test_scan_counts_added_and_removed_files(tmp_path: Path, library: Path) -> None:
    for name in ("a.mp4", "b.mkv", "notes.txt", ".hidden.mp4"):
        (library / name).write_bytes(name.encode())
    where = ("--library", library, "--data", tmp_path / "data")
    assert json.loads(otnet("scan", *where, "--json", "--create", process=True)) == {"library": {"added": 2, "gone": 0}}
    (library / "a.mp4").unlink()
    assert otnet("scan", *where).strip() == "library: 0 new or changed, 1 removed"
    waiting = json.loads(otnet("jobs", "--data", tmp_path / "data", "--json"))
    assert [(j["title"], j["state"]) for j in waiting] == [("b", State.FOUND)]


def test_scan_without_a_library_is_a_usage_error(tmp_path: Path) -> None:
    assert "No library is configured" in otnet("scan", "--data", tmp_path, code=2)
    assert "is not a folder" in otnet("scan", "--library", tmp_path / "none", "--data", tmp_path, code=2)


def test_jobs_lists_and_retries_a_failed_title(tmp_path: Path, broken: Path) -> None:
    data = ("--data", tmp_path / "data")
    otnet("migrate", "--create", *data)
    assert "All media are ready." in otnet("jobs", *data)
    with running(tmp_path / "data", broken.parent) as server:
        assert server.settled("Broken")["state"] == "failed"
    (job,) = json.loads(otnet("jobs", *data, "--json"))
    assert job["state"] == "failed" and job["error"]["code"] == "refused_playlist_hls"
    assert re.search(rf"{job['id']}\s+failed\s+Broken\s+This is an HLS or M3U playlist", otnet("jobs", *data))
    assert "The media will be retried." in otnet("jobs", "retry", job["id"], *data)
    (job,) = json.loads(otnet("jobs", *data, "--json"))
    assert (job["state"], job["error"]) == ("found", None)
    assert "has not failed, or does not exist" in otnet("jobs", "retry", job["id"], *data, code=1)
    assert "has not failed, or does not exist" in otnet("jobs", "retry", "nobody", *data, code=1)


# --- doctor, token, plugins and configuration ---


def test_doctor_checks_everything(tmp_path: Path) -> None:
    done = CliRunner().invoke(APP, ["doctor", "--data", str(tmp_path), "--json"], env={"OTNET_SERVER__PORT": "0"})
    checks = json.loads(done.stdout)
    named = {c["check"] for c in checks}
    assert named >= {"ffmpeg", "ffprobe", "packager", "h264 encoder", "jail", "countries", "disk", "database", "port"}
    assert all(c["says"] for c in checks)
    assert done.exit_code == (0 if all(c["ok"] for c in checks) else 1)


def test_doctor_reports_failures(tmp_path: Path) -> None:
    wrong = {"OTNET_TOOLS__FFMPEG": "/bin/false", "OTNET_SERVER__PORT": "0"}
    done = CliRunner().invoke(APP, ["doctor", "--data", str(tmp_path)], env=wrong)
    assert done.exit_code == 1
    lines = [line for line in done.stdout.splitlines() if line]
    assert all(re.match(r"(ok|bad)  +\w", line) for line in lines), lines
    assert any(line.startswith("bad  ffmpeg") for line in lines)
    said = otnet("doctor", code=2, OTNET_TOOLS__FFMPEG="/no/such/ffmpeg")
    assert "tools.ffmpeg is /no/such/ffmpeg, which can't be executed. Correct or remove it." in said


def test_token_command_creates_a_valid_token(tmp_path: Path) -> None:
    tokens = Tokens(secret_of(tmp_path))
    token = otnet("token", "--data", tmp_path, "--hours", "1").strip()
    assert tokens.valid(token) and not tokens.valid(token[:-2] + "xx")
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def test_plugins_command_lists_plugins(tmp_path: Path) -> None:
    said = otnet("plugins")
    assert re.search(r"local_storage\s+active\s+register_storage", said)
    assert re.search(r"event_log\s+active\s+on_event", said)


@pytest.mark.parametrize("name", ["serve", "doctor", "jobs", "plugins", "token"])
def test_invalid_configuration_names_the_field(tmp_path: Path, name: str) -> None:
    file = tmp_path / "otnet.toml"
    file.write_text("[server]\nport = 'many'\n")
    done = CliRunner().invoke(APP, [name, "--config", str(file)])
    assert done.exit_code == 2 and "server.port" in done.output


# --- package ---


@contextlib.contextmanager
def static_server(folder: Path) -> Iterator[str]:
    """The URL of a static file server."""
    argv = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(folder)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            first = server.stdout.readline()
            yield "http://127.0.0.1:" + re.search(r"port (\d+)", first)[1]
        finally:
            server.terminate()


def decoded_length(url: str) -> tuple[int, float]:
    """(number of frames, seconds of audio) that ffmpeg decodes from a manifest."""
    count = subprocess.run(
        [FFMPEG, "-v", "error", "-nostdin", "-i", url, "-map", "0:v:0", "-map", "0:a:0", "-c:a", "pcm_s16le",
         "-fps_mode", "passthrough", "-f", "framecrc", "-"],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    # "[NULL" comes from a variant that ffmpeg opened and left in the middle of a packet.
    assert [line for line in count.stderr.splitlines() if "[NULL" not in line] == []
    rows = [line.split(",") for line in count.stdout.splitlines() if not line.startswith("#")]
    rate = int(re.search(r"#sample_rate 1: (\d+)", count.stdout)[1])
    return sum(r[0].strip() == "0" for r in rows), sum(int(r[3]) for r in rows if r[0].strip() == "1") / rate


def test_package_plays_from_a_static_file_server(film: Path, tmp_path: Path) -> None:
    alone = tmp_path / film.name  # without its subtitles: ffmpeg's DASH reader gives up on WebVTT files
    alone.hardlink_to(film)
    said = otnet("package", alone, "--out", tmp_path / "public" / "a film", process=True)
    assert "main.m3u8" in said
    names = {path.name for path in (tmp_path / "public" / "a film").iterdir()}
    assert len(names) == 4 and names > {"main.m3u8", "main.mpd", "otnet.json"}, "nothing but the result is left"
    with static_server(tmp_path / "public") as url:
        for name in ("main.m3u8", "main.mpd"):
            assert httpx.get(f"{url}/a%20film/{name}").status_code == 200
            pictures, seconds = decoded_length(f"{url}/a%20film/{name}")
            assert pictures == SECONDS * RATE, name
            assert abs(seconds - SECONDS) < 0.05, name


def digests(folder: Path) -> dict[str, tuple[int, str]]:
    """`rendition/name` → (modification time, SHA-256) of the published segments."""
    found = {}
    for path in folder.rglob("*.m4s"):
        with contextlib.suppress(FileNotFoundError):
            data = path.read_bytes()
            found["/".join(path.parts[-2:])] = (path.stat().st_mtime_ns, hashlib.sha256(data).hexdigest())
    return found


@pytest.fixture
def gated(tmp_path: Path, gate: Gate) -> tuple[str | Path, ...]:
    """Options of `otnet package`: two rungs, and an encoder that makes one segment for each permit of `gate`."""
    config = tmp_path / "otnet.toml"
    config.write_text(
        f"{gate.config}[profiles.small]\nheights = [180, 120]\npreset = 'ultrafast'\nchunk_segments = 1\n"
    )
    return ("--config", config, "--profile", "small")


def killed_package(film: Path, target: Path, *options: str | Path) -> dict[str, tuple[int, str]]:
    """Digests of the segments that a killed `otnet package` had published."""
    argv = command("package", film, "--out", target, *options)
    first = subprocess.Popen(argv, env=environment_of_process(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        work = Path(os.environ["XDG_CACHE_HOME"]) / "otnet" / "package"
        until("some segments are published", lambda: len([*work.glob("*/media/**/180p/*.m4s")]) >= 2, 120, pause=0.01)
        assert not any(target.iterdir()), "unfinished work is in the folder that is served"
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert first.returncode == -signal.SIGKILL, "it was done too soon for this test to say anything"
    return digests(next(work.glob("*/media")))


def test_package_resumes_after_a_kill(tmp_path: Path, gate: Gate, gated: tuple[str | Path, ...]) -> None:
    long = make_film(tmp_path / "long.mp4", 8)
    target = tmp_path / "out"
    before = killed_package(long, target, *gated)
    gate.open()
    otnet("package", long, "--out", target, *gated)
    after = digests(target)
    assert len(after) > len(before)
    assert {k: after[k][1] for k in before} == {k: v[1] for k, v in before.items()}, "published segments changed"
    assert after["180p/0.m4s"][0] == before["180p/0.m4s"][0], "what was published was made again"
    with static_server(target) as url:
        assert decoded_length(f"{url}/main.m3u8")[0] == 8 * RATE


def test_package_of_another_file_or_profile_does_not_resume(tmp_path: Path, gated: tuple[str | Path, ...]) -> None:
    long = make_film(tmp_path / "long.mp4", 8)
    target = tmp_path / "out"
    before = killed_package(long, target, *gated)
    long = make_film(tmp_path / "long.mp4", 4)
    otnet("package", long, "--profile", "fast", "--out", target)
    after = digests(target)
    assert {k.split("/")[0] for k in after if "p/" in k} == {"180p"}, "the ladder of the other profile"
    assert after["180p/0.m4s"][1] != before["180p/0.m4s"][1]
    assert len({p.parent.parent for p in target.rglob("*.m4s")}) == 1
    with static_server(target) as url:
        assert decoded_length(f"{url}/main.m3u8")[0] == 4 * RATE


def test_package_again_encodes_only_what_has_changed(tmp_path: Path) -> None:
    film, target = make_film(tmp_path / "Film.mp4", 2), tmp_path / "out"

    def package(*options: str) -> dict[str, Any]:
        result: dict[str, Any] = json.loads(
            otnet("package", film, "--out", target, "--profile", "fast", "--json", *options)
        )
        folders = [path.name for path in target.iterdir() if path.is_dir()]
        assert folders == [result["revision"]], "older revisions are removed"
        return result

    first = package()
    assert first == {
        "hls": str(target / "main.m3u8"), "dash": str(target / "main.mpd"), "revision": first["revision"],
        "duration_s": first["duration_s"], "encoded": True,
    }  # fmt: skip
    before = digests(target)
    assert package() == first | {"encoded": False} and digests(target) == before
    next(target.rglob("*.m4s")).unlink()
    assert package()["encoded"], "a file of the result was missing"
    film.with_suffix(".de.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHallo\n")
    assert package()["encoded"] and [*target.rglob("text.vtt")]
    assert package("--profile", "standard")["encoded"]
    assert not any((tmp_path / "cache" / "otnet" / "package").iterdir())


def test_package_refuses_an_unusable_file_with_a_message(broken: Path, tmp_path: Path) -> None:
    for process in (True, False):  # the file is probed again each time
        said = otnet("package", broken, "--out", tmp_path / "out", code=1, process=process)
        assert "not a video or audio file" in said and "(refused_playlist_hls)" in said
    assert not (tmp_path / "out").exists()
    make_film(broken, 2)
    otnet("package", broken, "--out", tmp_path / "out")
