"""The plugin end to end with a real server: a film in the library, the zip from the studio, installation by an
admin, a post by an author, and playback by a visitor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.harness import OTNet, make_film, running, until
from tests.pages import Pages
from tests.studio import owner
from tests.wordpress.editing import Editor
from tests.wordpress.site import Database, WordPress, wordpress

FILM = "Night Train"


@dataclass
class Studio:
    server: OTNet
    zip: Path


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A server with a film, and the plugin downloaded from its studio."""
    folder = tmp_path_factory.mktemp("studio")
    make_film(folder / "library" / f"{FILM}.mp4", 8)
    with running(folder / "data", folder / "library") as server, owner(server) as client:
        server.settled(FILM)
        offered = {e["name"]: e for e in client.get("/api/v1/dashboard/exports").json()["items"]}
        answer = client.get(offered["wordpress"]["url"])
        assert answer.status_code == 200, answer.text
        name = re.search(r"filename\*=UTF-8''(\S+)", answer.headers["content-disposition"])
        assert name and name[1] == "otnet-harbour-films.zip"
        (folder / name[1]).write_bytes(answer.content)
        yield Studio(server, folder / name[1])


OTHER_VERSIONS = [pytest.param(version, marks=pytest.mark.long) for version in ("6.5", "beta")]


@pytest.fixture(scope="module", params=["debian", *OTHER_VERSIONS])
def fresh_wordpress(request: pytest.FixtureRequest, mariadb: Database) -> Iterator[WordPress]:
    with wordpress(mariadb, request.param) as made:
        yield made


@pytest.fixture
def page(pages: Pages, fresh_wordpress: WordPress) -> Page:
    return fresh_wordpress.signed_in(pages)


def assert_plays(page: Page, player: FrameLocator) -> None:
    """Press play and wait until the film plays."""
    page.locator("iframe.otnet-player").scroll_into_view_if_needed()
    video = player.locator("video").first
    video.wait_for(state="attached")
    player.get_by_role("button", name="Play").first.click()
    until("the film goes on", lambda: video.evaluate("v => v.currentTime") > 1)
    seen = "v => v.videoWidth > 0 && v.getVideoPlaybackQuality().totalVideoFrames > 0"
    until("its pictures are seen", lambda: video.evaluate(seen))  # on a busy machine audio starts before video


def record_hosts(page: Page) -> set[str]:
    """The hosts and ports that a page sends requests to, updated as it does."""
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    return asked


