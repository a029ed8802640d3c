"""The settings, from a TOML file, environment variables and options; `config.example.toml` is generated from them.

Sources, in ascending precedence: defaults, the TOML file, `OTNET_…` variables (`OTNET_SERVER__PORT=8000`), command-line
options. `python -m otnet_server.config_example` prints the example file.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from otnet_server.config_live import Live, Whep
from otnet_server.config_section import Section
from otnet_server.errors import ConfigError


class Profile(Section):
    """How a library is encoded."""

    codec: Literal["h264", "hevc", "av1"] = Field("h264", description="Video codec of the ladder.")
    encoder: Literal["auto", "software", "nvenc", "qsv", "vaapi"] = Field(
        "auto", description="auto: the first hardware encoder that passes a test, else software."
    )
    preset: str = Field("veryfast", description="Speed preset of the software encoder, as the encoder names it.")
    threads: int = Field(
        0, ge=0, le=64, description="Threads per software encoder. 0: the encoder decides. 1: reproducible output."
    )
    crf: int = Field(
        23, ge=0, le=63, description="Constant rate factor, capped by the peak rate. Lower: better quality and larger."
    )
    heights: tuple[int, ...] = Field(
        (1080, 720, 540, 360, 240), description="Heights of the rungs, as 16:9 boxes. Video is never upscaled."
    )
    rate_factor: float = Field(1.0, gt=0, le=10, description="Multiplies the peak rate of every rung.")
    max_fps: int = Field(60, ge=1, le=240, description="Maximum frame rate; higher ones are reduced.")
    deinterlace: Literal["frames", "fields"] = Field(
        "frames",
        description="Interlaced video. frames: a picture of each frame (50i becomes 25p). fields: a picture of each "
        "field (50i becomes 50p), which keeps the motion of sport and news smooth and takes twice as long.",
    )
    segment_s: float = Field(4.0, ge=1, le=12, description="Length of a segment in seconds, rounded to whole frames.")
    lead_in_s: tuple[float, ...] = Field(
        (2.0, 2.0), description="Lengths of the first segments in seconds; short ones start faster."
    )
    chunk_segments: int = Field(4, ge=1, le=64, description="Segments per encoder process.")
    audio_kbps: int = Field(128, ge=32, le=512, description="Bit rate of stereo audio (AAC).")
    surround: bool = Field(True, description="Add a 5.1 rendition if the source has one.")
    surround_kbps: int = Field(384, ge=128, le=1024, description="Bit rate of 5.1 audio (AAC).")
    audio_only_kbps: tuple[int, ...] = Field(
        (64, 128, 192), description="Bit rates of the renditions of audio-only media."
    )
    normalise: bool = Field(False, description="Normalise the loudness to loudness_target (needs a measuring pass).")
    loudness_target: float = Field(-23.0, ge=-40, le=-5, description="Target loudness in LUFS (EBU R 128).")
    thumbnail_s: float = Field(4.0, ge=1, le=60, description="Seconds between thumbnails, rounded to whole frames.")
    thumbnail_width: int = Field(240, ge=64, le=640, description="Width of a thumbnail in pixels.")


DATABASES = ("postgresql+psycopg://", "sqlite+aiosqlite://")
CREATIVES = "creatives"  # the library of the creatives of ad servers
SLATES = "slates"  # the library of the slates of channels, and its profile
PROFILES: dict[str, Profile] = {
    "standard": Profile(),
    "fast": Profile(preset="ultrafast", crf=25, heights=(720, 360)),
    "sport": Profile(deinterlace="fields"),
    SLATES: Profile(preset="ultrafast", segment_s=1, lead_in_s=(), chunk_segments=32),
    "archive": Profile(preset="slow", crf=18, rate_factor=1.8, audio_kbps=192),
    "hevc": Profile(codec="hevc", preset="fast", crf=26, rate_factor=0.65),
    "av1": Profile(codec="av1", preset="9", crf=35, rate_factor=0.55),
    "live": Profile(heights=(1080, 720, 360), segment_s=2.0),
}


class Library(Section):
    """A watched folder."""

    name: str = Field("", description="Name of the library. Empty: the name of the folder.")
    path: Path = Field(Path("library"), description="Path of the folder.")
    profile: str = Field("standard", description="A profile from [profiles] or one of: " + ", ".join(PROFILES) + ".")
    publish: Literal["auto", "yes", "no"] = Field(
        "auto", description="Whether new files are published automatically. auto: only on a public server."
    )
    protection: Literal["", "none", "cbcs", "cenc"] = Field(
        "", description="Encryption of its media: cbcs (all devices), cenc or none. Empty: as set in the studio."
    )

    @field_validator("path")
    @classmethod
    def _expand_home(cls, path: Path) -> Path:
        return path.expanduser()

    @property
    def unique_name(self) -> str:
        """`name`, or the folder's name if it is empty."""
        return self.name or self.path.name


