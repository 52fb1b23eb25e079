"""`plumbline terminology`: code tables that are installed (https://hl7.org/fhir/R4/codesystem.html)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from plumbline.cli import options
from plumbline.cli.terminology_questions import expand, lookup, validate
from plumbline.cli.terminology_questions import tables as tables_option

if TYPE_CHECKING:
    from fhir_kernel.settings import Settings
    from terminology.importers.choose import Options
    from terminology.importers.install import Outcome
    from terminology.importers.mapping import TableMapping

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _mapped(command: _Command) -> _Command:
    """The options by which tables in CSV and Excel are read."""
    mapping = click.option(
        "--mapping",
        "-m",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="A mapping file in TOML: which column is what, and what the code system is called.",
    )
    preset = click.option("--preset", help="A mapping that comes with Plumbline: icd10-clinical or icd9cm3.")
    return mapping(preset(command))


@click.group()
def command() -> None:
    """Import, list, compare and export code tables; look codes up."""


for _each in (lookup, expand, validate):
    command.add_command(_each)


@command.command("import")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--kind", type=click.Choice(["csv", "xlsx", "fhir", "loinc", "rf2", "claml", "ucum"]), help="Its kind.")
@_mapped
@click.option("--url", help="The canonical URL of the code system.")
@click.option("--version", help="The version of the code system.")
@click.option("--name", help="Its computable name.")
@click.option("--title", help="Its title.")
@click.option("--language", help="The language of its displays.")
@click.option("--oid", help="Its OID.")
@click.option("--encoding", help="The encoding of a CSV file; found out where not given.")
@click.option("--separator", help="What separates the cells of a CSV file; found out where not given.")
@click.option("--sheet", help="The sheet of an Excel file; the first where not given.")
@click.option("--pinyin", is_flag=True, help="Add the pinyin initials of each display as a designation.")
@click.option("--languages", multiple=True, metavar="LANGUAGE", help="Languages to read of LOINC or SNOMED CT.")
@click.option("--module", help="The module of a SNOMED CT edition; found out where not given.")
@tables_option
@click.option("--dry-run", is_flag=True, help="Read everything, tell what is found, and write nothing.")
@click.option("--accept-findings", is_flag=True, help="Import although there are findings of severity error.")
@click.option("--all", "all_findings", is_flag=True, help="Show every finding, not the first of each kind alone.")
def import_(
    sources: tuple[str, ...],
    kind: str | None,
    mapping: Path | None,
    preset: str | None,
    pinyin: bool,
    languages: tuple[str, ...],
    module: str | None,
    tables: Path | None,
    all_findings: bool,
    **said: Any,
) -> None:
    """Import code systems into the folder of installed tables.

    SOURCE is a table (.csv, .tsv, .xlsx), a CodeSystem resource or FHIR package, the folder or zip of a LOINC or
    SNOMED CT release, a ClaML file or UCUM's essence. What is installed already from the same content is left as it is.
    """
    from plumbline import progress, tables_report
    from terminology.importers.choose import Options

    settings = _settings(tables)
    dry_run, accept = said.pop("dry_run"), said.pop("accept_findings")
    described = _mapping(mapping, preset, pinyin=pinyin or None, **said)
    failed = False
    for source in sources:
        with progress.stages(plain=True) as stages:
            read = Options(settings, _types(settings), kind, described, languages, module, stages)
            outcomes = list(_imported(source, read, dry_run=dry_run, accept_findings=accept))
        for outcome in outcomes:
            click.echo("\n".join(tables_report.told(outcome, all_findings=all_findings)))
        failed = failed or any(tables_report.is_failure(each) for each in outcomes)
    if failed:
        raise SystemExit(1)


def _imported(source: str, read: Options, *, dry_run: bool, accept_findings: bool) -> Iterator[Outcome]:
    from terminology.importers.choose import read_source
    from terminology.importers.install import install_import
    from terminology.tables.installed import InstalledTables

    folder = read.settings.terminology_folder
    for each in read_source(source, read):
        there = InstalledTables(folder).headers()
        yield install_import(
            each, folder, there, accept_findings=accept_findings, dry_run=dry_run, progress=read.progress
        )


@command.command("list")
@tables_option
def list_(tables: Path | None) -> None:
    """List the installed code tables: url|version, number of concepts, title."""
    from plumbline import tables_report
    from terminology.tables.installed import InstalledTables

    installed = InstalledTables(_settings(tables).terminology_folder)
    for line in tables_report.listed(installed.open(*each) for each in installed):
        click.echo(line)
    for note in installed.notes:
        click.echo(f"{note.path} is not used: {note.reason}", err=True)


@command.command()
@click.argument("canonical", metavar="URL|VERSION")
@tables_option
def remove(canonical: str, tables: Path | None) -> None:
    """Remove an installed code table."""
    from plumbline.installed_table import find_table
    from terminology.tables.installed import InstalledTables

    installed = InstalledTables(_settings(tables).terminology_folder)
    url, version = find_table(installed, canonical)
    installed.remove(url, version)
    click.echo(f"{url}|{version} is removed")


@command.command()
@click.argument("canonical", metavar="URL[|VERSION]")
@click.option("--format", "-f", "form", type=click.Choice(["json", "csv"]), default="json", show_default=True)
@click.option("--flat", is_flag=True, help="JSON: write concepts side by side, with their parents as properties.")
@options.output
@tables_option
def export(canonical: str, form: str, flat: bool, output: Path | None, tables: Path | None) -> None:
    """Write an installed code table as a CodeSystem, or as CSV.

    With CSV, --output FILE is needed; the mapping file by which it can be imported again goes to FILE.toml.
    """
    from plumbline.installed_table import find_table
    from plumbline.tables_report import lost
    from terminology.export import code_system_json
    from terminology.export_csv import write_csv
    from terminology.tables.installed import InstalledTables

    installed = InstalledTables(_settings(tables).terminology_folder)
    table = installed.open(*find_table(installed, canonical))
    if form == "json":
        with click.open_file(str(output or "-"), "wb") as file:
            file.writelines(code_system_json(table, nested=not flat))
            file.write(b"\n")
        return
    if output is None:
        raise click.UsageError("--format csv needs --output, because two files are written")
    with output.open("w", encoding="utf-8", newline="") as text:
        written = write_csv(table, text)
    output.with_name(output.name + ".toml").write_text(written.mapping, encoding="utf-8")
    for line in lost(written.lost):
        click.echo(line, err=True)


@command.command()
@click.argument("old")
@click.argument("new")
@click.option("--format", "-f", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True)
@options.output
@_mapped
@tables_option
def diff(
    old: str,
    new: str,
    form: str,
    output: Path | None,
    mapping: Path | None,
    preset: str | None,
    tables: Path | None,
) -> None:
    """Tell what changed between two versions of a code system: added, removed, other display, parents or status.

    OLD and NEW are each URL|VERSION of an installed table, or a source that could be imported.
    """
    import tempfile

    from plumbline import progress
    from plumbline.installed_table import open_table
    from plumbline.tables_report import write_differences
    from terminology.diff import differences
    from terminology.importers.choose import Options

    settings = _settings(tables)
    described = _mapping(mapping, preset)
    with tempfile.TemporaryDirectory(prefix="plumbline-") as folder, progress.stages(plain=True) as stages:
        read = Options(settings, _types(settings), mapping=described, progress=stages)
        before, after = (
            open_table(text, settings.terminology_folder, Path(folder) / name, read)
            for text, name in ((old, "old"), (new, "new"))
        )
        with click.open_file(str(output or "-"), "w", encoding="utf-8") as file:
            write_differences(differences(before, after, progress=stages), form, file)


def _settings(tables: Path | None) -> Settings:
    from dataclasses import replace

    from fhir_kernel.settings import load_settings

    settings = load_settings()
    return replace(settings, terminology_folder=tables) if tables is not None else settings


def _mapping(path: Path | None, preset: str | None, **said: Any) -> TableMapping:
    from terminology.importers.mapping import TableMapping, overridden, presets, read_mapping

    if path is not None and preset is not None:
        raise click.UsageError("--mapping and --preset exclude one another")
    if path is not None:
        mapping = read_mapping(path)
    elif preset is not None:
        known = presets()
        if preset not in known:
            raise click.BadParameter(f"{preset!r}; there are {', '.join(known)}", param_hint="--preset")
        mapping = known[preset]
    else:
        mapping = TableMapping()
    return overridden(mapping, **said)


def _types(settings: Settings) -> Callable[[], Any]:
    def types() -> Any:
        from plumbline.wiring import build_catalog

        return build_catalog(settings).model

    return types
