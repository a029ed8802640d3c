"""The text documentation: every link resolves, every field is documented, and pages contain the server's URL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from otnet_server.api.docs import library
from otnet_server.resources import SCHEMA
from otnet_server.schema.examples import LANGUAGES, create_body, examples, update_body
from otnet_server.schema.field import Surface
from otnet_server.schema.llms import handed_out
from otnet_server.schema.resource import Verb
from tests.docs.test_examples import BLOCK, PAGES
from tests.harness import OTNet, running

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
    assert [x for x in lines if x.startswith("## ")] == ["## Recipes", "## Surfaces", "## Resources", "## Optional"]
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
        for example in examples(r, surface):
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
