"""Actions of an author in the block editor of WordPress 6.1 and later."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.wordpress.site import WordPress

PLAIN = """() => { for (const guide of ['welcomeGuide', 'welcomeGuideTemplate', 'fullscreenMode'])
    wp.data.dispatch('core/preferences').set('core/edit-post', guide, false); }"""


class Editor:
    """A new post in the block editor."""

    def __init__(self, page: Page, blog: WordPress, title: str = "Tonight") -> None:
        self.page, self.blog = page, blog
        page.goto(f"{blog.url}/wp-admin/post-new.php")
        page.wait_for_function("() => window.wp?.blocks?.getBlockType('otnet/player')")
        page.evaluate(PLAIN)
        self.canvas.get_by_role("textbox", name="Add title").fill(title)

    def empty(self) -> None:
        """Remove all blocks, and what was announced to screen readers."""
        self.page.evaluate(
            """() => { wp.data.dispatch('core/block-editor').resetBlocks([]);
            for (const spoken of document.querySelectorAll('.a11y-speak-region')) spoken.textContent = ''; }"""
        )
        expect(self.block).to_have_count(0)

    @property
    def canvas(self) -> Page | FrameLocator:
        """The content of the post, which newer editors show in an iframe."""
        self.page.locator(".edit-post-visual-editor").wait_for()
        inside = self.page.locator("iframe[name=editor-canvas]")
        return self.page.frame_locator("iframe[name=editor-canvas]") if inside.count() else self.page

    @property
    def block(self) -> Locator:
        return self.canvas.locator("[data-type='otnet/player']")

    @property
    def field(self) -> Locator:
        return self.block.get_by_role("searchbox")

    @property
    def cards(self) -> Locator:
        return self.block.get_by_role("listitem").get_by_role("button")

    def insert(self) -> Locator:
        """Insert the block with the block inserter."""
        self.page.get_by_role("button", name="Toggle block inserter").click()
        self.page.get_by_role("region", name="Block Library").get_by_role("searchbox").fill("otnet")
        self.page.get_by_role("option", name="OTNet player").click()
        self.page.get_by_role("button", name="Toggle block inserter").click()
        expect(self.block).to_be_visible()
        return self.block

    def find(self, words: str, title: str) -> None:
        self.field.fill(words)
        self.cards.filter(has_text=title).click()
        expect(self.block.locator("iframe")).to_be_visible()

    def sidebar(self) -> Locator:
        """The settings sidebar of the selected block."""
        self.page.evaluate("() => wp.data.dispatch('core/edit-post').openGeneralSidebar('edit-post/block')")
        return self.page.get_by_role("region", name="Editor settings")

    def select(self) -> None:
        self.page.evaluate(
            """() => { const select = wp.data.select('core/block-editor');
            const block = select.getBlocks().find(b => b.name === 'otnet/player');
            wp.data.dispatch('core/block-editor').selectBlock(block.clientId); }"""
        )

    def attributes(self) -> list[tuple[str, dict[str, object]]]:
        """(name, attributes) of every block of the post."""
        told = self.page.evaluate(
            "() => wp.data.select('core/block-editor').getBlocks().map(b => [b.name, b.attributes])"
        )
        return [(name, dict(values)) for name, values in told]

    def paste(self, text: str) -> None:
        """Paste into an empty paragraph."""
        self.canvas.get_by_role("button", name="Add default block").or_(
            self.canvas.locator("p[data-type='core/paragraph']")
        ).first.click()
        target = self.canvas.locator("p[data-type='core/paragraph']").first
        target.evaluate(
            """(node, text) => { const data = new DataTransfer(); data.setData('text/plain', text);
            node.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }""",
            text,
        )

    def publish(self) -> str:
        """Publish the post and return its URL."""
        self.page.get_by_role("region", name="Editor top bar").get_by_role("button", name="Publish").click()
        self.page.get_by_role("region", name="Editor publish").get_by_role("button", name="Publish", exact=True).click()
        self.page.get_by_role("region", name="Editor publish").get_by_text("is now live").first.wait_for()
        return str(self.page.evaluate("() => wp.data.select('core/editor').getPermalink()"))
