"""The documentation as Markdown: for people who like text, and for AI assistants (https://llmstxt.org). Pure.

`pages` generates every page from the resources and the recipes. `/llms.txt` is the entry point: what OTNet is, how to
authenticate, and a link to each page; `/llms-full.txt` holds everything in one file. In a page `{{server}}` stands for
the server's URL, which `handed_out` fills in, and `{{id:content}}` for the id of one of the reader's records. Fields,
constraints, filters and examples come from the same declarations that the server validates requests by.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from otnet_server.schema.examples import LANGUAGES, SERVER, Example, examples
from otnet_server.schema.field import Field, Surface
from otnet_server.schema.fields import Reference, Translations
from otnet_server.schema.models import value_schema
from otnet_server.schema.openapi import ABOUT
from otnet_server.schema.query import DEFAULT_LIMIT, MAX_LIMIT
from otnet_server.schema.resource import READ, Resource, Schema, Verb
from otnet_server.schema.samples import id_of

ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,255}(/[A-Za-z0-9._~/-]{0,255})?")
RECORD = re.compile(r"/[0-9a-f]{12}(?![0-9a-z])")
ORDER = (Surface.PARTNER, Surface.PUBLIC, Surface.DASHBOARD)
CODES = {"bash": "curl", "python": "Python (httpx)", "javascript": "JavaScript (fetch)"}

SHAPES = {
    "reference": "an id", "references": "ids", "regions": '`{"mode": "allow" or "deny", "countries": ["DE", …]}`',
    "metadata": '`{"key": "value"}`, at most 50 keys of at most 40 characters, values of at most 500',
}  # fmt: skip

LIMITS = {"minLength": "at least {} characters", "maxLength": "at most {} characters", "minimum": "at least {}",
          "maximum": "at most {}", "maxItems": "at most {} items"}  # fmt: skip

SUMMARY = """\
> OTNet is a self-hosted OTT platform. It encodes the files of its libraries, keeps the catalogue (content, series,
> people, channels, programs) and serves HLS and DASH. One schema generates three REST surfaces, this documentation and
> the MCP tools at {{server}}/mcp. Client libraries: `otnet-client` for Python and `@otnet/client` for TypeScript
> ({{server}}/docs/api.md).
"""

AUTHENTICATION = """\
- **Partner** ({{server}}/api/v1/partner/…), for programs: `Authorization: Bearer otk_…`. API keys are created in the
  studio ({{server}}/studio/) and have scopes such as `content:read` and `content:write`. The examples read the key from
  the environment: `export OTNET_KEY=otk_…`.
- **Public** ({{server}}/api/v1/public/…), for anybody: no key; only content that is published and public. A server that
  is not public requires a viewer's token (`otnet token`): `Authorization: Bearer TOKEN`.
- **Dashboard** ({{server}}/api/v1/dashboard/…), for people in a browser: a session cookie and a CSRF token; see
  [sign in]({{server}}/docs/recipes/sign-in.md). The examples read `OTNET_SESSION` and `OTNET_CSRF`.
"""

CONVENTIONS = f"""\
# Conventions

These rules apply to every resource on every surface.

## Authentication

{AUTHENTICATION}
## Records and lists

- A record is a JSON object with `id` (12 hexadecimal characters), `created_at`, `updated_at` (ISO 8601, UTC) and its
  fields. A reference is an id or null; a field of type “references” is a list of ids.
- `GET /api/v1/{{surface}}/{{plural}}` returns `{{"items": […], "next": "cursor" or null}}`. Send `next` as `cursor`
  for the next page. `limit` is 1 to {MAX_LIMIT} (default {DEFAULT_LIMIT}); `sort=-created_at,title` sorts;
  `fields=id,title` returns only those fields; `expand=categories` adds the referenced records as `expanded`
  (`expand=season.series`: also those that they reference, up to three levels);
  `total=true` adds the number of matching records; `q=words` searches, for resources with full-text search.
- Filters: `field=a,b` matches any of the values; `field.not=a`, `field.contains=text`, `field.gte=`, `field.lte=`,
  `field.null=true`. Each resource's page lists its filters. An unknown parameter is an error (400), never ignored.
- `GET …/{{id}}`, `POST …` (201, `Location`), `PATCH …/{{id}}` (changes only the fields that are sent),
  `DELETE …/{{id}}` (204; 409 `in_use` with `used_by` while other records refer to it; `?cascade=true` deletes these
  records or clears their references, and returns how many as `deleted` and `cleared`; `?permanently=true` bypasses
  the trash, from which the studio restores records for 30 days),
  `POST …/{{id}}/{{action}}`, `POST …/bulk` with `{{"action", "ids", "values"}}`.

