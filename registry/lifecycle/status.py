"""The public status of an edition, which follows from its dates alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal, get_args

from registry.model.edition import Edition
from registry.sentence import Sentence

PublicStatus = Literal["drafting", "upcoming", "in-force", "ending", "abolished", "superseded", "abandoned"]
PUBLIC_STATUSES: tuple[PublicStatus, ...] = get_args(PublicStatus)

STATUS_NAMES: Mapping[PublicStatus, Sentence] = MappingProxyType(
    {
        "drafting": Sentence("being drafted", "制订中"),
        "upcoming": Sentence("published, not yet in force", "即将实施"),
        "in-force": Sentence("in force", "现行"),
        "ending": Sentence("in force, soon to end", "即将废止"),
        "abolished": Sentence("abolished", "废止"),
        "superseded": Sentence("superseded", "被代替"),
        "abandoned": Sentence("abandoned before publication", "已终止"),
    }
)


def public_status(edition: Edition, today: date, *, is_abandoned: bool = False) -> PublicStatus:
    """The status on a local day; `is_abandoned` tells of one that will not be published that its project has ended."""
    if edition.published is None or today < edition.published:
        return "abandoned" if is_abandoned and edition.published is None else "drafting"
    if edition.ends is not None and today >= edition.ends:
        return "superseded" if edition.replaced_by else "abolished"
    if edition.in_force is None or today < edition.in_force:
        return "upcoming"
    return "in-force" if edition.ends is None else "ending"
