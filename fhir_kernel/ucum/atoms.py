"""Unit symbols with their prefixes, looked up in the table of units."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from fhir_kernel.ucum.special import SPECIAL_UNITS
from fhir_kernel.ucum.table import ARBITRARY_UNITS, BASE_UNITS, CUSTOMARY_UNITS, METRIC_UNITS, PREFIXES
from fhir_kernel.ucum.unit import Unit


@dataclass(frozen=True, slots=True)
class Atom:
    """One row of the table: `value` times `unit`; a base or arbitrary unit has no `unit`."""

    code: str
    is_metric: bool
    name: str
    value: str = "1"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A unit symbol as written: an atom, and the prefix before it."""

    atom: Atom
    prefix: str = ""

    @property
    def is_allowed(self) -> bool:
        return not self.prefix or self.atom.is_metric


def read_symbol(text: str) -> Symbol | None:
    """The atom that `text` is, else prefix and atom; None where it is neither."""
    table = atoms()
    if text in table:
        return Symbol(table[text])
    found = [
        Symbol(table[text[len(prefix) :]], prefix)
        for prefix in (text[:2], text[:1])
        if prefix in PREFIXES and text[len(prefix) :] in table
    ]
    return next((symbol for symbol in found if symbol.is_allowed), found[0] if found else None)


def unit_of(symbol: Symbol, parse: Callable[[str], Unit]) -> Unit:
    """The value of a symbol; `parse` reads the units by which the table defines it."""
    atom = symbol.atom
    scale = SPECIAL_UNITS.get(atom.code)
    if scale is not None:
        reference = parse(scale.unit)
        unit = Unit(reference.factor, reference.powers, scale)
    elif not atom.unit:
        unit = Unit(Fraction(1), ((atom.code, 1),))
    else:
        unit = parse(atom.unit).prefixed(Fraction(atom.value))
    return unit.prefixed(Fraction(PREFIXES[symbol.prefix])) if symbol.prefix else unit


@cache
def atoms() -> dict[str, Atom]:
    """The whole table by code."""
    return {atom.code: atom for atom in _rows()}


def _rows() -> Iterator[Atom]:
    for line in BASE_UNITS.splitlines():
        code, name = line.split(" ", 1)
        yield Atom(code, True, name)
    for line in ARBITRARY_UNITS.splitlines():
        code, name = line.split(" ", 1)
        yield Atom(code, code == "[iU]", name)
    for table, is_metric in ((METRIC_UNITS, True), (CUSTOMARY_UNITS, False)):
        for line in table.splitlines():
            code, value, unit, name = line.split(" ", 3)
            yield Atom(code, is_metric, name, value, unit)
    for code, scale in SPECIAL_UNITS.items():
        yield Atom(code, scale.is_metric, scale.name, unit=scale.unit)