def test_plugin_from_installation_to_playback_and_removal(
    fresh_wordpress: WordPress, page: Page, studio: Studio, browser: Browser
) -> None:
    # An admin uploads the zip from the studio.
    page.goto(f"{fresh_wordpress.url}/wp-admin/plugin-install.php?tab=upload")
    page.set_input_files("#pluginzip", studio.zip)
    page.get_by_role("button", name="Install Now").click()
    page.get_by_role("link", name="Activate Plugin").click()
    expect(page.locator("tr[data-plugin='otnet/otnet.php']")).to_have_class(re.compile(r"\bactive\b"))
    page.goto(f"{fresh_wordpress.url}/wp-admin/options-general.php?page=otnet")
    page.get_by_role("button", name="Test the connection").click()
    expect(page.locator(".otnet-result--good")).to_contain_text("Connected to “Harbour Films”: 1 title")

    # An author searches for the film and publishes a post.
    editor = Editor(page, fresh_wordpress)
    editor.insert()
    editor.find("nig", FILM)
    inside = editor.block.frame_locator("iframe").locator("video").first
    inside.wait_for(state="attached")
    posts = {"block": editor.publish()}
    posts["link"] = fresh_wordpress.post(f"{studio.server.url}/title/night-train", "By a link")
    posts["shortcode"] = fresh_wordpress.post('[otnet id="night-train" start="3"]', "By a shortcode")

    # A visitor watches.
    for way, url in posts.items():
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
        try:
            visitor = context.new_page()
            asked = record_hosts(visitor)
            visitor.goto(url)
            player = visitor.frame_locator("iframe.otnet-player")
            assert_plays(visitor, player)
            assert visitor.locator("iframe.otnet-player").get_attribute("title") == f"Player: {FILM}", way
            if way == "shortcode":
                assert player.locator("video").first.evaluate("v => v.currentTime") > 3
            known = {urlsplit(known).netloc for known in (fresh_wordpress.url, studio.server.url)}
            assert asked - {""} == known, "a visit makes no requests to third parties"
        finally:
            context.close()

    # The admin removes the plugin, which deletes its data.
    page.goto(f"{fresh_wordpress.url}/wp-admin/options-general.php?page=otnet")
    page.get_by_role("button", name="Save Changes").click()
    left = "return $wpdb->get_col(\"SELECT option_name FROM $wpdb->options WHERE option_name LIKE '%otnet\\_%'\");"
    assert "otnet_settings" in fresh_wordpress.wp(left)
    page.goto(f"{fresh_wordpress.url}/wp-admin/plugins.php")
    row = page.locator("tr[data-plugin='otnet/otnet.php']")
    row.get_by_role("link", name="Deactivate").click()
    page.on("dialog", lambda dialog: dialog.accept())
    expect(row).to_have_class(re.compile(r"\binactive\b"))
    page.wait_for_load_state()  # before its script has loaded, the link leads to a confirmation page
    row.get_by_role("link", name="Delete").click()
    expect(page.get_by_text("was successfully deleted")).to_be_visible()
    assert fresh_wordpress.wp(left) == []
    assert not (fresh_wordpress.root / "wp-content" / "plugins" / "otnet").exists()
    assert fresh_wordpress.complaints() == []


def test_uninstall_removes_data_on_every_site_of_a_network(mariadb: Database, studio: Studio) -> None:
    with wordpress(mariadb) as made:
        made.install(studio.zip)
        made.wp(
            """require 'wp-admin/includes/upgrade.php'; require 'wp-admin/includes/network.php';
            foreach ($wpdb->tables('ms_global') as $table => $prefixed) $wpdb->$table = $prefixed;
            install_network(); return populate_network(1, $told['host'], 'admin@example.org', 'Net', '/', false);""",
            host=made.url.removeprefix("http://"),
        )
        config = made.root / "wp-config.php"
        network = (
            f"define('MULTISITE', true); define('SUBDOMAIN_INSTALL', false); define('PATH_CURRENT_SITE', '/');"
            f"define('DOMAIN_CURRENT_SITE', '{made.url.removeprefix('http://')}');"
            f"define('SITE_ID_CURRENT_SITE', 1); define('BLOG_ID_CURRENT_SITE', 1);\n"
        )
        config.write_text(config.read_text().replace("if (!defined('ABSPATH'))", f"{network}if (!defined('ABSPATH'))"))
        left = made.wp(
            """$second = wpmu_create_blog(DOMAIN_CURRENT_SITE, '/two/', 'Two', 1);
            foreach (array(1, $second) as $site) {
                switch_to_blog($site);
                update_option('otnet_settings', array('skin' => 'audio'));
                set_transient('otnet_' . md5('x'), array('told' => array()), 600);
                restore_current_blog();
            }
            require_once 'wp-admin/includes/plugin.php';
            deactivate_plugins('otnet/otnet.php');
            uninstall_plugin('otnet/otnet.php');
            $left = array();
            foreach (array(1, $second) as $site) {
                switch_to_blog($site);
                $left[] = $wpdb->get_col("SELECT option_name FROM $wpdb->options WHERE option_name LIKE '%otnet\\_%'");
                $left[] = get_option('otnet_settings', 'nothing');
                restore_current_blog();
            }
            return $left;"""
        )
        assert left == [[], "nothing", [], "nothing"]