## Records of other systems

- `external_id` is the id of a record in your system, unique in the organization for each resource; filter by it.
  `PUT …/{{plural}}/by-external-id/{{external_id}}` creates the record (201) or changes it (200); the
  body is that of a creation, and optional fields that are left out stay as they are.
- `metadata` is an object of your own strings: at most 50 keys of at most 40 characters, values of at most 500. It is
  replaced as a whole. Public records show both to everybody.

## Safe writing

- Send the `ETag` of a record as `If-Match` with PATCH and DELETE: 412 `changed_meanwhile` if it has changed since.
- Send an `Idempotency-Key` with POST to a collection: for 24 hours, repeating the request with the same key creates
  nothing and returns the first response.

## Errors

`application/problem+json` (RFC 9457): `{{"status", "code", "title", "remedy", "errors": [{{"field", "code", "reason",
"remedy"}}]}}`. `code` is stable, `remedy` says what to do.

| status | meaning |
| --- | --- |
| 400 | the query or the body is malformed |
| 401 | the credentials are missing or not valid |
| 403 | the caller's role or scopes do not allow the operation |
| 404 | the record does not exist, or belongs to another organization |
| 409 | fields conflict with one another or with a record (`existing` names it), or the record is in use |
| 412 | the record has changed since its `ETag` was read |
| 413, 415 | the body is too large, or is not JSON |
| 422 | fields are not valid; `errors` names each |
| 429 | too many requests: wait `Retry-After` seconds |
| 503 | a part of the server is temporarily unavailable: try again |

## Limits

Every response has the version of the server as `OTNet-Version`. The headers `Deprecation` and `Sunset` announce
that something the request used will be removed. The headers `RateLimit-Policy` and `RateLimit` report how many
requests are left in the current minute. Every response has an `X-Request-Id`. A request body is at most 1 MiB; send
files as an [upload]({SERVER}/docs/recipes/upload-a-file.md).

## Files

- Upload a film: `POST …/uploads` (tus 1.0); see [upload a file]({SERVER}/docs/recipes/upload-a-file.md).
- Import a film from a public URL: `POST …/imports` with `{{"url", "library"}}` (scope `upload:write`), then
  `GET …/imports/{{id}}` until its `state` is `done` or `failed`. The operator can allow addresses of the local network
  with `uploads.allow_hosts`.
