"""Opening a round of public comment and finding it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from fhir_kernel.store.base import Reader, Transaction
from registry.comments.consultation import Consultation, consultation_of
from registry.comments.tally import load_tally
from registry.plain_text import plain_text
from registry.refusal import refused
from registry.window import told, window_end

CONSULTATIONS, ROUNDS = "consultation", "consultation-round"
"""The collections: consultations by id, and `{project}/{round}` with the id."""
LONGEST_REASON, MOST_DAYS = 2_000, 366


async def open_consultation(
    transaction: Transaction,
    *,
    id: str,
    project: str,
    kind: str,
    digests: Mapping[str, str],
    usual_days: int,
    opened_by: str,
    now: datetime,
    offset: timedelta,
    days: int | None = None,
    authority: str = "",
    reason: str = "",
) -> Consultation:
    """Open the next round; `days` other than the usual are longer, or an authority has shortened them for a reason.

    Raises Refused: another round is open, no contents or unchanged ones after a major change, a window too short.
    """
    before = await consultations_of(transaction, project)
    await _check_before(transaction, before, digests, now)
    window = usual_days if days is None else days
    said = _check_window(window, usual_days, authority.strip(), reason)
    opened = Consultation(
        id=id,
        project=project,
        round=len(before) + 1,
        kind=kind,
        digests=dict(digests),
        days=window,
        usual_days=usual_days,
        opened=now,
        closes=window_end(now, window, offset),
        opened_by=opened_by,
        offset=offset,
        authority=authority.strip() if said else "",
        reason=said,
    )
    await _save(transaction, opened)
    return opened


async def consultation_in(reader: Reader, id: str) -> Consultation:
    """The consultation of an id. Raises Refused (missing)."""
    kept = await reader.load(CONSULTATIONS, id)
    if kept is None:
        raise refused("missing", f"there is no consultation {id}", f"没有编号为 {id} 的征求意见")
    return consultation_of(kept)


async def consultations_of(reader: Reader, project: str) -> tuple[Consultation, ...]:
    """Every round of a project, the first first."""
    rounds = await reader.listed(ROUNDS, prefix=f"{project}/")
    return tuple([await consultation_in(reader, kept["id"]) for _, kept in rounds])


async def _save(transaction: Transaction, opened: Consultation) -> None:
    await transaction.save(CONSULTATIONS, opened.id, opened.document())
    await transaction.save(ROUNDS, f"{opened.project}/{opened.round:04}", {"id": opened.id})


async def _check_before(
    transaction: Transaction, before: tuple[Consultation, ...], digests: Mapping[str, str], now: datetime
) -> None:
    if not digests or not all(digests.values()):
        raise refused("invalid", "nothing to comment on; expected a digest", "缺少征求意见对象的摘要", where="digests")
    if not before:
        return
    last = before[-1]
    if not last.is_over(now):
        when = told(last.closes, last.offset)
        en = f"round {last.round} is open until {when.en}"
        raise refused("conflict", en, f"第 {last.round} 轮征求意见至 {when.zh} 截止")
    if (await load_tally(transaction, last.id)).major and dict(last.digests) == dict(digests):
        raise refused(
            "conflict",
            f"round {last.round} led to a major change, but the contents are the same; expected the changed draft",
            f"第 {last.round} 轮意见导致重大修改，但文本未变；应提交修改后的草案",
            where="digests",
        )


def _check_window(days: int, usual: int, authority: str, reason: str) -> str:
    """The reason for a shorter window; empty where it is not shorter."""
    if not 1 <= days <= MOST_DAYS:
        raise refused(
            "invalid",
            f"{days} days; expected 1 to {MOST_DAYS}",
            f"期限为 {days} 日；应为 1 至 {MOST_DAYS} 日",
            where="days",
        )
    if days >= usual:
        return ""
    if not authority:
        raise refused(
            "forbidden",
            f"{days} days are fewer than the usual {usual}; only a named authority shortens the window",
            f"期限 {days} 日短于规定的 {usual} 日；只有指定的主管机关可以缩短",
            where="authority",
        )
    return plain_text(reason, most=LONGEST_REASON, where="reason")
