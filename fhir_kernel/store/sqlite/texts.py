"""Finding what stands anywhere inside texts, of one character and more, by runs of three characters.

The full-text index (https://www.sqlite.org/fts5.html) is given the runs as words, with blanks filled up at the end of a
text, so that a shorter run is the beginning of a word: what Chinese, written without blanks, needs. It is brought up to
date in batches, since that costs least; texts after the last batch are read through. Candidates are always verified.
"""

# ruff: noqa: S608 - SQL is put together from pieces of this package; values are always bound

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterable, Sequence
from sys import byteorder

from fhir_kernel.store.sqlite.insert import Insert
from fhir_kernel.store.sqlite.sql import Sql

BATCH = 1024
"""How many texts wait before they are put into the index."""

_GRAMS = Insert("INSERT INTO gram (rowid, grams)", 2)
_RUN = 3
_MOST_RUNS = 12
_BLANK = "\ue000"
_CHARACTER, _CODEC = "I", "utf-32-le" if byteorder == "little" else "utf-32-be"
"""Characters as numbers: a text is taken apart and put together again as a whole, not character by character."""
_BEYOND_ASCII = {each: 0x2800 + each for each in range(128)}
"""The tokenizer takes what lies outside of ASCII as it is; what two characters may share, verification tells apart."""


def runs_of(text: str) -> str:
    """The runs of three characters in a text, as words for the index."""
    padded = array(_CHARACTER, (text.translate(_BEYOND_ASCII) + _BLANK * (_RUN - 1)).encode(_CODEC))
    words = array(_CHARACTER, (" " * ((_RUN + 1) * len(text))).encode(_CODEC))
    for place in range(_RUN):
        words[place :: _RUN + 1] = padded[place : place + len(text)]
    return words.tobytes().decode(_CODEC)


def asked_runs(words: Iterable[str]) -> str:
    """What to ask the index for texts that hold all of `words`; "" where it cannot narrow anything down."""
    asked: list[str] = []
    for word in words:
        moved = word.translate(_BEYOND_ASCII)
        if 0 < len(moved) < _RUN:
            asked.append(f'"{moved}" *')
        else:
            asked.extend(f'"{moved[at : at + _RUN]}"' for at in range(len(moved) - _RUN + 1))
    return " AND ".join(dict.fromkeys(asked[:_MOST_RUNS]))


def phrases_holding(words: Sequence[str]) -> Sql:
    """SELECT of `id` and `text` of the texts that hold every word."""
    holds = " AND ".join("instr(p.text, ?)" for _ in words) or "1"
    asked = asked_runs(words)
    if not asked:
        return Sql(f"SELECT p.id AS id, p.text AS text FROM phrase p WHERE {holds}", tuple(words))
    return Sql(
        "SELECT p.id AS id, p.text AS text FROM gram CROSS JOIN phrase p ON p.id = gram.rowid "
        f"WHERE gram MATCH ? AND {holds} UNION ALL "
        "SELECT p.id, p.text FROM phrase p "
        f"WHERE p.id > (SELECT number FROM progress WHERE what = 'gram') AND {holds}",
        (asked, *words, *words),
    )


def waiting(connection: sqlite3.Connection) -> int:
    """How many texts are not in the index yet, or more, where some are gone."""
    last: int = connection.execute("SELECT coalesce(max(id), 0) FROM phrase").fetchone()[0]
    return last - _done(connection)


def add_batch(connection: sqlite3.Connection) -> None:
    """Put the next texts into the index; within a transaction."""
    rows = connection.execute(
        "SELECT id, text FROM phrase WHERE id > ? ORDER BY id LIMIT ?", (_done(connection), BATCH)
    ).fetchall()
    if rows:
        _GRAMS.run(connection.execute, [(number, runs_of(text)) for number, text in rows])
        connection.execute("UPDATE progress SET number = ? WHERE what = 'gram'", (rows[-1][0],))


def drop_phrases(connection: sqlite3.Connection, numbers: Iterable[int]) -> None:
    """Take away texts that no passage has any more."""
    done = _done(connection)
    for number in numbers:
        row = connection.execute(
            "DELETE FROM phrase WHERE id = ? AND NOT EXISTS (SELECT 1 FROM passage WHERE phrase = phrase.id) "
            "RETURNING text",
            (number,),
        ).fetchall()
        if row and number <= done:
            connection.execute(
                "INSERT INTO gram (gram, rowid, grams) VALUES ('delete', ?, ?)", (number, runs_of(row[0][0]))
            )


def _done(connection: sqlite3.Connection) -> int:
    number: int = connection.execute("SELECT number FROM progress WHERE what = 'gram'").fetchone()[0]
    return number
