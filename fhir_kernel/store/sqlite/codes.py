"""The codes that a token parameter has: the index of tokens is skipped along, from hash to hash."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from fhir_kernel.store.sqlite.encoding import unpack
from fhir_kernel.store.sqlite.hashes import code_hash
from fhir_kernel.store.sqlite.sql import Asked
from fhir_kernel.store.values import TokenValue


class Code(NamedTuple):
    """A code, perhaps none, of a system, perhaps none."""

    system: str
    code: str


def codes_of(connection: Asked, parameter: str, sp: int) -> Iterator[Code]:
    """Each code with its system once, in no order; what a hash stands for, a resource that has it tells."""
    row = _after(connection, sp, 0, -1)
    while row is not None:
        hash_, system, res = row
        (uri,) = connection.execute("SELECT uri FROM system WHERE id = ?", (system,)).fetchone()
        (entries,) = connection.execute("SELECT entries FROM entry WHERE res = ?", (res,)).fetchone()
        tokens = [each for each in unpack(entries, (parameter,))[parameter] if isinstance(each, TokenValue)]
        code = next(each.code for each in tokens if each.system == uri and code_hash(each.code, None) == hash_)
        yield Code(uri, code)
        row = _after(connection, sp, hash_, system)


def _after(connection: Asked, sp: int, hash_: int, system: int) -> tuple[int, int, int] | None:
    row: tuple[int, int, int] | None = connection.execute(
        "SELECT hash, system, res FROM token WHERE sp = ? AND (hash, system) > (?, ?) LIMIT 1", (sp, hash_, system)
    ).fetchone()
    return row
