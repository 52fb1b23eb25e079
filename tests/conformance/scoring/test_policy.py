from __future__ import annotations

from importlib.resources import files

import pytest

from conformance.scoring.model import DIMENSIONS
from conformance.scoring.policy_file import read_score_policy, shipped_policy
from conformance.scoring.said import ScoringRefused

SHIPPED = files("conformance.scoring").joinpath("policy.toml").read_text(encoding="utf-8")


def test_the_policy_that_comes_with_it_is_that_of_the_model():
    policy = shipped_policy()
    assert dict(policy.weights) == dict(zip(DIMENSIONS, (0.2, 0.2, 0.2, 0.15, 0.1, 0.1, 0.05), strict=True))
    assert dict(policy.severities) == {"critical": 8, "major": 4, "minor": 2, "info": 0}
    assert [each.lower for each in policy.levels] == [50, 65, 80, 90, 95]
    assert [each.dimension for each in policy.levels] == [0.30, 0.50, 0.70, 0.85, 0.92]
    assert [each.coverage for each in policy.levels] == [0.30, 0.60, 0.80, 0.90, 0.95]
    assert (policy.z, policy.draws, policy.tail, policy.error_limit) == (1.645, 1000, 0.05, 0.005)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("D1 = 0.20", "D1 = 0.25", "score policy 2026.2, weights: they add up to 1.05; expected 1"),
        ("D1 = 0.20", "D9 = 0.20", "score policy 2026.2, weights: found 'D9'; expected one of D1, D2"),
        ("D1 = 0.20", 'D1 = "much"', "p: weights.D1: found 'much'; expected a number"),
        ("D1 = 0.20", "D1 = -0.20", "score policy 2026.2, weights.D1: found -0.2; expected more than 0"),
        (
            "critical = 8",
            "grave = 8",
            "score policy 2026.2, severities: found grave, major, minor, info; expected each",
        ),
        ("critical = 8", "critical = -8", "score policy 2026.2, severities.critical: found -8.0; expected 0 to 1000"),
        ("lower = 65", "lower = 40", "score policy 2026.2, levels: C2 asks for less than C1 before it; expected each"),
        ("lower = 95", "lower = 120", "score policy 2026.2, level C5: found lower = 120"),
        ("periods = 2", "periods = 3", "score policy 2026.2, level C3: found periods = 3; expected 1 or 2"),
        ('dimension = "D7"', 'dimension = "D8"', "score policy 2026.2, gate: found D8 at 0.3; expected a weighted"),
        ("rho = 0.1 ", "rho = 1.1 ", "score policy 2026.2, rho: found 1.1; expected 0 to 1"),
        ("draws = 1000", "draws = 10", "score policy 2026.2, draws: found 10; expected 100 to 100000"),
        ("draws = 1000", "draws = true", "p: draws: found True; expected a number"),
        ("draws = 1000", "draw = 1000", "p: found the key 'draw'; expected version, z, rho"),
        ('version = "2026.2"', "", "p: the key 'version' is missing; expected a value"),
        ("[weights]", "[weights", "p: it is not TOML"),
        ("[severities]", "[[severities]]", "p: severities: found [{"),
        ('id = "C1"', "", "p: levels[0]: the key 'id' is missing; expected a value"),
        ("strict_volumes = true", "strict_volumes = 1", "p: strict_volumes: found 1; expected true or false"),
    ],
)
def test_a_policy_that_cannot_be_used_says_where_what_and_why(old, new, said):
    assert old in SHIPPED
    with pytest.raises(ScoringRefused) as refused:
        read_score_policy(SHIPPED.replace(old, new, 1), "p")
    assert str(refused.value).startswith(said)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in refused.value.said.zh)
    assert refused.value.said.en == refused.value.said.said_in("en")
