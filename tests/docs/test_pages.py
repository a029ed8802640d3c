"""The text documentation: every link resolves, every field is documented, and pages contain the server's URL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from otnet_server.api.docs import all_pages, guides, library
from otnet_server.api.openapi import openapi_of
from otnet_server.api.viewer_openapi import viewer_document
from otnet_server.resources import SCHEMA
from otnet_server.schema.examples import LANGUAGES, create_body, examples, update_body
from otnet_server.schema.field import Surface
from otnet_server.schema.llms import handed_out
from otnet_server.schema.resource import Verb
from otnet_server.web import markdown
from tests.docs.test_examples import BLOCK, PAGES
from tests.harness import ROOT, OTNet, running
from tests.routes import route_table

LINK = re.compile(r"\]\(\{\{server\}\}([^)]+)\)")


@pytest.fixture(scope="module")
def otnet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OTNet]:
    with running(tmp_path_factory.mktemp("pages") / "data") as server:
        yield server


def test_every_link_resolves(otnet: OTNet) -> None:
    found = {path for page in library().values() for path in LINK.findall(page)}
    assert len(found) > 70
    for path in found:
        assert otnet.get(path).status_code == 200, path


def test_llms_txt_follows_the_llmstxt_format(otnet: OTNet) -> None:
    answer = otnet.get("/llms.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    lines = answer.text.splitlines()
    assert lines[0] == "# OTNet" and lines[2].startswith("> ")
    assert [x for x in lines if x.startswith("## ")] == [
        "## Recipes",
        "## Surfaces",
        "## Resources",
        "## Other operations",
        "## Guides",
        "## Optional",
    ]
    for line in lines[lines.index("## Recipes") + 1 :]:
        assert not line or line.startswith("## ") or re.match(rf"- \[[^]]+\]\({otnet.url}/[^)]+\)(: .+)?$", line), line


def test_pages_contain_the_server_url(otnet: OTNet) -> None:
    page = otnet.get("/docs/content.md")
    assert page.headers["content-type"] == "text/markdown; charset=utf-8"
    assert f"{otnet.url}/api/v1/partner/content" in page.text and "{{" not in page.text
    forged = otnet.get("/docs/content.md", headers={"Host": "x'; rm -rf ~ #"})
    assert "rm -rf" not in forged.text


def test_configured_url_takes_precedence(tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    with running(
        tmp_path / "data", tmp_path / "library", options=(), OTNET_SERVER__URL="https://studio.example.org"
    ) as s:
        assert "https://studio.example.org/mcp" in s.get("/llms.txt").text
        assert s.get("/docs").status_code == 200 and s.get("/llms-full.txt").status_code == 200


def test_unknown_pages_return_404(otnet: OTNet) -> None:
    for path in ("/docs/nothing.md", "/docs/partner/nothing.md", "/docs/partner/users.md"):
        answer = otnet.get(path)
        assert answer.status_code == 404 and answer.json()["remedy"]
    assert httpx.post(f"{otnet.url}/llms.txt").status_code == 405


@pytest.mark.parametrize("surface", Surface)
def test_every_field_of_every_resource_is_documented(surface: Surface) -> None:
    for r in SCHEMA.on(surface):
        page = library()[f"/docs/{surface}/{r.plural}.md"]
        for name in r.readable(surface):
            assert f"| `{name}` |" in page, f"{r.name}.{name}"
        hidden = [n for n, f in r.fields.items() if surface not in f.surfaces]
        assert not [n for n in hidden if f"| `{n}` |" in page]
        for example in examples(SCHEMA, r, surface):
            assert f"(`{example.id}`)" in page


def test_llms_full_txt_contains_every_resource_page() -> None:
    whole = library()["/llms-full.txt"]
    for r in SCHEMA:
        assert library()[f"/docs/{r.plural}.md"] in whole
    assert len(whole) < 400_000


def test_every_code_block_is_run_by_the_example_tests() -> None:
    run = {block for path in PAGES for block in BLOCK.findall(library()[path])}
    for path, page in library().items():
        assert set(BLOCK.findall(page)) <= run, path


@pytest.mark.parametrize("surface", Surface)
def test_examples_include_the_required_fields(surface: Surface) -> None:
    for r in SCHEMA.on(surface):
        verbs = r.surfaces[surface]
        needed = {n for n, f in r.writable(surface, create=True).items() if f.required}
        assert Verb.CREATE not in verbs or needed <= set(create_body(r, surface)), r.name
        assert Verb.UPDATE not in verbs or update_body(r, surface), r.name


def test_quotes_in_example_values_are_escaped() -> None:
    from otnet_server.schema.examples import Call

    call = Call(Surface.PARTNER, "POST", "/x", body={"title": 'It\'s "so"\\ ${HOME} `id`'})
    assert "'It'\\''s" in LANGUAGES["bash"](call) or "It'\\''s" in LANGUAGES["bash"](call)
    compile(LANGUAGES["python"](call), "x", "exec")
    assert handed_out("{{server}}", "javascript:alert(1)") == "http://localhost:8096"


def test_constraints_of_fields_are_complete() -> None:
    """A minimum of 0 is a constraint too, and examples of translations use the fields of the resource."""
    row = {line.split("`")[1]: line for line in library()["/docs/content.md"].splitlines() if line.startswith("| `")}
    assert "at least 0; at most 21" in row["age_rating"]
    assert "at most 300 characters" in row["title"] and "at least" not in row["title"]
    assert '`{"de": {"title": "…"}}`' in row["translations"] and "at most 50 keys" in row["metadata"]
    assert '`{"de": {"name": "…"}}`' in library()["/docs/genres.md"]


def test_llms_txt_names_every_operation_route_and_page() -> None:
    index = library()["/llms.txt"]
    plurals = {r.plural for r in SCHEMA}
    operations = {
        f"{method.upper()} {path}"
        for document in (*(openapi_of(s) for s in Surface), viewer_document())
        for path, item in document["paths"].items()
        for method in item
        if method != "parameters"
    }
    for operation in operations:
        path = operation.partition(" ")[2].split("/")
        of_resource = (
            len(path) > 4
            and path[3] in tuple(Surface)
            and path[4] in plurals
            and "subtitles" not in path
            and path[-1] != "file"
        )
        assert of_resource or f"[{operation}](" in index, operation
    paths = {o.partition(" ")[2] for o in operations}
    for path in route_table().declared:
        assert "{plural}" in path or path in paths or f"[{path}" in index, path
    for page in all_pages():
        assert f"({{{{server}}}}{page})" in index or page.startswith("/llms"), page


def test_guides_are_those_of_the_repository() -> None:
    expected = {f"/docs/{p.name}": p.read_text("utf-8") for p in (ROOT / "docs").glob("*.md")}
    assert guides() == expected | {"/docs/changelog.md": (ROOT / "CHANGELOG.md").read_text("utf-8")}
    assert not set(guides()) & set(library()), "a guide has the name of a page about the API"


HREF = re.compile(r'(?:href|src)="([^"#]*)(?:#([^"]*))?"')


def test_links_of_html_pages_lead_to_pages_and_headings(otnet: OTNet) -> None:
    pages = {p.removesuffix(".md"): otnet.get(p.removesuffix(".md")) for p in all_pages() if p.endswith(".md")}
    for path, page in pages.items():
        assert page.status_code == 200 and page.headers["content-type"] == "text/html; charset=utf-8", path
        body = page.text[page.text.index("<main") :]
        for address, fragment in HREF.findall(body):
            target = address.removeprefix(otnet.url) or path
            if target.startswith("/docs/") and not target.endswith(".md"):
                assert target in pages, (path, address)
                assert not fragment or f'id="{fragment}"' in pages[target].text, (path, address, fragment)


def test_html_page_of_a_guide(otnet: OTNet) -> None:
    page = otnet.get("/docs/api")
    assert '<h1 id="the-api">The API</h1>' in page.text and "<title>The API · OTNet</title>" in page.text
    assert 'href="/docs/api.md"' in page.text and 'href="/docs/api" aria-current="page"' in page.text
    assert 'href="/docs/control#files"' in page.text and "{{" not in page.text
    again = otnet.get("/docs/api", headers={"If-None-Match": page.headers["etag"]})
    assert again.status_code == 304
    changelog = otnet.get("/docs/changelog")
    assert changelog.status_code == 200 and "Unreleased" in changelog.text
    assert otnet.get("/docs/changelog.md").text.startswith("# Changelog")


@pytest.mark.parametrize(
    "path", ["/docs/nothing", "/docs/partner/nothing", "/docs/..%2f..%2fpyproject", "/docs/api.html"]
)
def test_unknown_html_pages_return_404(otnet: OTNet, path: str) -> None:
    assert otnet.get(path).status_code == 404


def test_address_of_the_server_is_escaped_in_html(otnet: OTNet) -> None:
    forged = otnet.get("/docs/recipes/quick-start", headers={"Host": 'x"><script>alert(1)</script>'})
    assert "<script>alert" not in forged.text


def test_html_in_markdown_is_text() -> None:
    shown = markdown.render("<script>x</script> [a](javascript:alert(1)) `<b>`\n\n## A & B\n\n## A & B", lambda a: a)
    assert "<script" not in shown and 'href="javascript' not in shown
    assert 'id="a--b"' in shown and 'id="a--b-1"' in shown
