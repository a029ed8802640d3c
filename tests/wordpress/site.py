"""A real WordPress: a private MariaDB on a socket, PHP's built-in web server, and the plugin's zip."""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Page

from tests.harness import ROOT, until
from tests.pages import Pages

DEBIAN = Path("/usr/share/wordpress")
BUILDS = Path(__file__).parent / "node_modules" / "@wp-playground" / "wordpress-builds"
MARIADBD = shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin") or "mariadbd"
AXE = ROOT / "web_ui" / "node_modules" / "axe-core" / "axe.min.js"
RULES = (
    "s => axe.run(s, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations']})"
)
PLAIN_IO = "--innodb-use-native-aio=0"  # native AIO contexts are limited for the whole machine
PASSWORD = "a long password for tests"
CONFIG = """<?php
define('DB_NAME', '{name}'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('AUTH_KEY', 'a'); define('SECURE_AUTH_KEY', 'b'); define('LOGGED_IN_KEY', 'c'); define('NONCE_KEY', 'd');
define('AUTH_SALT', 'e'); define('SECURE_AUTH_SALT', 'f'); define('LOGGED_IN_SALT', 'g'); define('NONCE_SALT', 'h');
$table_prefix = 'wp_';
define('WP_HOME', '{url}'); define('WP_SITEURL', '{url}');
define('WP_DEBUG', true); define('WP_DEBUG_DISPLAY', false); define('WP_DEBUG_LOG', '{log}');
define('FS_METHOD', 'direct'); define('DISABLE_WP_CRON', true); define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_HTTP_BLOCK_EXTERNAL', true); define('WP_ACCESSIBLE_HOSTS', '127.0.0.1,localhost');
{more}
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""
INSTALL = """
define('WP_INSTALLING', true);
require 'wp-load.php';
require 'wp-admin/includes/upgrade.php';
wp_install('Harbour Blog', 'admin', 'admin@example.org', true, '', $told['password']);
switch_theme($told['theme']);
foreach (array('author', 'subscriber') as $role)
    wp_insert_user(array('user_login' => $role, 'user_pass' => $told['password'], 'role' => $role,
                         'user_email' => "$role@example.org"));