class Server(Section):
    """The HTTP server."""

    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 for all.")
    port: int = Field(8096, ge=0, le=65535, description="Port to listen on; 0: a free one.")
    public: bool = Field(False, description="Allow everybody to list and watch media. Otherwise a token is required.")
    wait_s: float = Field(25.0, ge=0, le=120, description="Seconds a request waits for a segment to be encoded.")
    cors: tuple[str, ...] = Field(("*",), description="Origins whose players may load media.")
    url: str = Field(
        "", description="Public address, such as https://studio.example.org. Empty: the address of the request."
    )
    rate: int = Field(600, ge=1, description="API requests per minute and caller.")
    country_database: Path | None = Field(
        None, description="A .mmdb file with the countries of addresses, for regions. Without: the included one."
    )
    trusted_proxies: tuple[str, ...] = Field(
        (),
        description="Addresses or networks of reverse proxies, such as 127.0.0.1 or 10.0.0.0/8. Their X-Forwarded-For "
        "and X-Forwarded-Proto headers are used.",
    )

    @field_validator("url")
    @classmethod
    def _check_url(cls, url: str) -> str:
        if url and not re.fullmatch(r"(?i:https?)://[^/\s?#]+[^\s?#]*", url):
            raise ValueError("must be empty or start with https:// or http:// and the name of a host")
        return url

    @field_validator("trusted_proxies")
    @classmethod
    def _check_networks(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        for network in networks:
            ipaddress.ip_network(network, strict=False)
        return networks


class Uploads(Section):
    """Uploads, and requests that the server sends (imports and webhooks)."""

    max_mb: int = Field(65536, ge=1, description="Maximum size of a file in MB.")
    hours: float = Field(48, gt=0, description="Hours after which an abandoned upload is deleted.")
    allow_hosts: tuple[str, ...] = Field(
        (), description="Private hosts or networks that imports, webhooks and live sources may use: 10.0.0.0/8."
    )


class Mail(Section):
    """E-mail, such as invitations and links for a new password. Without a host, mails wait in the outbox of the studio,
    where administrators copy the links."""

    host: str = Field("", description="SMTP server, such as smtp.example.org. Empty: mails are not sent.")
    port: int = Field(587, ge=1, le=65535, description="Port of the SMTP server; usually 587, or 465 for tls.")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        description="starttls: encryption is required and begins after connecting. tls: from the first byte. none: "
        "without encryption, for a server on this machine.",
    )
    user: str = Field("", description="User name. Empty: without signing in.")
    password: Annotated[str | dict[str, str], NoDecode] = Field(
        "", description='Password, or { env = "NAME" } or { file = "PATH" }, from which it is read.'
    )
    from_address: str = Field("", description="Address of the sender, such as studio@example.org. Empty: user.")
    from_name: str = Field("", description="Name of the sender. Empty: the name of the organization.")
    templates: Path | None = Field(
        None, description="A folder with your own templates, which replace those of the same name (docs/operating.md)."
    )

    @field_validator("password")
    @classmethod
    def _check_password(cls, password: str | dict[str, str]) -> str | dict[str, str]:
        if isinstance(password, dict) and set(password) not in ({"env"}, {"file"}):
            raise ValueError('must be a text, { env = "NAME" } or { file = "PATH" }')
        return password

    @field_validator("from_address")
    @classmethod
    def _check_address(cls, address: str) -> str:
        if address and not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", address):
            raise ValueError("must be an e-mail address without a name, such as studio@example.org")
        return address

    def read_password(self) -> str:
        """The password. Raises ConfigError when it can't be read."""
        return read_secret(self.password)

    @property
    def sender(self) -> str:
        """The address of the sender."""
        return self.from_address or (self.user if "@" in self.user else f"otnet@{self.host or 'localhost'}")


class Telemetry(Section):
    """Playback telemetry from players. No addresses and no accounts are stored."""

    enabled: bool = Field(True, description="Whether players send telemetry.")
    days: float = Field(30, gt=0, description="Days to keep single events. Hourly sums are kept for ever.")
    max_events: int = Field(
        1_000_000, ge=1000, description="Maximum number of single events that are kept (about 300 bytes each)."
    )


class Tools(Section):
    """Your own tools, for example an ffmpeg built for your hardware."""

    ffmpeg: str = Field("", description="Path. Empty: the one included with OTNet.")
    ffprobe: str = Field("", description="Path. Empty: the one included with OTNet.")
    packager: str = Field("", description="Path. Empty: the one included with OTNet.")


