"""Tells a refusal of the scoring library as one of the registry, so that it becomes problem details like any other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from conformance.scoring.said import ScoringRefused
from registry.refusal import Refused, refused
from registry.scores.lists import RulesLost
from registry.sentence import Sentence


def refused_of(error: ScoringRefused) -> Refused:
    """The same as a refusal of what was given."""
    return Refused("invalid", (Sentence(error.said.en, error.said.zh),), where=error.where)


@contextmanager
def refusing() -> Iterator[None]:
    """A block in which what cannot be scored is refused. Raises Refused (invalid; conflict where rules are lost)."""
    try:
        yield
    except ScoringRefused as error:
        raise refused_of(error) from error
    except RulesLost as error:
        zh = f"记录按规则表 {error.digest} 判定，而本库没有该规则表；恢复之前不再计数，请与证据日志从同一备份恢复"
        raise refused("conflict", str(error), zh) from error
