from __future__ import annotations

import pytest

from fhir_kernel.settings import Settings
from plumbline.demo import package_folder, policy_file
from plumbline.demo.act import Stage, perform
from plumbline.wiring import build_catalog, build_enforcement


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    (folder / "records.sqlite").write_bytes(b"what a run before has left")
    return Stage(folder)


@pytest.fixture(scope="module")
def performed(stage):
    return perform(stage, "en")


def test_each_record_is_accepted_warned_about_or_refused(performed):
    tallies, _ = performed
    careful, careless, example = ([each.verdicts[v] for v in ("accepted", "warned", "refused")] for each in tallies)
    assert careful[0] > 30
    assert careful[1] == 0
    assert careful[2] <= 3
    assert careless[1] > 0
    assert careless[2] > careful[2]
    assert example[0] > 0
    assert example[2] > 0


def test_the_most_frequent_reasons_for_refusal_are_told_in_words(performed):
    frequent = performed[0][1].frequent(3)
    assert [count for count, _ in frequent] == sorted((count for count, _ in frequent), reverse=True)
    assert any(text.startswith("Observation.status: 已审核 is not in the value set") for _, text in frequent)


def test_evidence_is_kept_by_institution_also_of_what_is_only_observed(performed):
    tallies, kept = performed
    ids = {each.organisation.id for each in tallies}
    assert set(kept.documents) == ids
    assert kept.documents[tallies[0].organisation.id] == tallies[0].verdicts.total()
    assert kept.observed[tallies[0].organisation.id] > 0
    assert kept.total == kept.documents.total()


def test_the_store_the_keys_and_the_policy_lie_in_the_folder(performed, stage):
    assert stage.store.is_file()
    assert list(stage.keys.glob("*.key.json"))
    assert stage.policy.read_bytes() == policy_file().read_bytes()


def test_one_profile_is_in_each_mode():
    judge = build_enforcement(build_catalog(load=[str(package_folder())]), Settings(enforcement_file=policy_file()))
    assert judge is not None
    text = policy_file().read_text(encoding="utf-8")
    assert [text.count(f'mode = "{mode}"') for mode in ("observe", "warn", "reject")] == [1, 1, 1]
