"""What is sent wrongly is refused with the reason, over HTTP and at the command line, and nothing of it is kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib.resources import files

import pytest

from tests.journeys.saying import says
from tests.journeys.scores.ground import after
from tests.journeys.scores.records import url_of

POLICY = files("conformance.scoring").joinpath("policy.toml").read_text(encoding="utf-8")
E, M = "evaluator", "business"


@pytest.fixture(scope="module")
def period(clinics):
    """One that is over, in which nobody sent anything."""
    return clinics.close(clinics.next_month(), {})


def snapshots(clinics, period):
    return clinics.asking.done("listSnapshots", query={"period": period})["snapshots"]


def test_a_policy_whose_weights_do_not_add_up(clinics):
    before = clinics.asking.done("listScorePolicies")
    wrong = POLICY.replace("D1 = 0.20", "D1 = 0.30").replace("2026.2", "mine 1")
    body = {"text": wrong, "begin": "2025-01-01", "reason": "more structure"}
    says(clinics.asking.refused("publishScorePolicy", body, M), 422, "1.1", "expected")
    assert clinics.asking.done("listScorePolicies") == before


@pytest.mark.parametrize("text", ["2999-01", "2025-13", "2025-00", "2025", "", "2025-01-01", "２０２５-01"])
def test_a_period_in_the_future_or_none_at_all(clinics, plumbline, text):
    says(clinics.asking.refused("takeScores", {"period": text}, E), 422, "")
    assert not [each for each in clinics.asking.done("listSnapshots")["snapshots"] if each["period"] == text]
    told = plumbline("score", "run", "--period", text, "--store", clinics.settings.store)
    assert told.status == 2, told
    assert told.err.startswith("plumbline: "), told.err
    assert "expected" in told.err


def test_the_month_that_is_not_over(clinics):
    today = clinics.calendar.today
    why = clinics.asking.refused("takeScores", {"period": f"{today:%Y-%m}"}, E)
    says(why, 422, f"ends on {after(today) - timedelta(days=1)}", f"today being {today}")


def test_an_expected_volume_of_zero_among_good_ones(clinics):
    who, days = clinics.newcomer().name, {"begin": "2025-01-01", "end": "2025-01-31", "source": "claims"}
    rows = [{"institution": who, "dataSet": url_of("patient"), "count": 10, **days}]
    rows.append({"institution": who, "dataSet": url_of("encounter"), "count": 0, **days})
    rows.append({"institution": "nobody", "dataSet": url_of("encounter"), "count": 5, **days})
    answer = clinics.asking.ask("enterExpectedVolumes", {"volumes": rows}, E)
    assert answer.status == 422, answer.content
    for said in (b"found '0'", b"found 'nobody'"):
        assert said in answer.content, answer.content.decode()
    assert clinics.asking.done("listExpectedVolumes", by=E, query={"institution": who})["volumes"] == []


def test_a_check_of_an_unknown_rule_or_of_tomorrow_among_good_ones(clinics):
    who = clinics.newcomer().name
    good = {"institution": who, "rule": "check:tls", "passed": 1, "failed": 0, "error": 0, "source": "an inspection"}
    good["at"] = (clinics.calendar() - timedelta(days=1)).isoformat()
    tomorrow = (clinics.calendar() + timedelta(days=1)).isoformat()
    for wrong in ({"rule": "check:nonsense"}, {"at": tomorrow}, {"institution": "nobody"}, {"passed": 0}):
        says(clinics.asking.refused("enterChecks", {"checks": [good, {**good, **wrong}]}, E), 422, "expected")
    assert clinics.asking.done("listChecks", by=E, query={"institution": who})["checks"] == []


def test_an_institution_or_a_snapshot_that_is_not_there(clinics, period, plumbline):
    asking, store = clinics.asking, clinics.settings.store
    says(asking.refused("takeScores", {"period": period, "institution": "nobody"}, E), 404, "nobody")
    for operation in ("readSnapshot", "readSnapshotContent", "listProductScores"):
        says(asking.refused(operation, by=E, snapshot="2025-01-9"), 404, "2025-01-9")
    says(asking.refused("replaySnapshot", {}, E, snapshot="2025-01-9"), 404, "2025-01-9")
    for operation in ("readScoreAccount", "explainScore", "showScoreReport", "readMeasureReport"):
        says(asking.refused(operation, by=E, snapshot="2025-01-9", id="clinic0"), 404, "2025-01-9")
    for words in (
        ("run", "--period", period, "--institution", "nobody"),
        ("explain", "--period", "2024-02", "--institution", "nobody"),
        ("verify", "2025-01-9"),
    ):
        told = plumbline("score", *words, "--store", store)
        assert (told.status, told.err.startswith("plumbline: ")) == (2, True), told


def test_nobody_takes_a_score_who_may_not(clinics, period):
    says(clinics.asking.refused("takeScores", {"period": period}), 401, "logged in")
    says(clinics.asking.refused("takeScores", {"period": period}, "secretary"), 403, "role")


def test_two_snapshots_at_once(clinics, period):
    """Those who want the same get the same; of those who want different ones, who comes later is told or is next."""
    assert snapshots(clinics, period) == []

    def take(seed: int | None):
        body = {"period": period} if seed is None else {"period": period, "seed": seed}
        return clinics.asking.ask("takeScores", body, E)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(take, [None] * 4))
    assert [each.status for each in answers] == [201] * 4, [each.content for each in answers]
    assert [each["id"] for each in snapshots(clinics, period)] == [f"{period}-1"]
    assert [each.value["isNew"] for each in answers].count(True) == 1
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(take, [1, 2]))
    kept = [each["seed"] for each in snapshots(clinics, period)][1:]
    done = [each.value["snapshot"]["seed"] for each in answers if each.is_success]
    assert sorted(kept) == sorted(done)
    assert len(done) >= 1
    for each in answers:
        assert each.is_success or (each.status, "was taken meanwhile" in each.sentences) == (409, True)
