from __future__ import annotations

import json

from conformance.scoring.canonical import canonical, digest
from conformance.scoring.expectations import Expectations, Institution, Standing, Volume
from conformance.scoring.model import RulePack
from conformance.scoring.policy import ScorePolicy
from conformance.scoring.policy_file import shipped_policy
from conformance.scoring.restoring import restored
from tests.conformance.scoring.scored import HOSPITAL, PACK, PERIOD


def test_values_are_restored_from_their_canonical_json_with_the_same_digest():
    volume = Volume("east", "labs", PERIOD, 50, "settlements")
    people = Expectations((HOSPITAL,), (Institution("east", HOSPITAL.id, (volume,), 2, Standing(1, 2)),))
    for kind, value in ((RulePack, PACK), (ScorePolicy, shipped_policy()), (Expectations, people)):
        again = restored(kind, json.loads(canonical(value)))
        assert again == value
        assert digest(again) == digest(value)
