"""What the catalogue shows of a standard and of an edition."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from registry.api.told import told
from registry.lifecycle.book import Book
from registry.lifecycle.status import STATUS_NAMES
from registry.records.catalogue import Listed
from registry.records.row import Run


def entry(listed: Listed) -> dict[str, Any]:
    shown = {
        "standard": told(listed.row.standard),
        "status": listed.status,
        "statusName": STATUS_NAMES[listed.status],
        "editions": len(listed.row.runs),
    }
    run = listed.run
    if run is None:
        return shown
    changed = {} if run.changed is None else {"changed": run.changed}
    return {**shown, "edition": told(run.edition), "stage": run.stage, **changed}


def edition_shown(run: Run, today: date, book: Book, now: datetime) -> dict[str, Any]:
    status = run.status(today)
    state = book.at(now).states.get(("text", run.stage))
    return {
        **told(run.edition),
        "status": status,
        "statusName": STATUS_NAMES[status],
        "stage": run.stage,
        **({} if state is None else {"stageName": state.name}),
        **({} if run.changed is None else {"changed": run.changed}),
    }
