"""Settings come from four sources, later ones override earlier ones; errors name the field."""

from __future__ import annotations

from pathlib import Path

import pytest

from otnet_server.config import PROFILES, Settings, load
from otnet_server.errors import ConfigError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "otnet.toml"


def test_later_sources_override_earlier_ones(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().server.port == 8096
    file.write_text("[server]\nport = 1\nhost = '10.0.0.1'\n[work]\ncores = 1\n")
    assert load(file).server.port == 1
    monkeypatch.setenv("OTNET_SERVER__PORT", "2")
    monkeypatch.setenv("OTNET_WORK__CORES", "2")
    assert load(file).server.port == 2
    made = load(file, {"server": {"port": 3}})
    assert (made.server.port, made.server.host, made.work.cores) == (3, "10.0.0.1", 2)


def test_tables_are_merged_and_lists_replaced(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTNET_PLUGINS__CONFIG__INGEST_RTMP__PORT", raising=False)
    file.write_text(
        f"[[libraries]]\npath = '{tmp_path}/a'\n[plugins.config.local_storage]\nroot = '/x'\n"
        "[plugins.config.event_log]\nmax_mb = 1\n"
    )
    made = load(file, {"libraries": [{"path": tmp_path}], "plugins": {"config": {"event_log": {"max_mb": 2}}}})
    assert [x.path for x in made.libraries] == [tmp_path]
    assert made.plugins.config == {"local_storage": {"root": "/x"}, "event_log": {"max_mb": 2}}


def test_lists_and_tables_are_json_in_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OTNET_LIBRARIES", f'[{{"path": "{tmp_path}", "profile": "fast"}}]')
    monkeypatch.setenv("OTNET_SERVER__CORS", '["https://example.org"]')
    made = load()
    assert (made.libraries[0].path, made.libraries[0].profile) == (tmp_path, "fast")
    assert made.server.cors == ("https://example.org",)


def test_custom_profiles_extend_the_built_in_ones(file: Path) -> None:
    file.write_text("[profiles.mine]\ncrf = 30\n[profiles.fast]\ncrf = 31\n")
    made = load(file)
    assert made.profile("mine").crf == 30 and made.profile("fast").crf == 31
    assert made.profile("archive") == PROFILES["archive"]


# (configuration file, error code, part of the message).
WRONG: tuple[tuple[str, str, str], ...] = (
    ("[server]\nport = 'x'", "config_invalid", "server.port: Input should be a valid integer"),
    ("[server]\nport = 70000", "config_invalid", "server.port: Input should be less than or equal to 65535"),
    ("[server]\nprot = 1", "config_invalid", "server.prot: Extra inputs are not permitted"),
    ("serv = 1", "config_invalid", "serv: Extra inputs are not permitted"),
    (
        "[profiles.mine]\ncodec = 'vp9'",
        "config_invalid",
        "profiles.mine.codec: Input should be 'h264', 'hevc' or 'av1'",
    ),
    (
        "[[libraries]]\nprofile = 'best'",
        "unknown_profile",
        "There is no profile “best”. Use one of: archive, av1, fast",
    ),
    ("[server", "config_syntax", "is not valid TOML"),
    ("[work]\ncores = -1\n[log]\nlevel = 'loud'", "config_invalid", "log.level"),
)


@pytest.mark.parametrize(("text", "code", "words"), WRONG)
def test_invalid_settings_are_named(file: Path, text: str, code: str, words: str) -> None:
    file.write_text(text)
    with pytest.raises(ConfigError) as failed:
        load(file)
    assert failed.value.code == code and words in str(failed.value)


def test_invalid_environment_variables_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTNET_LIBRARIES", "not json")
    with pytest.raises(ConfigError, match="libraries"):
        load()
    monkeypatch.setenv("OTNET_LIBRARIES", "[]")
    monkeypatch.setenv("OTNET_PLUGINS__ENABLED", "rss")
    with pytest.raises(ConfigError, match="OTNET_PLUGINS__ENABLED is not JSON"):
        load()
    monkeypatch.setenv("OTNET_PLUGINS__ENABLED", '["rss"]')
    monkeypatch.setenv("OTNET_SERVER__PORT", "many")
    with pytest.raises(ConfigError, match=r"server\.port"):
        load()


def test_missing_config_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be read") as failed:
        load(tmp_path / "none.toml")
    assert failed.value.code == "config_unreadable"


def test_settings_are_immutable() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().data = Path("/elsewhere")


def test_two_libraries_of_one_name_are_refused(tmp_path: Path) -> None:
    folders = [{"path": str(tmp_path / "a" / "films")}, {"path": str(tmp_path / "b" / "films")}]
    with pytest.raises(ConfigError, match="Two libraries are named “films”") as refused:
        load(overrides={"libraries": folders})
    assert all(folder["path"] in refused.value.message for folder in folders)
    folders[1]["name"] = "archive"
    assert [library.unique_name for library in load(overrides={"libraries": folders}).libraries] == ["films", "archive"]


@pytest.mark.parametrize("name", ["OTNET_SERVR__PORT", "OTNET_LIBARIES", "OTNET_"])
def test_unknown_variable_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(ConfigError, match=f"There is no setting for {name}"):
        load()


@pytest.mark.parametrize(
    "name", ["OTNET_KEY", "OTNET_TEST_MEDIA", "OTNET_PORT", "OTNET_PORT_8096_TCP_ADDR", "OTNET_SERVICE_HOST", "OTNETX"]
)
def test_variables_that_are_not_settings_are_left_alone(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "tcp://10.0.0.1:8096")
    load()


def test_variable_that_is_a_secret_of_a_plugin_is_known(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    monkeypatch.setenv("OTNET_OIDC_SECRET", "x")
    with pytest.raises(ConfigError, match="There is no setting for OTNET_OIDC_SECRET"):
        load()
    file.write_text('[plugins.config.oidc]\nclient_secret = { env = "OTNET_OIDC_SECRET" }\n')
    assert load(file).plugins.config["oidc"]["client_secret"] == {"env": "OTNET_OIDC_SECRET"}


@pytest.mark.parametrize("url", ["studio", "studio.example.org", "ftp://x", "https://", "https://a b", "http://x?a=b"])
def test_public_address_is_a_url(url: str) -> None:
    with pytest.raises(ConfigError, match=r"server\.url: .* must be empty or start with https://"):
        load(overrides={"server": {"url": url}})
    for good in ("", "https://studio.example.org", "http://nas.local:8096/", "http://[::1]:1", "https://x/otnet"):
        load(overrides={"server": {"url": good}})


def test_unknown_option_of_a_section_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTNET_SERVER__PRT", "1")
    with pytest.raises(ConfigError, match=r"server\.prt"):
        load()


def test_data_folder_is_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    """The tools work in folders of their own, where a relative path would be another one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert load().data == tmp_path / "data"
    file.write_text("data = 'there'\n")
    assert load(file).data == tmp_path / "there"
    file.write_text("data = '~/otnet'\n")
    assert load(file).data == tmp_path / "home" / "otnet"


@pytest.mark.parametrize("password", ["12345", "1e5", "true", "null", '"quoted"', '{"env": "X"}', "päss wörd"])
def test_mail_password_in_a_variable_is_never_read_as_json(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setenv("OTNET_MAIL__PASSWORD", password)
    assert load().mail.read_password() == password


def test_mail_password_is_read_from_a_variable_or_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path
) -> None:
    file.write_text('[mail]\npassword = { env = "OTNET_SMTP_SECRET" }\n')
    monkeypatch.setenv("OTNET_SMTP_SECRET", "from the environment")
    assert load(file).mail.read_password() == "from the environment"
    monkeypatch.delenv("OTNET_SMTP_SECRET")
    with pytest.raises(ConfigError, match="the environment variable OTNET_SMTP_SECRET is not set"):
        load(file).mail.read_password()
    (tmp_path / "secret").write_text("from a file\n")
    file.write_text(f'[mail]\npassword = {{ file = "{tmp_path / "secret"}" }}\n')
    assert load(file).mail.read_password() == "from a file"
    file.write_text('[mail]\npassword = { vault = "x" }\n')
    with pytest.raises(ConfigError, match=r"mail\.password: .*must be a text"):
        load(file)


@pytest.mark.parametrize("address", ["Ann <ann@example.org>", "ann", "a@b\nBcc: eve@example.org", "a b@example.org"])
def test_address_of_the_sender_is_one_plain_address(address: str) -> None:
    with pytest.raises(ConfigError, match=r"mail\.from_address: .*must be an e-mail address"):
        load(overrides={"mail": {"from_address": address}})


def test_sender_defaults_to_the_user() -> None:
    assert load(overrides={"mail": {"user": "a@example.org"}}).mail.sender == "a@example.org"
    assert load(overrides={"mail": {"host": "smtp.example.org", "user": "a"}}).mail.sender == "otnet@smtp.example.org"