- Import metadata of many titles from CSV or JSON lines: `POST …/imports/metadata?dry_run=true`, then without `dry_run`;
  see [the control plane]({SERVER}/docs/control.md#metadata-from-a-table).
- Store subtitles: `PUT …/media/{{id}}/subtitles?language=de&roles=sdh` with SubRip, WebVTT, SSA, ASS or TTML (scope
  `media:write`). `GET` lists them; `PATCH`, `PUT` and `DELETE …/subtitles/{{file}}` change, replace and delete one.
- What a channel has played: `GET …/channels/{{id}}/airings?from=…&to=…`; what it will probably play: `GET
  …/channels/{{id}}/forecast?to=…` (scope `channel:read`).
- Store a picture: `PUT …/artwork/{{id}}/file`; see [store a picture]({SERVER}/docs/recipes/store-a-picture.md).
- Feeds of exporter plugins, such as podcasts: `GET {SERVER}/feeds/rss/SERIES` with the slug of a series. Their
  downloads are listed at `GET {SERVER}/api/v1/dashboard/exports`.
- Live changes of media: `GET {SERVER}/api/v1/media/events` (server-sent events). `GET …/events?after=ID` (scope
  `event:read`) lists everything that happened, in order.
- The first organization and its owner are created once with `POST {SERVER}/api/v1/auth/setup` and the code that the
  server prints when it starts: `{{"code", "organization", "name", "email", "password"}}`.

## Machine-readable

OpenAPI 3.1: {SERVER}/api/v1/public/openapi.json, {SERVER}/api/v1/partner/openapi.json,
{SERVER}/api/v1/dashboard/openapi.json; for viewers' apps {SERVER}/api/v1/site/openapi.json. Interactive: {SERVER}/docs.
Model Context Protocol: {SERVER}/mcp.
"""


def pages(
    schema: Schema,
    recipes: Mapping[str, str],
    guides: Mapping[str, str] | None = None,
    operations: Mapping[str, Mapping[str, str]] | None = None,
) -> dict[str, str]:
    """Every page by its path. `recipes` maps names to Markdown; the first line of each is its title. The index also
    lists `guides` (path → title) and the `operations` that belong to no resource (document → operation → summary)."""
    resource_list = list(schema)
    pages_by_path = {"/docs/conventions.md": CONVENTIONS}
    for name, text in recipes.items():
        pages_by_path[f"/docs/recipes/{name}.md"] = re.sub(r"\{\{id:(\w+)\}\}", lambda m: id_of(m[1]), text)
    for r in resource_list:
        pages_by_path[f"/docs/{r.plural}.md"] = resource_page(schema, r)
    for surface in ORDER:
        on_this_surface = [r for r in resource_list if r.surfaces.get(surface)]
        pages_by_path[f"/docs/{surface}.md"] = surface_page(surface, on_this_surface)
        for r in on_this_surface:
            pages_by_path[f"/docs/{surface}/{r.plural}.md"] = on_surface(schema, r, surface)
    full_text = [f"# OTNet\n\n{SUMMARY}", pages_by_path["/docs/conventions.md"]]
    full_text += [pages_by_path[f"/docs/recipes/{n}.md"] for n in recipes] + [
        pages_by_path[f"/docs/{r.plural}.md"] for r in resource_list
    ]
    return {
        "/llms.txt": index(resource_list, pages_by_path, guides or {}, operations or {}),
        "/llms-full.txt": "\n".join(full_text),
        **pages_by_path,
    }


def handed_out(page: str, server: str) -> str:
    """The page with `server` as the server's URL, or `http://localhost:8096` when it is not a valid URL."""
    return page.replace(SERVER, server.rstrip("/") if ADDRESS.fullmatch(server) else "http://localhost:8096")


def title_of(page: str) -> str:
    return page.partition("\n")[0].removeprefix("# ")


def index(
    resources: list[Resource],
    pages_by_path: Mapping[str, str],
    guides: Mapping[str, str],
    operations: Mapping[str, Mapping[str, str]],
) -> str:
    """`/llms.txt` in the order of its specification (https://llmstxt.org): title, summary, details, lists of links."""
    lines = ["# OTNet", "", SUMMARY, AUTHENTICATION, "## Recipes", ""]
    lines += [_link(title_of(t), p) for p, t in pages_by_path.items() if p.startswith("/docs/recipes/")]
    lines += ["", "## Surfaces", ""]
    lines += [_link("Conventions", "/docs/conventions.md", "lists, errors, limits, safe writing")]
    lines += [_link(title_of(pages_by_path[f"/docs/{s}.md"]), f"/docs/{s}.md", ABOUT[s]) for s in ORDER]
    lines += ["", "## Resources", ""]
    lines += [_link(r.title_plural, f"/docs/{r.plural}.md", r.doc) for r in resources]
    lines += ["", "## Other operations", ""]
    lines += [
        _link(name, document, about) for document, summaries in operations.items() for name, about in summaries.items()
    ]
    lines += ["", "## Guides", ""]
    lines += [_link(title, path) for path, title in guides.items()]
    lines += ["", "## Optional", "", _link("The whole API in one file", "/llms-full.txt")]
    for s in ORDER:
        lines.append(_link(f"OpenAPI 3.1, {s} surface", f"/api/v1/{s}/openapi.json"))
    lines.append(_link("OpenAPI 3.1, viewer API", "/api/v1/site/openapi.json"))
    lines += [_link(f"{r.title_plural}, {s} surface", f"/docs/{s}/{r.plural}.md")
              for s in ORDER for r in resources if r.surfaces.get(s)]  # fmt: skip
    return "\n".join(lines) + "\n"


def _link(title: str, path: str, about: str = "") -> str:
    return f"- [{title}]({SERVER}{path})" + (f": {about}" if about else "")


def surface_page(surface: Surface, resources: list[Resource]) -> str:
    lines = [f"# The {surface} surface", "", ABOUT[surface], "", f"Base URL: `{SERVER}/api/v1/{surface}/`. "
             f"Common to all resources: [conventions]({SERVER}/docs/conventions.md).", "",
             "| resource | verbs and actions | description |", "| --- | --- | --- |"]  # fmt: skip
    for r in resources:
        operations = [v.value for v in r.surfaces[surface]] + list(r.actions_on(surface))
        lines.append(
            f"| [{r.plural}]({SERVER}/docs/{surface}/{r.plural}.md) | {', '.join(operations)} | {_cell(r.doc)} |"
        )
    return "\n".join(lines) + "\n"


def main_surface(r: Resource) -> Surface:
    """The surface that programs use for this resource."""
    return next(s for s in (Surface.PARTNER, Surface.DASHBOARD, Surface.PUBLIC) if r.surfaces.get(s))


def resource_page(schema: Schema, r: Resource) -> str:
    """The page of a resource, with examples for the surface that programs use."""
    surface = main_surface(r)
    lines = [f"# {r.title_plural}", "", r.doc, "", "| surface | verbs and actions | page |", "| --- | --- | --- |"]
    for s in ORDER:
        if verbs := r.surfaces.get(s):
            operations = ", ".join([*(v.value for v in verbs), *r.actions_on(s)])
            lines.append(f"| {s} | {operations} | [{r.plural}, {s} surface]({SERVER}/docs/{s}/{r.plural}.md) |")
    return "\n".join([*lines, "", *_sections(schema, r, surface)])


def on_surface(schema: Schema, r: Resource, surface: Surface) -> str:
    """The page of a resource on one surface."""
    return "\n".join([f"# {r.title_plural} on the {surface} surface", "", r.doc, "", *_sections(schema, r, surface)])


def _sections(schema: Schema, r: Resource, surface: Surface) -> Iterator[str]:
    base = f"{SERVER}/api/v1/{surface}/{r.plural}"
    yield f"URL: `{base}`. {_scopes(r, surface)}"
    yield ""
    yield f"## Fields ({surface})"
    yield ""
    yield "| field | type | write | constraints | filters and sorting | description |"
    yield "| --- | --- | --- | --- | --- | --- |"
    readable, writable = r.readable(surface), r.writable(surface, create=True)
    changeable = Verb.CREATE in r.surfaces[surface] or Verb.UPDATE in r.surfaces[surface]
    for name, f in r.all_fields().items():
        if name in readable or (changeable and name in writable):
            yield _field_row(name, f, changeable and name in writable, name in readable)
    for name in r.one_time_fields():
        yield f"| `{name}` | text | no | | | Returned once, when it is created. |"
    if r.searched():
        yield f"\n`q` searches {', '.join(f'`{n}`' for n in r.searched())}; the best matches come first."
    for example in examples(schema, r, surface):
        yield ""
        yield from _example(example)
    yield ""
    yield f"Paging, errors and limits: [conventions]({SERVER}/docs/conventions.md)."
    yield ""


def _scopes(r: Resource, surface: Surface) -> str:
    if surface is not Surface.PARTNER:
        return "No key is needed." if surface is Surface.PUBLIC else f"Reading requires the role {r.read_role.word}."
    scopes = [f"`{r.name}:read`"] if set(r.surfaces[surface]) & set(READ) else []
    scopes += [f"`{r.name}:write`"] if set(r.surfaces[surface]) - set(READ) or r.actions_on(surface) else []
    return f"Scopes: {', '.join(scopes)}."


def _field_row(name: str, f: Field, writable: bool, readable: bool) -> str:
    type_name = f"{f.type} ({f.to})" if isinstance(f, Reference) else f.type
    write = "no" if not writable else "required" if f.required else "optional"
    if writable and f.create_only:
        write += ", only on creation"
    if not readable:
        write += ", never returned"
    filters = [f"`{name}`" if o == "eq" else f"`.{o}`" for o in f.allowed_operators] if readable else []
    filters += ["sort"] if f.sorted and readable else []
    deprecated = f" {f.deprecated.text}" if f.deprecated else ""
    description = f"{f.label or name}. {f.help}{deprecated}".strip()
    return f"| `{name}` | {type_name} | {write} | {_cell(rules(f))} | {', '.join(filters)} | {_cell(description)} |"


def rules(f: Field) -> str:
    """The constraints of the field's JSON Schema in words."""
    try:
        schema: dict[str, Any] = value_schema(f) if f.writable else {}
    except Exception:  # a type without a JSON Schema
        schema = {}
    inner = schema.get("items", {}) if schema.get("type") == "array" else schema
    phrases = [SHAPES[f.type]] if f.type in SHAPES else []
    if isinstance(f, Translations):
        phrases.append(f'`{{"de": {{"{f.fields[0]}": "…"}}}}`')
    if options := getattr(f, "options", None):
        phrases.append("one of " + ", ".join(f"`{o}`" for o in options))
    for key, text in LIMITS.items():
        if (value := schema.get(key)) is not None and (key, value) not in (("minLength", 0), ("minLength", 1)):
            phrases.append(text.format(value))
    if (pattern := inner.get("pattern")) and not isinstance(f, Reference):
        phrases.append(f"matches `{pattern}`")
    if fmt := inner.get("format"):
        phrases.append(fmt)
    if f.default is not None and f.writable:
        phrases.append(f"default `{str(f.default).lower() if isinstance(f.default, bool) else f.default}`")
    return "; ".join(phrases)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _example(example: Example) -> Iterator[str]:
    yield f"## {example.title}"
    yield ""
    yield f"`{RECORD.sub('/{id}', example.address)}` (`{example.id}`). {example.about}"
    for language, code in LANGUAGES.items():
        yield f"\n{CODES[language]}:\n\n```{language}\n{code(example.call)}\n```"
