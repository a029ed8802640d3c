"""All settings, typed, from TOML and the environment; `config.example.toml` is generated from here.

Sources, later ones win: defaults, the TOML file, `OTNET_…` variables (`OTNET_SERVER__PORT=8000`),
command-line options. `python -m otnet_server.config_example` prints the example file.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from otnet_server.errors import ConfigError


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Profile(Section):
    """How a library is encoded."""

    codec: Literal["h264", "hevc", "av1"] = Field("h264", description="Video codec of the ladder.")
    encoder: Literal["auto", "software", "nvenc", "qsv", "vaapi"] = Field(
        "auto", description="auto: the first hardware encoder that passes a trial, else software."
    )
    preset: str = Field("veryfast", description="Speed of the software encoder, in its own words.")
    threads: int = Field(
        0, ge=0, le=64, description="Threads of each software encoder; 0: its own choice; 1: the same bytes every time."
    )
    crf: int = Field(23, ge=0, le=63, description="Quality of the capped CRF; lower is better and larger.")
    heights: tuple[int, ...] = Field((1080, 720, 540, 360, 240), description="Rungs, as 16:9 boxes; never upscaled.")
    rate_factor: float = Field(1.0, gt=0, le=10, description="Multiplies the peak rate of every rung.")
    max_fps: int = Field(60, ge=1, le=240, description="Higher frame rates are brought down to this.")
    segment_s: float = Field(4.0, ge=1, le=12, description="Length of a segment, made frame-exact.")
    lead_in_s: tuple[float, ...] = Field((2.0, 2.0), description="Lengths of the first segments: a fast start.")
    chunk_segments: int = Field(4, ge=1, le=64, description="Segments that one encoder process makes.")
    audio_kbps: int = Field(128, ge=32, le=512, description="Stereo AAC.")
    surround: bool = Field(True, description="Keep 5.1 as a second rendition.")
    surround_kbps: int = Field(384, ge=128, le=1024, description="5.1 AAC.")
    audio_only_kbps: tuple[int, ...] = Field((64, 128, 192), description="The ladder of titles without video.")
    normalise: bool = Field(False, description="Bring the loudness to loudness_target (costs one measuring pass).")
    loudness_target: float = Field(-23.0, ge=-40, le=-5, description="LUFS, EBU R128.")
    thumbnail_s: float = Field(4.0, ge=1, le=60, description="One thumbnail for so many seconds; made frame-exact.")
    thumbnail_width: int = Field(240, ge=64, le=640, description="Pixels; the height follows.")


PROFILES: dict[str, Profile] = {
    "standard": Profile(),
    "fast": Profile(preset="ultrafast", crf=25, heights=(720, 360)),
    "archive": Profile(preset="slow", crf=18, rate_factor=1.8, audio_kbps=192),
    "hevc": Profile(codec="hevc", preset="fast", crf=26, rate_factor=0.65),
    "av1": Profile(codec="av1", preset="9", crf=35, rate_factor=0.55),
}


class Library(Section):
    """A folder that is watched."""

    name: str = Field("", description="Shown to people; the folder's name if empty.")
    path: Path = Field(Path("library"), description="The folder.")
    profile: str = Field("standard", description="A name from [profiles] or one of: " + ", ".join(PROFILES) + ".")
    publish: Literal["auto", "yes", "no"] = Field(
        "auto", description="Whether what is dropped here is published by itself; auto: on a public server."
    )

    @field_validator("path")
    @classmethod
    def _home(cls, path: Path) -> Path:
        return path.expanduser()

    @property
    def unique_name(self) -> str:
        """`name`, or the folder's name if it is empty."""
        return self.name or self.path.name


class Server(Section):
    """How it is reached."""

    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 for every one.")
    port: int = Field(8096, ge=0, le=65535, description="0 lets the system choose.")
    public: bool = Field(False, description="Anyone who reaches the server may list and watch. Else: a token.")
    wait_s: float = Field(25.0, ge=0, le=120, description="How long a request waits for a segment being made.")
    cors: tuple[str, ...] = Field(("*",), description="Origins whose players may fetch media.")
    url: str = Field("", description="Where people reach it, such as https://studio.example.org; empty: as they came.")
    rate: int = Field(600, ge=1, description="Requests a minute that one caller of the API may make.")


class Uploads(Section):
    """Files that people send, and addresses that the server fetches from or calls."""

    max_mb: int = Field(65536, ge=1, description="Largest file.")
    hours: float = Field(48, gt=0, description="An upload that nobody goes on with is thrown away after this.")
    allow_hosts: tuple[str, ...] = Field(
        (), description="Hosts or networks of your own that imports and webhooks may reach, such as 10.0.0.0/8."
    )


class Telemetry(Section):
    """What players tell of how playing went. Nothing personal is in it."""

    enabled: bool = Field(True, description="Whether players are asked to tell.")
    days: float = Field(30, gt=0, description="Raw events are kept so long; the sums by hour stay.")