class Limits(Section):
    """Limits for each file. A file that exceeds one fails with an error; others are not affected."""

    probe_s: float = Field(30, gt=0, description="Maximum seconds to probe a file.")
    idle_s: float = Field(90, gt=0, description="Seconds without progress before a process is ended.")
    task_s: float = Field(6 * 3600, gt=0, description="Maximum seconds of a task.")
    memory_mb: int = Field(8192, ge=256, description="Maximum address space of a process in MB.")
    output_mb: int = Field(65536, ge=1, description="Maximum size in MB of a file that a process writes.")
    duration_s: float = Field(24 * 3600, gt=0, description="Maximum duration in seconds.")
    pixels: int = Field(8192 * 4320, gt=0, description="Maximum size of a picture, width × height.")
    streams: int = Field(100, gt=0, description="Maximum number of streams in a file.")


class Work(Section):
    """The amount of concurrent work."""

    cores: int = Field(0, ge=0, description="Cores to encode with; 0: all.")
    titles: int = Field(2, ge=1, description="Media files encoded at the same time.")
    rescan_s: float = Field(300, ge=1, description="Seconds between scans, for mounts that do not report changes.")
    lease_s: float = Field(
        15,
        ge=3,
        le=300,
        description="Seconds after which the leases of a server that has died expire, and others take over its work.",
    )
    free_mb: int = Field(512, ge=0, description="Encoding pauses while the media storage has less free space, in MB.")


class Plugins(Section):
    """The active plugins and their configuration."""

    enabled: tuple[str, ...] = Field(
        (
            "local_storage",
            "ffmpeg_encoder",
            "shaka_packager",
            "local_executor",
            "nfo_metadata",
            "metadata_tmdb",
            "drm_clearkey",
            "event_log",
            "rss",
            "guide",
            "smtp_mailer",
            "address_blocklist",
            "wordpress",
            "schedulers",
            "ads_library",
            "ads_vast",
            "ingest_rtmp",
            "ingest_srt",
        ),
        description="Names of the active plugins. What the list leaves out is switched off.",
    )
    dir: Path | None = Field(None, description="A folder with your own plugins, each a folder or a .py file.")
    config: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        description='One table per plugin: [plugins.config.NAME]. Secrets: { env = "…" } or { file = "…" }.',
    )


class Vault(Section):
    """The vault, which keeps content keys and the secrets of DRM providers encrypted in the database."""

    master_key: Annotated[str | dict[str, str], NoDecode] = Field(
        "",
        description='{ env = "NAME" } or { file = "PATH" } with keys of 32 bytes in Base64, one on each line, the '
        "current one first. Empty: the file master.key in the data folder.",
    )

    key_service: str = Field(
        "",
        description="The name of the key management service that wraps data keys, such as transit of the plugin "
        "kms_transit. Empty: the master key does.",
    )

    @field_validator("master_key")
    @classmethod
    def _check_master_key(cls, value: str | dict[str, str]) -> str | dict[str, str]:
        if value and (isinstance(value, str) or set(value) not in ({"env"}, {"file"})):
            raise ValueError('must be empty, { env = "NAME" } or { file = "PATH" }')
        return value


class Log(Section):
    """The log on standard error."""

    format: Literal["auto", "text", "json"] = Field("auto", description="auto: text on a terminal, else JSON lines.")
    level: Literal["debug", "info", "warning", "error"] = Field("info", description="Minimum level of logged messages.")


class Settings(BaseSettings):
    """All settings."""

    model_config = SettingsConfigDict(env_prefix="OTNET_", env_nested_delimiter="__", extra="forbid", frozen=True)

    data: Path = Field(
        Path("data"), validate_default=True, description="Folder of the database, media, uploads and secrets."
    )
    database: str = Field(
        "", description="postgresql+psycopg://user:password@host/name. Empty: SQLite in the data folder."
    )
    server: Server = Server()
    libraries: tuple[Library, ...] = ()
    profiles: dict[str, Profile] = Field(default_factory=dict, description="Your own profiles.")
    work: Work = Work()
    limits: Limits = Limits()
    tools: Tools = Tools()
    uploads: Uploads = Uploads()
    mail: Mail = Mail()
    telemetry: Telemetry = Telemetry()
    live: Live = Live()
    whep: Whep = Whep()
    vault: Vault = Vault()
    plugins: Plugins = Plugins()
    log: Log = Log()

    @field_validator("data")
    @classmethod
    def _make_absolute(cls, path: Path) -> Path:
        return path.expanduser().absolute()  # tools work in folders of their own, where a relative path is another one

    @field_validator("database")
    @classmethod
    def _check_database(cls, url: str) -> str:
        if url and not url.startswith(DATABASES):
            raise ValueError(f"must be empty or start with {' or '.join(DATABASES)}")
        try:
            _ = urlsplit(url).port
        except ValueError:  # without its message, which may contain a password
            raise ValueError("must be a valid URL, with %XX for special characters of the password") from None
        return url

    def profile(self, name: str) -> Profile:
        profiles = PROFILES | self.profiles
        if name not in profiles:
            raise ConfigError(
                "unknown_profile",
                f"There is no profile “{name}”.",
                f"Use one of: {', '.join(sorted(profiles))}.",
            )
        return profiles[name]

    @property
    def cores(self) -> int:
        return self.work.cores or os.cpu_count() or 1