return get_bloginfo('version');
"""
PLUGIN = """
require 'wp-load.php';
require 'wp-admin/includes/admin.php';
require 'wp-admin/includes/class-wp-upgrader.php';
$upgrader = new Plugin_Upgrader(new Automatic_Upgrader_Skin());
$done = $upgrader->install($told['zip'], array('overwrite_package' => true));
$active = activate_plugin('otnet/otnet.php');
return array($done, is_wp_error($active) ? $active->get_error_message() : $active);
"""


@dataclass
class Database:
    socket: Path
    folder: Path
    process: subprocess.Popen[bytes]


@contextlib.contextmanager
def database() -> Iterator[Database]:
    """MariaDB on a socket. The folder name is short because a socket path is limited to 107 characters."""
    folder = Path(tempfile.mkdtemp(prefix="otnet-wp-"))
    data, where = folder / "data", folder / "s"
    me = f"--user={getpass.getuser()}"
    try:
        done = subprocess.run(
            ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal",
             "--skip-test-db", "--skip-name-resolve", me, PLAIN_IO],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert done.returncode == 0, f"MariaDB made no database: {done.stdout[-3000:]}"
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [MARIADBD, "--no-defaults", f"--datadir={data}", f"--socket={where}", "--skip-networking", me,
                 f"--pid-file={folder / 'pid'}", "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=48M",
                 PLAIN_IO],
                stdout=log, stderr=log,
            )  # fmt: skip
        try:
            until("MariaDB listens", lambda: _listens(where, process, folder / "log"), 120)
            yield Database(where, folder, process)
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _listens(where: Path, process: subprocess.Popen[bytes], log: Path) -> bool:
    assert process.poll() is None, log.read_text()[-2000:]
    with socket.socket(socket.AF_UNIX) as s, contextlib.suppress(OSError):
        s.connect(str(where))
        return True
    return False


@dataclass
class WordPress:
    root: Path
    url: str
    version: str = ""
    session_cookies: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # by user

    @property
    def log(self) -> Path:
        return self.root / "debug.log"

    @property
    def command(self) -> list[str]:
        """PHP, with compiled code in files that its processes share: compiling WordPress takes longer than running it."""
        compiled = self.root.parent / "opcache"
        compiled.mkdir(exist_ok=True)
        return ["php", "-d", "memory_limit=512M", "-d", "opcache.enable_cli=1", "-d", f"opcache.file_cache={compiled}"]

    def php(self, code: str, **told: Any) -> Any:
        """Run PHP in WordPress's folder; `$told` holds the arguments, and the return value is passed back as JSON."""
        out = self.root / f"answer-{os.urandom(4).hex()}.json"
        host = self.url.removeprefix("http://")
        whole = (
            f"<?php $_SERVER['HTTP_HOST'] = '{host}'; $_SERVER['REQUEST_METHOD'] = 'GET'; $_SERVER['REQUEST_URI'] = '/';"
            f"$told = json_decode(getenv('TOLD'), true); $answer = (function () use ($told) {{ global $wpdb; {code} }})();"
            f"file_put_contents('{out}', json_encode($answer));"
        )
        environment = os.environ | {"TOLD": json.dumps(told)}
        done = subprocess.run(self.command, input=whole, cwd=self.root, env=environment,
                              capture_output=True, text=True, timeout=180)  # fmt: skip
        log = self.log.read_text()[-2000:] if self.log.exists() else ""
        assert out.exists(), f"PHP said: {done.stdout[-500:]} {done.stderr[-1000:]} {log}"
        try:
            return json.loads(out.read_text())
        finally:
            out.unlink()

    def wp(self, code: str, **told: Any) -> Any:
        return self.php("require 'wp-load.php'; " + code, **told)

    def query(self, sql: str) -> None:
        """Change the database without loading the rest of WordPress."""
        self.php("define('SHORTINIT', true); require 'wp-load.php'; $wpdb->query($told['sql']);", sql=sql)

    def install(self, zipped: Path) -> None:
        done, active = self.php(PLUGIN, zip=str(zipped))
        assert done is True and active is None, (done, active)

    def post(self, content: str, title: str = "A post", **values: Any) -> str:
        """Publish a post and return its URL."""
        values = {"post_title": title, "post_content": content, "post_status": "publish", "post_author": 1, **values}
        return str(self.wp("return get_permalink(wp_insert_post(wp_slash($told)));", **values))

    def page(self, url: str) -> str:
        answer = httpx.get(url, timeout=60, follow_redirects=True)
        assert answer.status_code == 200, answer.text[:500]
        return answer.text

    def cookies(self, who: str = "admin") -> Any:
        """The cookies of a signed-in user, for `add_cookies`. The form is sent without a browser, because its script
        moves the focus while the fields are filled."""
        if who not in self.session_cookies:
            with httpx.Client(timeout=60) as http:
                http.get(f"{self.url}/wp-login.php")
                form = {"log": who, "pwd": PASSWORD, "testcookie": "1"}
                answer = http.post(f"{self.url}/wp-login.php", data=form)
                assert answer.status_code == 302, answer.text
                domain = urlsplit(self.url).hostname
                self.session_cookies[who] = [
                    {"name": c.name, "value": c.value, "domain": domain, "path": c.path} for c in http.cookies.jar
                ]
        return self.session_cookies[who]

    def signed_in(self, pages: Pages, who: str = "admin", *, width: int = 1280, **settings: Any) -> Page:
        """A browser page of a signed-in user."""
        page = pages.open(width=width, height=900, locale="en-US", **settings)
        page.context.add_cookies(self.cookies(who))
        return page

    def complaints(self) -> list[str]:
        """PHP errors and warnings of the plugin in the log."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line for line in lines if "/plugins/otnet/" in line]


def unpacked(version: str, into: Path) -> None:
    if version == "debian":
        shutil.copytree(DEBIAN, into, ignore=shutil.ignore_patterns("wp-config.php", ".htaccess", "akismet"))
        return
    with zipfile.ZipFile(BUILDS / "src" / "wordpress" / f"wp-{version}.zip") as archive:
        archive.extractall(into)
    # These builds are made for a browser and keep scripts, styles and images separately.
    shutil.copytree(BUILDS / "public" / f"wp-{version}", into, dirs_exist_ok=True)
    for left in ("wp-config.php", "wp-content/db.php", "wp-content/mu-plugins", "wp-content/database"):
        path = into / left
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


@contextlib.contextmanager
def wordpress(db: Database, version: str = "debian", more: str = "") -> Iterator[WordPress]:
    """A fresh WordPress with an admin, an author and a subscriber."""
    name = f"wp_{os.urandom(4).hex()}"
    root = db.folder / name
    unpacked(version, root)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = WordPress(root, f"http://127.0.0.1:{port}")
    config = CONFIG.format(name=name, socket=db.socket, url=made.url, log=made.log, more=more)
    (root / "wp-config.php").write_text(config)
    connect = (
        f"$db = new mysqli(null, 'root', '', null, 0, '{db.socket}'); return $db->query('CREATE DATABASE {name}');"
    )
    assert made.php(connect) is True
    themes = [p.name for p in (root / "wp-content" / "themes").iterdir() if p.is_dir()]
    made.version = made.php(INSTALL, password=PASSWORD, theme=sorted(themes)[0])
    with (root / "php.log").open("wb") as log:
        process = subprocess.Popen(
            [*made.command, "-d", "max_execution_time=120",
             "-d", "upload_max_filesize=64M", "-d", "post_max_size=64M", "-S", f"127.0.0.1:{port}", "-t", str(root)],
            cwd=root, stdout=log, stderr=log, env=os.environ | {"PHP_CLI_SERVER_WORKERS": "4"}, start_new_session=True,
        )  # fmt: skip
    try:
        until("WordPress answers", lambda: _answers(made.url), 60)
        yield made
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)  # its workers are in the same process group
        process.wait(20)


def _answers(url: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"{url}/wp-login.php", timeout=30).status_code == 200
    return False