class Tools(Section):
    """Tools of your own, for example an ffmpeg built for your hardware."""

    ffmpeg: str = Field("", description="Path; empty: the one that comes with OTNet.")
    ffprobe: str = Field("", description="Path; empty: the one that comes with OTNet.")
    packager: str = Field("", description="Path; empty: the one that comes with OTNet.")


class Limits(Section):
    """What one file may cost. A title that goes past one fails by name; the others go on."""

    probe_s: float = Field(30, gt=0, description="Seconds to look at one file.")
    idle_s: float = Field(90, gt=0, description="Seconds without progress before a process is ended.")
    task_s: float = Field(6 * 3600, gt=0, description="Seconds that one task may take.")
    memory_mb: int = Field(8192, ge=256, description="Address space of one process.")
    output_mb: int = Field(65536, ge=1, description="Size of one file that a process may write.")
    duration_s: float = Field(24 * 3600, gt=0, description="Longest title.")
    pixels: int = Field(8192 * 4320, gt=0, description="Largest picture, width × height.")
    streams: int = Field(100, gt=0, description="Most streams in one file.")


class Work(Section):
    """How much it does at once, and when it pauses."""

    cores: int = Field(0, ge=0, description="Cores to encode with; 0: all.")
    titles: int = Field(2, ge=1, description="Titles encoded at the same time.")
    rescan_s: float = Field(300, ge=1, description="Look through the folders again, for mounts that tell nothing.")
    free_mb: int = Field(512, ge=0, description="Encoding pauses while less is free where media is stored.")


class Plugins(Section):
    """What is active, and how."""

    enabled: tuple[str, ...] = Field(
        (
            "local_storage",
            "ffmpeg_encoder",
            "shaka_packager",
            "local_executor",
            "nfo_metadata",
            "event_log",
            "rss",
            "wordpress",
        ),
        description="The only thing that activates a plugin.",
    )
    dir: Path | None = Field(None, description="A folder with plugins of your own, one folder or .py file each.")
    config: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        description='Per plugin: [plugins.config.NAME]. Secrets: { env = "…" } or { file = "…" }.',
    )


class Log(Section):
    """What it says, on standard error."""

    format: Literal["auto", "text", "json"] = Field("auto", description="auto: text on a terminal, else JSON lines.")
    level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least important line shown.")


class Settings(BaseSettings):
    """Everything an operator can choose."""

    model_config = SettingsConfigDict(env_prefix="OTNET_", env_nested_delimiter="__", extra="forbid", frozen=True)

    data: Path = Field(Path("data"), description="All that must survive; copying it is a backup.")
    database: str = Field("", description="SQLAlchemy URL; empty: SQLite in the data folder.")
    server: Server = Server()
    libraries: tuple[Library, ...] = ()
    profiles: dict[str, Profile] = Field(default_factory=dict, description="Profiles of your own.")
    work: Work = Work()
    limits: Limits = Limits()
    tools: Tools = Tools()
    uploads: Uploads = Uploads()
    telemetry: Telemetry = Telemetry()
    plugins: Plugins = Plugins()
    log: Log = Log()

    def profile(self, name: str) -> Profile:
        known = PROFILES | self.profiles
        if name not in known:
            raise ConfigError(
                "unknown_profile",
                f"There is no profile “{name}”.",
                f"Use one of: {', '.join(sorted(known))}.",
            )
        return known[name]

    @property
    def cores(self) -> int:
        return self.work.cores or os.cpu_count() or 1


def load(file: Path | None = None, overrides: dict[str, Any] | None = None) -> Settings:
    """Settings from `file` and the environment, with `overrides` (nested like the TOML) on top.

    Raises ConfigError with one sentence for each wrong field.
    """
    values: dict[str, Any] = {}
    if file is not None:
        try:
            values = tomllib.loads(file.read_text())
        except OSError as e:
            raise ConfigError("config_unreadable", f"{file} can't be read: {e.strerror}.", "Check --config.") from e
        except tomllib.TOMLDecodeError as e:
            raise ConfigError("config_syntax", f"{file} is not valid TOML: {e}.") from e

    class Loaded(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return init_settings, env_settings, InitSettingsSource(settings_cls, values)

    try:
        settings = Loaded(**(overrides or {}))
    except ValidationError as e:
        wrong = "; ".join(f"{'.'.join(map(str, x['loc']))}: {x['msg']}" for x in e.errors())
        raise ConfigError(
            "config_invalid", f"The configuration has wrong values: {wrong}.", "See config.example.toml."
        ) from e
    except SettingsError as e:
        raise ConfigError(
            "config_invalid", f"A variable OTNET_… can't be read: {e}.", "Lists and tables are written as JSON there."
        ) from e
    folders: dict[str, Path] = {}
    for library in settings.libraries:
        settings.profile(library.profile)
        if library.unique_name in folders:
            raise ConfigError(
                "config_invalid",
                f"Two libraries are named “{library.unique_name}”: {folders[library.unique_name]} and {library.path}.",
                "Give one of them another name: name = “…” under its [[libraries]].",
            )
        folders[library.unique_name] = library.path
    return settings
