"""The grammar of UCUM's case-sensitive codes (https://ucum.org/ucum#section-Grammar-of-Units-and-Unit-Terms)."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import NoReturn

from fhir_kernel.issues import Issue, issue
from fhir_kernel.ucum.atoms import Symbol, read_symbol, unit_of
from fhir_kernel.ucum.slips import nearest_code, nearest_symbol
from fhir_kernel.ucum.unit import ONE, Unit

MAX_LENGTH = 200
MAX_DEPTH = 20
MAX_EXPONENT = 99

_SYMBOL = re.compile(r"(?:10[*^]|[!#-'*,:-<>-Z\\^-z|~]|\[[!-Z\\^-~]*\])+")
_EXPONENT = re.compile(r"[+-]?[0-9]+")
_FACTOR = re.compile(r"[1-9][0-9]*(?![0-9*^])")
# UCUM allows no space in an annotation, FHIR's own value sets of units do.
_ANNOTATION = re.compile(r"\{[ -z|~]*\}")
_WORD = re.compile(r"[^\s./(){}0-9\[\]]+")


class _Fault(Exception):
    """Unwinds the parser; never leaves this module. `found` is the word at `start` that may be a slip."""

    def __init__(self, because: Issue, start: int, found: str) -> None:
        super().__init__(because.id)
        self.because, self.start, self.found = because, start, found


@lru_cache(maxsize=4096)
def parse(text: str) -> Unit | Issue:
    """The unit that `text` means, or why it is none."""
    if not text:
        return issue("terminology.unit-empty", "")
    if len(text) > MAX_LENGTH:
        return issue("terminology.unit-too-long", "", found=len(text), expected=MAX_LENGTH)
    try:
        return _Parser(text).whole()
    except _Fault as fault:
        nearest = _nearest(text, fault)
        if nearest is None:
            return fault.because
        return issue("terminology.unit-unknown-near", "", found=fault.found or text, nearest=nearest)


def _nearest(text: str, fault: _Fault) -> str | None:
    """The code that was probably meant: the whole put right, or the first wrong word and then the next ones."""
    whole = nearest_code(text)
    right = nearest_symbol(fault.found) if fault.found and whole is None else None
    if right is not None and right != fault.found:
        whole = text[: fault.start] + right + text[fault.start + len(fault.found) :]
    if whole is None or whole == text:
        return None
    outcome = parse(whole)
    return outcome.params.get("nearest") if isinstance(outcome, Issue) else whole


class _Parser:
    """Recursive descent over one code."""

    def __init__(self, text: str) -> None:
        self.text, self.place, self.depth = text, 0, 0
        self.slip = (0, "")

    def whole(self) -> Unit:
        unit = self._term()
        if self.place < len(self.text):
            self._unexpected()
        return unit

    def _term(self) -> Unit:
        unit = ONE.times(self._component().to_the(-1)) if self._take("/") else self._component()
        while True:
            if self._take("."):
                unit = unit.times(self._component())
            elif self._take("/"):
                unit = unit.times(self._component().to_the(-1))
            else:
                return unit

    def _component(self) -> Unit:
        if self.place == len(self.text):
            self._fail("terminology.unit-end", expected="a unit")
        unit = self._parenthesis() if self._take("(") else self._plain()
        if unit is None and self.text[self.place] != "{":
            self._unexpected()
        self._annotation()
        return ONE if unit is None else unit

    def _parenthesis(self) -> Unit:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self._fail("terminology.unit-too-deep", expected=MAX_DEPTH)
        unit = self._term()
        if not self._take(")"):
            self._unexpected(missing=")")
        self.depth -= 1
        return unit

    def _plain(self) -> Unit | None:
        """A number, or a symbol with its exponent; None where neither stands here."""
        factor = self._match(_FACTOR)
        if factor:
            return Unit(Fraction(int(factor)))
        start = self.place
        written = self._match(_SYMBOL)
        if not written:
            return None
        unit = unit_of(self._symbol(written, start), _parse_definition)
        exponent = self._match(_EXPONENT)
        if len(exponent.lstrip("+-0")) > 2:
            self._fail("terminology.unit-exponent", found=exponent, expected=MAX_EXPONENT)
        return unit.to_the(int(exponent)) if exponent else unit

    def _symbol(self, written: str, start: int) -> Symbol:
        symbol = read_symbol(written)
        if symbol is None or not symbol.is_allowed:
            self._unknown(written, start, symbol)
        return symbol

    def _unknown(self, written: str, start: int, symbol: Symbol | None) -> NoReturn:
        word = _WORD.match(self.text, start)
        self.slip = (start, word[0] if word and len(word[0]) > len(written) else written)
        if symbol is not None:
            self._fail("terminology.unit-not-metric", found=written, prefix=symbol.prefix, atom=symbol.atom.code)
        self._fail("terminology.unit-unknown", found=self.slip[1])

    def _annotation(self) -> None:
        if self.place < len(self.text) and self.text[self.place] == "{" and not self._match(_ANNOTATION):
            self._unexpected(missing="}" if "}" not in self.text[self.place :] else "")

    def _take(self, character: str) -> bool:
        found = self.text.startswith(character, self.place)
        self.place += found
        return found

    def _match(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.place)
        self.place = match.end() if match else self.place
        return match[0] if match else ""

    def _unexpected(self, missing: str = "") -> NoReturn:
        if self.place == len(self.text) or missing == "}":
            self._fail("terminology.unit-end", expected=f"'{missing}'")
        word = _WORD.match(self.text, self.place)
        self.slip = (self.place, word[0] if word else "")
        self._fail("terminology.unit-character", found=repr(self.text[self.place]), offset=self.place + 1)

    def _fail(self, issue_id: str, **params: object) -> NoReturn:
        raise _Fault(issue(issue_id, "", unit=self.text, **params), *self.slip)


def _parse_definition(text: str) -> Unit:
    unit = parse(text)
    assert isinstance(unit, Unit), f"the table of units defines a unit by {text!r}"
    return unit
