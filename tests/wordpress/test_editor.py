"""The block in the block editor: search, configuration, replacement, pasted links, keyboard use and error messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.pages import Pages
from tests.wordpress.editing import Editor
from tests.wordpress.fake import FakeServer
from tests.wordpress.site import AXE, RULES, WordPress
from tests.wordpress.test_pages import frames


@pytest.fixture
def open_editor(blog: WordPress, pages: Pages) -> Callable[[], Editor]:
    return lambda: Editor(blog.signed_in(pages, "author"), blog)


@pytest.fixture(scope="module")
def open_post(installed: WordPress, module_pages: Pages) -> Iterator[Editor]:
    """A post that the tests of this module edit one after the other, because the editor takes long to load."""
    with Pages(module_pages.browser).one_test() as pages:
        yield Editor(installed.signed_in(pages, "author"), installed)


@pytest.fixture
def editor(blog: WordPress, open_post: Editor) -> Editor:
    """The block editor with an empty post."""
    open_post.empty()
    return open_post


def test_title_is_found_configured_and_published(
    open_editor: Callable[[], Editor], blog: WordPress, server: FakeServer
) -> None:
    editor = open_editor()
    editor.insert()
    expect(editor.cards).to_have_count(6)  # the newest titles, before a search
    expect(editor.block).to_contain_text("Harbour Films")
    expect(editor.cards.nth(4)).to_contain_text("not ready yet")
    expect(editor.cards.nth(2)).to_contain_text('A family of "makers" <of> instruments')
    editor.field.fill("night")
    expect(editor.cards).to_have_count(3)
    expect(editor.cards.first).to_contain_text("Two towns, one guard · 1:30:00")
    editor.cards.first.click()
    preview = editor.block.frame_locator("iframe")
    expect(preview.get_by_role("main")).to_have_text("Night Train")
    assert editor.block.locator("iframe").get_attribute("title") == "Player: Night Train"

    side = editor.sidebar()
    side.get_by_label("Kind").select_option("square")
    expect(preview.locator("main[data-skin=square]")).to_be_visible()
    side.get_by_label("Start at").fill("1:3")
    side.get_by_label("Start at").fill("1:30")
    side.get_by_label("Autoplay").select_option("muted")
    side.get_by_label("Show the title below").check()
    side.get_by_label("Maximum width").fill("400")
    (values,) = [v for n, v in editor.attributes() if n == "otnet/player"]
    assert (
        values | {"id": "c0", "skin": "square", "start": 90, "autoplay": "muted", "showTitle": True, "width": 400}
        == values
    )
    (frame,) = frames(blog.page(editor.publish()))
    assert (frame.path, frame.query) == ("/embed/c0", {"skin": "square", "start": "90", "autoplay": "muted"})
    assert "max-width:400px" in frame.attributes["style"]


def test_a_title_is_replaced_or_kept(editor: Editor) -> None:
    editor.insert()
    editor.find("night", "Night Train")
    editor.select()
    editor.page.get_by_role("button", name="Replace").click()
    editor.block.get_by_role("button", name="Keep the current title").click()
    expect(editor.block.locator("iframe")).to_have_attribute("title", "Player: Night Train")
    editor.select()
    editor.page.get_by_role("button", name="Replace").click()
    editor.find("tides", "Tides")
    expect(editor.block.locator("iframe")).to_have_attribute("title", "Player: Tides")


def test_podcasts_use_the_audio_skin_by_default(editor: Editor) -> None:
    editor.insert()
    editor.find("harbour", "Harbour Hour")
    expect(editor.block.frame_locator("iframe").locator("main[data-skin=audio]")).to_be_visible()


def test_search_is_usable_by_keyboard(editor: Editor) -> None:
    editor.insert()
    editor.field.fill("night")
    expect(editor.cards).to_have_count(3)
    editor.field.press("ArrowDown")
    expect(editor.cards.nth(0)).to_be_focused()
    editor.page.keyboard.press("ArrowRight")
    expect(editor.cards.nth(1)).to_be_focused()
    editor.page.keyboard.press("Escape")
    expect(editor.field).to_be_focused()
    editor.page.keyboard.press("ArrowDown")
    editor.page.keyboard.press("Enter")
    expect(editor.block.locator("iframe")).to_have_attribute("title", "Player: Night Train")
    spoken = editor.page.locator("#a11y-speak-polite")
    expect(spoken).to_contain_text("3 titles found.")


@pytest.mark.parametrize(
    ("path", "id", "start"), [("/title/night-train", "night-train", 0), ("/watch/c5?t=1:30", "c5", 90)]
)
def test_pasted_link_becomes_a_player_block(editor: Editor, server: FakeServer, path: str, id: str, start: int) -> None:
    editor.paste(server.url + path)
    expect(editor.block.locator("iframe")).to_be_visible()
    (block,) = [v for n, v in editor.attributes() if n == "otnet/player"]
    assert (block["id"], block["start"]) == (id, start)
    named = server.named(id)
    assert named is not None
    expect(editor.block.locator("iframe")).to_have_attribute("title", f"Player: {named['title']}")


def test_other_links_are_not_converted(editor: Editor, server: FakeServer) -> None:
    editor.paste(f"{server.url}/series/the-signal-box")
    editor.page.wait_for_function("() => wp.data.select('core/block-editor').getBlocks().length > 0")
    assert "otnet/player" not in [n for n, _ in editor.attributes()]


def test_search_accepts_a_link(editor: Editor, server: FakeServer) -> None:
    editor.insert()
    editor.field.fill(f"{server.url}/watch/c2?t=75")
    expect(editor.cards).to_have_count(1)
    editor.cards.first.click()
    expect(editor.block.locator("iframe")).to_have_attribute("title", "Player: Nightingale & Sons")
    (block,) = [v for n, v in editor.attributes() if n == "otnet/player"]
    assert (block["id"], block["start"]) == ("c2", 75)


def test_embed_block_converts_to_a_player_block_and_back(editor: Editor, server: FakeServer) -> None:
    turned = editor.page.evaluate(
        """url => { const embed = wp.blocks.createBlock('core/embed', {url});
        const [player] = wp.blocks.switchToBlockType(embed, 'otnet/player');
        const [back] = wp.blocks.switchToBlockType(player, 'core/embed');
        return [player.attributes.id, back.attributes.url]; }""",
        f"{server.url}/title/tides",
    )
    assert turned == ["tides", f"{server.url}/title/tides"]


@pytest.mark.parametrize(
    ("state", "typed", "says", "remedy"),
    [
        ("empty", "", "The catalogue of Harbour Films is empty.", "Publish a title"),
        ("well", "zzz", "Nothing found for “zzz”.", "Try the first letters"),
        ("well", "https://elsewhere.example/title/x", "does not lead to a title on your server", "Links begin with"),
        ("private", "", "requires sign-in", "Make it public"),
        ("broken", "", "has a problem (status 500)", "Try again in a minute"),
    ],
)  # fmt: skip
def test_search_problems_are_explained(
    editor: Editor, server: FakeServer, state: str, typed: str, says: str, remedy: str
) -> None:
    server.empty, server.private, server.broken = state == "empty", state == "private", 500 if state == "broken" else 0
    editor.insert()
    editor.field.fill(typed)
    expect(editor.block).to_contain_text(says)
    expect(editor.block).to_contain_text(remedy)
    if state in ("private", "broken"):
        server.private, server.broken = False, 0
        editor.block.get_by_role("button", name="Try again").click()
        expect(editor.cards).to_have_count(6)


def test_unpublished_title_is_reported(editor: Editor) -> None:
    editor.page.evaluate(
        "() => wp.data.dispatch('core/block-editor').insertBlocks(wp.blocks.createBlock('otnet/player', {id: 'gone'}))"
    )
    expect(editor.block.get_by_role("alert")).to_contain_text("This title is not on the server.")


def test_block_is_translated_to_german(open_editor: Callable[[], Editor], blog: WordPress) -> None:
    languages, own = (blog.root / "wp-content" / x for x in ("languages", "plugins/otnet/languages"))
    languages.mkdir(exist_ok=True)
    (languages / "de_DE.mo").write_bytes((own / "otnet-de_DE.mo").read_bytes())
    blog.wp("update_option('WPLANG', 'de_DE');")
    editor = open_editor()
    editor.page.evaluate(
        "() => wp.data.dispatch('core/block-editor').insertBlocks(wp.blocks.createBlock('otnet/player'))"
    )
    expect(editor.block).to_contain_text("Einen Titel von Harbour Films wählen.")
    editor.find("tides", "Tides")
    expect(editor.sidebar()).to_contain_text("Von selbst abspielen")
    assert editor.page.evaluate("() => wp.blocks.getBlockType('otnet/player').title") == "OTNet-Player"


def test_block_is_accessible(editor: Editor) -> None:
    editor.insert()
    expect(editor.cards).to_have_count(6)
    editor.page.add_script_tag(path=str(AXE))
    found = editor.page.evaluate(RULES, "[data-type='otnet/player']")["violations"]
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == []
    editor.find("tides", "Tides")
    found = editor.page.evaluate(RULES, "[data-type='otnet/player']")["violations"]
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == []
