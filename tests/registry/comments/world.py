"""A round of public comment over a real store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from registry.comments.comment import Author, Clause
from registry.comments.commenting import comment_on
from registry.comments.disposing import dispose
from registry.comments.opening import open_consultation

NOW, CHINA = datetime(2026, 3, 2, 1, tzinfo=UTC), timedelta(hours=8)
END = datetime(2026, 4, 1, 16, tzinfo=UTC)
IDS = count(1)


async def opened(store, **more):
    given = {
        "id": f"c{next(IDS)}",
        "project": "p",
        "kind": "WS/T",
        "digests": {"text": "0" * 64},
        "usual_days": 30,
        "opened_by": "s",
        "now": NOW,
        "offset": CHINA,
        **more,
    }
    return await store.commit(lambda work: open_consultation(work, **given))


async def said(store, consultation, text="意见", place=None, author=None, sender="a", now=NOW):
    return await store.commit(
        lambda work: comment_on(
            work,
            consultation.id,
            place=place or Clause("4.2.1"),
            text=text,
            author=author or Author(),
            sender=sender,
            now=now,
        )
    )


async def disposed(store, consultation, number, outcome="accepted", **more):
    given = {"by": "lu", "now": END, "change": "4.2", **more}
    return await store.commit(lambda work: dispose(work, consultation.id, number, outcome=outcome, **given))