# Variables that are not settings: of the client and its examples, of building the television packages, of the tests,
# and those that Kubernetes sets for a service named “otnet”.
OTHER_VARIABLES = re.compile(
    r"OTNET_(KEY|STREAM_KEY|EMAIL|PASSWORD|SESSION|CSRF|TV_\w+|TEST_\w+"
    r"|SERVICE_(HOST|PORT)\w*|PORT(_\d+_(TCP|UDP)\w*)?)",
    re.ASCII,
)


def read_secret(value: str | Mapping[str, str]) -> str:
    """The secret that a setting contains or names: `{ env = "NAME" }` or `{ file = "PATH" }`. Raises ConfigError."""
    if isinstance(value, str):
        return value
    if "env" in value:
        if value["env"] in os.environ:
            return os.environ[value["env"]]
        reason, remedy = f"the environment variable {value['env']} is not set", "Set it, or correct its name."
        raise ConfigError("secret_missing", f"A secret is missing: {reason}.", remedy)
    try:
        return Path(value["file"]).read_text("utf-8").strip()
    except (OSError, ValueError) as e:
        reason, remedy = f"the file {value['file']} can't be read", "Correct its path or its permissions."
        raise ConfigError("secret_missing", f"A secret is missing: {reason}.", remedy) from e


def _check_variables(environment: Mapping[str, str], plugins: Plugins, *more: str | dict[str, str]) -> None:
    """Raise ConfigError for variables `OTNET_…` that are no settings and no secrets, such as a misspelled one."""
    options = [*more, *(option for table in plugins.config.values() for option in table.values())]
    secrets = {option["env"] for option in options if isinstance(option, dict) and set(option) == {"env"}}
    unknown = sorted(
        name
        for name in environment
        if name.startswith("OTNET_")
        and name not in secrets
        and name.removeprefix("OTNET_").partition("__")[0].lower() not in Settings.model_fields
        and not OTHER_VARIABLES.fullmatch(name)
    )
    if unknown:
        raise ConfigError(
            "config_invalid",
            f"There is no setting for {', '.join(unknown)}.",
            "Correct or unset it. See config.example.toml: [server] port is OTNET_SERVER__PORT.",
        )


def _not_json(environment: Mapping[str, str], field: str) -> Iterator[str]:
    """The variables of a field or section whose value is not JSON."""
    for name, value in environment.items():
        if name.lower().startswith(f"otnet_{field}"):
            try:
                json.loads(value)
            except ValueError:
                yield name


def load(file: Path | None = None, overrides: dict[str, Any] | None = None) -> Settings:
    """Load the settings from `file` and the environment; `overrides` (nested like the TOML) take precedence.

    Raises ConfigError with one sentence for each invalid field.
    """
    values: dict[str, Any] = {}
    if file is not None:
        try:
            values = tomllib.loads(file.read_text("utf-8"))
        except OSError as e:
            raise ConfigError("config_unreadable", f"{file} can't be read: {e.strerror}.", "Check --config.") from e
        except ValueError as e:  # not TOML, or not UTF-8
            raise ConfigError(
                "config_syntax", f"{file} is not valid TOML: {e}.", "Correct it; see config.example.toml."
            ) from e

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
        errors = "; ".join(f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in e.errors())
        raise ConfigError(
            "config_invalid", f"The configuration is invalid: {errors}.", "See config.example.toml."
        ) from e
    except SettingsError as e:
        field = match[1] if (match := re.search(r'field "(\w+)"', str(e))) else ""
        names = " or ".join(sorted(_not_json(os.environ, field))) or "an environment variable"
        raise ConfigError(
            "config_invalid",
            f"The setting “{field}” is invalid: {names} is not JSON.",
            "Write lists and tables as JSON.",
        ) from e
    secrets = (settings.mail.password, settings.vault.master_key, settings.whep.secret, settings.whep.publish_key)
    _check_variables(os.environ, settings.plugins, *secrets)
    settings.profile(settings.live.profile)
    folders: dict[str, Path] = {}
    for library in settings.libraries:
        settings.profile(library.profile)
        if library.path.is_file():
            raise ConfigError(
                "config_invalid",
                f"The library “{library.unique_name}” is not a folder but a file: {library.path}.",
                "Correct its path.",
            )
        if library.unique_name in folders:
            raise ConfigError(
                "config_invalid",
                f"Two libraries are named “{library.unique_name}”: {folders[library.unique_name]} and {library.path}.",
                "Rename one of them: name = “…” under its [[libraries]].",
            )
        folders[library.unique_name] = library.path
    return settings
