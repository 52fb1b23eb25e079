"""Finds the code table that a person names: an installed one, or a source read for the occasion."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fhir_kernel.errors import PlumblineError
from terminology.importers.choose import Options, read_source
from terminology.importers.imported import ImportRefused
from terminology.importers.mapping import overridden
from terminology.tables.index_build import build_index
from terminology.tables.installed import InstalledTables
from terminology.tables.table import Table


class TableMissing(PlumblineError):
    """No installed table is the one that was named."""


def find_table(installed: InstalledTables, canonical: str) -> tuple[str, str | None]:
    """URL and version of the table that `url|version` names; the version may be left out where there is but one.

    Raises TableMissing saying which there are.
    """
    url, _, version = canonical.partition("|")
    versions = list(installed.versions(url))
    if version in versions:
        return url, version
    if not version and len(versions) == 1:
        return url, versions[0]
    if versions:
        there = ", ".join(each or "one without version" for each in versions)
        raise TableMissing(f"{canonical}: found the versions {there}; expected url|version with one of them")
    raise TableMissing(f"{canonical}: found no installed table of {url!r}; `plumbline terminology list` shows them")


def open_table(text: str, installed: Path, scratch: Path, read: Options) -> Table:
    """The installed table that `text` names; else the source at that path, for which a table is made in `scratch`.

    Errors among its findings do not matter here. Raises TableMissing, ImportRefused and what reading raises.
    """
    if not Path(text).expanduser().exists():
        tables = InstalledTables(installed)
        return tables.open(*find_table(tables, text))
    unnamed = {key: scratch.name for key in ("url", "version") if getattr(read.mapping, key) is None}
    imports = read_source(text, replace(read, mapping=overridden(read.mapping, **unnamed)))
    first = next(imports)
    if next(imports, None) is not None:
        raise ImportRefused(f"{text}: found several code systems; expected one, as two are compared")
    build_index(first.header, first.rows, scratch, progress=read.progress)
    made = InstalledTables(scratch)
    return made.open(first.header["url"], first.header.get("version"))
