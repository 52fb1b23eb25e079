"""Classes of institutions: of which data sets records are expected of them, and which checks and tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conformance.scoring.model import Rule
from fhir_kernel.store.base import Reader
from fhir_server.identity.organisations import ORGANISATIONS, organisation_of
from registry.model.codec import Kept
from registry.records.keeping import every
from registry.scores.inputs.versions import NOBODY, Attribution, VersionShelf
from registry.sentence import Sentence


@dataclass(frozen=True, slots=True)
class ExpectedClass(Kept):
    """A class by the word that stands as the classification of organisations; without content, all is expected."""

    id: str
    title: Sentence
    data_sets: tuple[str, ...] | None = None
    """Urls of profiles, without versions; None: all."""
    checks: tuple[str, ...] | None = None
    """Ids of rules of D6 and D7; None: all."""
    version: int = 0
    """0 where nobody has decided anything."""
    decided: Attribution = NOBODY

    def expects(self, rule: Rule) -> bool:
        """Whether a rule counts for institutions of this class."""
        if rule.data_set:
            return self.data_sets is None or rule.data_set in self.data_sets
        return self.checks is None or rule.id in self.checks


CLASSES: VersionShelf[ExpectedClass] = VersionShelf("score-class", ExpectedClass)


async def all_classes(reader: Reader) -> Mapping[str, ExpectedClass]:
    """By id: those that were decided, and those that institutions of the register have besides."""
    found = dict(await CLASSES.newest(reader))
    async for id_, kept in every(reader, ORGANISATIONS):
        its = organisation_of(id_, kept)
        if its.kind == "institution" and its.classification:
            found.setdefault(its.classification, default_class(its.classification))
    return dict(sorted(found.items()))


def default_class(id_: str) -> ExpectedClass:
    """A class of which nobody has decided anything: all is expected."""
    return ExpectedClass(id_, Sentence(id_, id_))
