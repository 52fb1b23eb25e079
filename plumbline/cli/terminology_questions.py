"""`plumbline terminology lookup`, `expand` and `validate`: FHIR's operations at the command line.

https://hl7.org/fhir/R4/terminology-service.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from plumbline.cli import options

if TYPE_CHECKING:
    from fhir_kernel.resource import Resource

tables = click.option(
    "--tables",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Folder of installed code tables, in place of the setting terminology_folder.",
)
_form = click.option("--format", "-f", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
_language = click.option("--language", metavar="LANGUAGE", help="The language of displays, such as zh-CN.")


@click.command()
@click.argument("system", metavar="URL[|VERSION]")
@click.argument("code")
@click.option("--property", "properties", multiple=True, metavar="NAME", help="A property to show; may be repeated.")
@_language
@_form
@options.load
@tables
def lookup(
    system: str,
    code: str,
    properties: tuple[str, ...],
    language: str | None,
    form: str,
    load: tuple[str, ...],
    tables: Path | None,
) -> None:
    """Show what is known of a code: display, other names, properties."""
    asked = [*_system(system), _value("code", "Code", code), *(_value("property", "Code", each) for each in properties)]
    answer = _ask("CodeSystem", "lookup", [*asked, *_in(language)], load, tables)
    _print(answer, form, _looked_up(answer))


@click.command()
@click.argument("value_set", metavar="URL[|VERSION]")
@click.option("--filter", "text", help="Text that displays must hold.")
@click.option("--offset", type=click.IntRange(0), default=0, show_default=True, help="How many to pass over.")
@click.option("--count", type=click.IntRange(0), default=20, show_default=True, help="How many to show.")
@_language
@_form
@options.load
@tables
def expand(
    value_set: str,
    text: str | None,
    offset: int,
    count: int,
    language: str | None,
    form: str,
    load: tuple[str, ...],
    tables: Path | None,
) -> None:
    """List the codes of a value set: code and display, separated by a tab."""
    url, _, version = value_set.partition("|")
    asked = [_value("url", "Uri", url), _value("offset", "Integer", offset), _value("count", "Integer", count)]
    asked += [_value("valueSetVersion", "String", version)] if version else []
    asked += [_value("filter", "String", text)] if text else []
    answer = _ask("ValueSet", "expand", [*asked, *_in(language)], load, tables)
    _print(answer, form, _expanded(answer))


@click.command()
@click.argument("system", metavar="URL[|VERSION]")
@click.argument("code")
@click.option("--value-set", metavar="URL", help="The value set in which the code must be, too.")
@click.option("--display", help="A display that must be right for the code.")
@_form
@options.load
@tables
def validate(
    system: str,
    code: str,
    value_set: str | None,
    display: str | None,
    form: str,
    load: tuple[str, ...],
    tables: Path | None,
) -> None:
    """Tell whether a code is valid; exits with 1 where it is not."""
    url, _, version = system.partition("|")
    asked = [_value("code", "Code", code), *([_value("display", "String", display)] if display else [])]
    if value_set is None:
        asked += [_value("url", "Uri", url), *([_value("version", "String", version)] if version else [])]
    else:
        asked += [_value("url", "Uri", value_set), *_system(system, version_name="systemVersion")]
    answer = _ask("ValueSet" if value_set else "CodeSystem", "validate-code", asked, load, tables)
    _print(answer, form, _validated(answer))
    if not _first(answer, "result"):
        raise SystemExit(1)


def _ask(
    resource_type: str, name: str, parameters: Sequence[Resource], load: tuple[str, ...], tables: Path | None
) -> Resource:
    from dataclasses import replace

    from fhir_kernel.settings import load_settings
    from plumbline.wiring import build_terminology
    from terminology.operation_table import OPERATIONS
    from terminology.operations import Call

    settings = load_settings()
    if tables is not None:
        settings = replace(settings, terminology_folder=tables)
    operation = next(each for each in OPERATIONS if (each.resource_type, each.name) == (resource_type, name))
    return build_terminology(settings, load).run(operation, Call(tuple(parameters)))


def _value(name: str, type_: str, value: Any) -> Resource:
    return {"name": name, f"value{type_}": value}


def _system(canonical: str, *, version_name: str = "version") -> list[Resource]:
    url, _, version = canonical.partition("|")
    return [_value("system", "Uri", url), *([_value(version_name, "String", version)] if version else [])]


def _in(language: str | None) -> list[Resource]:
    return [_value("displayLanguage", "Code", language)] if language else []


def _print(answer: Resource, form: str, lines: Iterator[str]) -> None:
    if form == "json":
        from fhir_kernel.codec.json_codec import write_json
        from plumbline.cli.output import write_out

        write_out(write_json(answer, pretty=True), None)
        return
    for line in lines:
        click.echo(line)


def _looked_up(answer: Resource) -> Iterator[str]:
    for each in answer["parameter"]:
        name = each["name"]
        if name not in ("designation", "property"):
            yield f"{name}\t{_shown(each)}"
            continue
        parts = {part["name"]: _shown(part) for part in each.get("part", ())}
        if name == "designation":
            yield f"designation\t{' '.join(filter(None, (parts.get('language'), parts.get('value'))))}"
        else:
            yield f"{parts.get('code', '')}\t{parts.get('value', parts.get('description', ''))}"


def _expanded(answer: Resource) -> Iterator[str]:
    waiting = list(reversed(answer["expansion"].get("contains", ())))
    while waiting:
        each = waiting.pop()
        yield f"{each.get('code', '')}\t{each.get('display', '')}"
        waiting.extend(reversed(each.get("contains", ())))


def _validated(answer: Resource) -> Iterator[str]:
    yield "valid" if _first(answer, "result") else "not valid"
    for name in ("display", "message"):
        if (text := _first(answer, name)) is not None:
            yield f"{name}\t{text}"


def _first(answer: Resource, name: str) -> Any:
    for each in answer["parameter"]:
        if each["name"] == name:
            return next((value for key, value in each.items() if key.startswith("value")), None)
    return None


def _shown(element: Resource) -> str:
    """The value of a parameter or part; of a Coding its code and display."""
    value = next((value for key, value in element.items() if key.startswith("value")), "")
    if isinstance(value, dict):
        return " ".join(str(value[key]) for key in ("code", "display") if value.get(key))
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
