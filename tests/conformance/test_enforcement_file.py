from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given

from conformance.enforcement_file import check_policy, load_policy, read_policy, rule_document
from conformance.enforcement_policy import EnforcementPolicy, SeverityOverride
from conformance.rules_in_force import ALWAYS, Rule
from conformance.validator import Policy
from fhir_kernel.errors import SettingsError
from tests.conformance.test_rules_in_force import lives
from tests.conformance.validator.world import core

WHOLE = """
default = "warn"
utc_offset = "+08:00"

[types]
Patient = "reject"
AuditEvent = "off"

[required_profiles]
Patient = ["http://x.test/p", "http://x.test/q|2"]

[validation]
best_practice = "warning"
imposed_profiles = false
languages = ["zh-CN"]

[[rules]]
profile = "http://x.test/p|2025.0.0"
type = "Patient"
observe_from = 2025-01-01
warn_from = 2025-04-01T08:00:00Z
reject_from = "2025-07-01"
until = 2026-01-01T00:00:00

[[rules]]
profile = "http://x.test/o"
type = "Observation"
mode = "warn"
applies = "claimed"

[[severities]]
issue = "code.display"
path = "Observation.code"
severity = "warning"
"""
CHINA = timezone(timedelta(hours=8))
READ = EnforcementPolicy(
    default="warn",
    types={"Patient": "reject", "AuditEvent": "off"},
    required={"Patient": ("http://x.test/p", "http://x.test/q|2")},
    validation=Policy(best_practice="warning", imposed_profiles=False, languages=("zh-CN",)),
    rules=(
        Rule(
            "http://x.test/p|2025.0.0",
            "Patient",
            datetime(2025, 1, 1, tzinfo=CHINA),
            datetime(2025, 4, 1, 8, tzinfo=UTC),
            datetime(2025, 7, 1, tzinfo=CHINA),
            datetime(2026, 1, 1, tzinfo=CHINA),
        ),
        Rule("http://x.test/o", "Observation", warn_from=ALWAYS, applies="claimed"),
    ),
    severities=(SeverityOverride("code.display", "warning", "Observation.code"),),
)


def test_a_toml_file_says_everything(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(WHOLE, encoding="utf-8")
    assert load_policy(file) == READ


def test_a_json_file_says_the_same(tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    document = {
        "default": "warn",
        "types": READ.types,
        "required_profiles": {"Patient": ["http://x.test/p", "http://x.test/q|2"]},
        "validation": {"best_practice": "warning", "imposed_profiles": False, "languages": ["zh-CN"]},
        "rules": [rule_document(each) for each in READ.rules],
        "severities": [{"issue": "code.display", "path": "Observation.code", "severity": "warning"}],
    }
    file.write_text(json.dumps(document), encoding="utf-8")
    assert load_policy(file) == READ


def test_the_example_of_the_docs_is_read() -> None:
    page = (Path(__file__).parents[2] / "docs" / "enforcement.md").read_text(encoding="utf-8")
    example = page.partition("```toml\n")[2].partition("```")[0]
    policy = read_policy(tomllib.loads(example), "x")
    assert [each.applies for each in policy.rules] == ["all", "claimed"]
    assert (policy.types, policy.validation.best_practice) == ({"AuditEvent": "warn"}, "warning")


def test_nothing_said_is_the_default_policy() -> None:
    assert read_policy({}, "x") == EnforcementPolicy()


@given(lives())
def test_a_rule_is_read_as_it_was_written(rule: Rule) -> None:
    if rule.dates[:3] != (None, None, None):
        document = json.loads(json.dumps({"rules": [rule_document(rule)]}))
        assert read_policy(document, "x").rules == (rule,)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("defualt = 'warn'", "there is no key 'defualt'; expected default, types"),
        ("default = 'hard'", "default is 'hard'; expected off | observe | warn | reject"),
        ("types = 1", "types is 1; expected a table"),
        ("types.Patient = 'never'", "types.Patient is 'never'; expected off | observe | warn | reject"),
        ("utc_offset = '8'", "utc_offset is '8'; expected an offset such as '+08:00'"),
        ("rules = 'x'", "rules is 'x'; expected a list of tables"),
        ("[[rules]]\nprofile = 'p'", "rules[0]: 'type' is missing"),
        ("[[rules]]\nprofile = 'p'\ntype = 'T'", "rules[0]: 'mode' or one of observe_from, warn_from, reject_from"),
        ("[[rules]]\nprofile = ''\ntype = 'T'", "rules[0]: profile is ''; expected a text"),
        ("[[rules]]\nprofile = 'p'\ntype = 'T'\nwarn_from = 'soon'", "rules[0]: warn_from is 'soon'; expected a date"),
        ("[[rules]]\nprofile = 'p'\ntype = 'T'\nwarn_from = 1", "rules[0]: warn_from is 1; expected a date"),
        (
            "[[rules]]\nprofile = 'p'\ntype = 'T'\nwarn_from = 2025-02-01\nreject_from = 2025-01-01",
            "rules[0]: reject_from is 2025-01-01T00:00:00+00:00; expected no sooner than warn_from",
        ),
        (
            "[[rules]]\nprofile = 'p'\ntype = 'T'\nmode = 'warn'\nreject_from = 2025-01-01",
            "rules[0]: found mode and a date on which it changes; expected one of them",
        ),
        ("[[rules]]\nprofile = 'p'\ntype = 'T'\napplies = 'x'", "rules[0]: applies is 'x'; expected all | claimed"),
        ("[required_profiles]\nPatient = 'p'", "required_profiles.Patient is 'p'; expected a list of texts"),
        ("[[severities]]\nissue = 'code.displays'\nseverity = 'error'", "did you mean 'code.display'?"),
        (
            "[[severities]]\nissue = 'code'\nseverity = 'fatal'",
            "severities[0]: severity is 'fatal'; expected error | warning | information | ignore",
        ),
        ("[validation]\nbest_practise = 'error'", "validation: there is no key 'best_practise'; expected unknown_ext"),
        ("[validation]\nbest_practice = 'x'", "validation.best_practice is 'x'; expected error | warning"),
        ("[validation]\npublishing = 'yes'", "validation.publishing is 'yes'; expected true or false"),
        ("default =", "is not TOML"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_is_expected(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_policy(file)
    assert str(file) in str(caught.value)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content"), [("none.toml", None), ("a.json", b"[1"), ("b.json", b"[]"), ("c.toml", b"\xff")]
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(SettingsError, match=name):
        load_policy(tmp_path / name)


def test_types_and_profiles_that_are_not_there_are_all_named() -> None:
    bp = "http://hl7.org/fhir/StructureDefinition/bp"
    policy = EnforcementPolicy(
        types={"Pateint": "warn"},
        rules=(Rule("http://x.test/p", "Patient"), Rule(bp, "Patient"), Rule(bp, "Observation")),
        required={"Encounter": ("http://x.test/e",)},
    )
    with pytest.raises(SettingsError) as caught:
        check_policy(policy, core(), "file")
    faults = str(caught.value).split("; file: ")
    assert len(faults) == 4
    assert "did you mean 'Patient'?" in faults[0]
    assert "the profile http://x.test/p of Patient cannot be used" in faults[1]
    assert faults[2] == f"the profile {bp} is for Observation; expected one for Patient"
    check_policy(EnforcementPolicy(rules=(Rule(bp, "Observation"),)), core(), "file")
