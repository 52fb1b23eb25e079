"""Whether what an erratum names has been corrected, so that scoring anew can make a difference."""

from __future__ import annotations

from collections.abc import Sequence

from fhir_kernel.store.base import Reader
from registry.refusal import refused
from registry.scores.appeals.case import appeal_in
from registry.scores.appeals.errata import Erratum
from registry.scores.counting.generations import current_generation
from registry.scores.inputs.declaring import kept_declaration
from registry.scores.inputs.volume import kept_volumes
from registry.scores.running.snapshots import KeptSnapshot


async def check_corrected(reader: Reader, its: Erratum, before: Sequence[KeptSnapshot]) -> None:
    """Raises Refused (conflict) where somebody has to do something first, which it names."""
    if its.effect == "rebuild":
        await _check_rebuilt(reader, its, before)
    elif its.effect == "declaration":
        await _check_approved(reader, its)
    elif its.effect == "volume":
        await _check_stated(reader, its)


async def _check_rebuilt(reader: Reader, its: Erratum, before: Sequence[KeptSnapshot]) -> None:
    now = await current_generation(reader)
    if any(each.generation == now for each in before):
        raise refused(
            "conflict",
            f"the tallies are still those of generation {now}; expected `plumbline score rebuild` before {its.number}",
            f"计数仍为第 {now} 代；执行 {its.number} 前应先运行 plumbline score rebuild",
            "rebuild",
        )


async def _check_approved(reader: Reader, its: Erratum) -> None:
    if (await kept_declaration(reader, its.target)).declaration is None:
        raise refused(
            "conflict",
            f"declaration {its.target}, which {its.number} names, is not approved; expected it to be approved first",
            f"{its.number} 所列不适用声明 {its.target} 未获批准；应先批准",
            "declaration",
        )


async def _check_stated(reader: Reader, its: Erratum) -> None:
    """A volume that was stated, corrected or withdrawn since the appeal."""
    filed = (await appeal_in(reader, its.appeal)).filed
    for each in await kept_volumes(reader, its.institution):
        touches = each.data_set == its.target and each.begin <= its.last and its.first <= each.end
        changed = [one.at for one in (each.decided, each.ended) if one is not None and one.at is not None]
        if touches and any(at > filed for at in changed):
            return
    raise refused(
        "conflict",
        f"no volume of {its.target} for {its.institution} on these days was stated or withdrawn since "
        f"{filed:%Y-%m-%d}; expected the correction that {its.number} names",
        f"自 {filed:%Y-%m-%d} 起，{its.institution} 的 {its.target} 数量未作更正或撤回；应先完成 {its.number} 所列更正",
        "volume",
    )
