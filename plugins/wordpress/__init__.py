"""Makes a WordPress plugin that is already set up for this server, as a zip that WordPress installs by itself.

The files lie in `files/` as WordPress wants them. Two things are made here: `config.php`, which says where this server
is, and the catalogues that WordPress reads, from the `.po` files. The same server gives the same bytes.
"""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from otnet_server import Ask, Exported, Exporter, ExportSite, hookimpl

from . import catalogs

name = "wordpress"
api = 1
FILES = Path(__file__).parent / "files" / "otnet"
ZIP_TIMESTAMP = (2026, 1, 1, 0, 0, 0)
# Whoever reads German reads one German: WordPress knows five.
GERMAN_LOCALES = ("de_DE", "de_DE_formal", "de_AT", "de_CH", "de_CH_informal")
CONFIG_HEADER = """<?php
/**
 * Where the films come from. Written by the server that made this plugin.
 *
 * @package OTNet
 */

defined( 'ABSPATH' ) || exit;

"""
SCRIPTS = ("otnet-search", "otnet-inspector", "otnet-player-editor-script")


class WordPress:
    name = "wordpress"
    label = "WordPress plugin"
    description = "Puts titles into posts and pages: a block with search and preview, a shortcode, links that embed."
    feed = False

    async def export(self, site: ExportSite, subject: str, ask: Ask) -> Exported:
        data = await asyncio.to_thread(lambda: zip_files(plugin(site)))
        return Exported(f"otnet-{site.slug}.zip", "application/zip", data)


def plugin(site: ExportSite) -> dict[str, bytes]:
    """Every file of the WordPress plugin, by its path."""
    sources = {p.relative_to(FILES.parent).as_posix(): p.read_bytes() for p in sorted(FILES.rglob("*")) if p.is_file()}
    files = {path: data for path, data in sources.items() if not path.endswith(".po")}
    files["otnet/config.php"] = configuration(site).encode()
    files["otnet/languages/otnet.pot"] = catalogs.template(sources).encode()
    translations = catalogs.read(sources["otnet/languages/otnet-de_DE.po"].decode())
    for locale in GERMAN_LOCALES:
        base = f"otnet/languages/otnet-{locale}"
        files[f"{base}.mo"] = catalogs.compile_mo(translations)
        files |= {f"{base}-{script}.json": catalogs.jed_json(translations, locale).encode() for script in SCRIPTS}
    return files


def configuration(site: ExportSite) -> str:
    values = {"server": site.url.rstrip("/"), "name": site.name, "accent": site.accent or ""}
    lines = "".join(f"\t{php(key)} => {php(value)},\n" for key, value in values.items())
    return f"{CONFIG_HEADER}return array(\n{lines});\n"


def php(text: str) -> str:
    """A PHP string literal: in single quotes only the quote and the backslash mean something."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def zip_files(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, data in sorted(files.items()):
            entry = zipfile.ZipInfo(path, ZIP_TIMESTAMP)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return out.getvalue()


@hookimpl
def register_exporters() -> list[Exporter]:
    return [WordPress()]
