"""What is still to be indexed, as one document of the store: which types, how far each has got, and who works on it.

Everything here is pure: a document goes in, another one comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from fhir_kernel.store.records import Document
from fhir_server.search.index import Backlog

NOTHING: Document = MappingProxyType({})
LEASE = timedelta(seconds=15)
"""How long nobody else goes on with the work of one who is not heard of."""


@dataclass(frozen=True, slots=True)
class Job:
    """One type whose resources are to be looked through, in the order of their ids."""

    type: str
    run: str
    """Another one where the type is begun anew."""
    codes: tuple[str, ...] = ()
    """The parameters by which nothing is to be searched until the end."""
    after: str | None = None
    done: int = 0
    total: int | None = None
    """As of the beginning; None: it has not begun."""

    def document(self) -> Document:
        """As it is kept."""
        return {"run": self.run, "codes": list(self.codes), "after": self.after, "done": self.done, "total": self.total}


def jobs(kept: Document | None) -> list[Job]:
    """What is to be done, and first what searches wait for."""
    rows: Mapping[str, Any] = (kept or NOTHING).get("types", NOTHING)
    found = [
        Job(name, row["run"], tuple(row["codes"]), row["after"], row["done"], row["total"])
        for name, row in rows.items()
    ]
    return sorted(found, key=lambda each: (not each.codes, each.type))


def waiting(kept: Document | None) -> Mapping[str, Mapping[str, Backlog]]:
    """By type and code, the parameters by which nothing is to be searched yet."""
    return {
        each.type: dict.fromkeys(each.codes, Backlog(each.done, each.total or 0)) for each in jobs(kept) if each.codes
    }


def finished(kept: Document | None) -> Mapping[str, Any]:
    """By type, how many resources were looked through, and when that was over."""
    found: Mapping[str, Any] = (kept or NOTHING).get("finished", NOTHING)
    return found


def marked(kept: Document | None, wanted: Mapping[str, Iterable[str]], run: str) -> Document:
    """The document with types to be looked through from their beginning, for these parameters besides others."""
    types = dict((kept or NOTHING).get("types", NOTHING))
    for name, codes in wanted.items():
        before = types[name]["codes"] if name in types else []
        types[name] = Job(name, run, tuple(sorted({*before, *codes}))).document()
    done = {name: each for name, each in finished(kept).items() if name not in wanted}
    return {**(kept or NOTHING), "types": types, "finished": done}


def is_free(kept: Document | None, holder: str, now: datetime) -> bool:
    """Whether `holder` may work on it."""
    kept = kept or NOTHING
    until = kept.get("until")
    return kept.get("holder") in (None, holder) or until is None or datetime.fromisoformat(until) <= now


def held(kept: Document | None, holder: str, now: datetime) -> Document:
    """The document, `holder` being the one who works."""
    return {**(kept or NOTHING), "holder": holder, "until": (now + LEASE).isoformat()}


def advanced(kept: Document, job: Job, *, is_over: bool, now: datetime) -> Document:
    """The document once a job has got so far."""
    types, done = dict(kept["types"]), dict(finished(kept))
    if is_over:
        del types[job.type]
        done[job.type] = {"resources": job.done, "at": now.isoformat(timespec="seconds")}
    else:
        types[job.type] = job.document()
    return {**kept, "types": types, "finished": done}
