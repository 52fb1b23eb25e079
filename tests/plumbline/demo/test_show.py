"""The whole demonstration, once, as somebody starts it; what is on the screen, and what can be opened afterwards."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from plumbline.demo.provinces.cast import APPEALS, MENDS, cast
from plumbline.demo.stage import Stage
from plumbline.demo.story import CHAPTERS
from tests.plumbline.test_serving_records import serving

SEED = 7
PHASES = ["00", "10", "20", "30", "40", "50", "60", "90", "95"]
ROW = re.compile(
    r"^(?P<name>\S+) +(?P<software>\S+ \d\.\d) +(?P<score>[\d.]+)(?: (?P<change>[+-][\d.]+))? +"
    r"(?P<lower>[\d.]+)–(?P<upper>[\d.]+) +(?P<level>C\d|—)(?: +1?\.\d\d){7}$",
    re.MULTILINE,
)
PRODUCT = re.compile(r"^(?P<product>\S+ \d\.\d) +\S+ +(?P<users>\d+) +\d+ +(?P<score>[\d.]+) ", re.MULTILINE)
WITHHOLDS, CAREFUL = 5, 0


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    (folder / "plumbline.sqlite").write_bytes(b"what a run before has left")
    return Stage(folder)


@pytest.fixture(scope="module")
def screen(stage):
    """What is on the screen when it is played in Chinese, and no terminal is there."""
    words = ("demo", "--exit", "--seed", str(SEED), "--lang", "zh", "--output", str(stage.folder))
    command = [sys.executable, "-m", "plumbline", *words]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=170)
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


@pytest.fixture(scope="module")
def months(screen):
    """The rows of both tables of scores, by institution."""
    rows = [each.groupdict() for each in ROW.finditer(screen)]
    half = len(rows) // 2
    return [{each["name"]: each for each in part} for part in (rows[:half], rows[half:])]


@pytest.fixture(scope="module")
def names():
    return [each.name for each in cast(SEED)]


def test_the_standard_goes_through_every_phase_and_records_are_accepted_warned_of_and_refused(screen):
    stages = re.findall(r"^\d{4}-\d\d-\d\d {2}(\d\d)\.\d\d ", screen, re.MULTILINE)
    assert len(stages) == sum(len(each.steps) for each in CHAPTERS)
    assert sorted(set(stages)) == PHASES
    outcomes = re.findall(r"没有出生日期的患者：(接受并警告|接受|拒绝)", screen)
    assert outcomes == ["接受", "接受并警告", "拒绝"]


def test_refusals_have_the_sentences_of_the_server_in_the_language_of_the_screen(screen):
    refusals = [line.split("→ ", 1)[1] for line in screen.splitlines() if "✗" in line and "→" in line]
    assert len(refusals) >= 15
    assert all(re.match(r"4\d\d .*[\u4e00-\u9fff]", each) for each in refusals)


def test_the_screen_says_that_the_clock_was_moved_on_and_that_it_is_a_sample(screen):
    assert "时钟由 2025-01-06 拨至 2026-" in screen
    assert "非正式标准" in screen


def test_everybody_has_a_score_within_its_interval_in_both_months(months, names):
    for month in months:
        assert list(month) == names
        for each in month.values():
            assert 0 < float(each["lower"]) < float(each["score"]) < float(each["upper"]) < 100


def test_who_withholds_scores_lower_than_who_sends_everything(months, names):
    for month in months:
        assert float(month[names[WITHHOLDS]]["score"]) < float(month[names[CAREFUL]]["score"]) - 5


def test_the_one_that_mends_what_stands_first_rises_more_than_anybody(months, names):
    changes = {name: float(each["change"]) for name, each in months[1].items()}
    assert max(changes, key=lambda each: changes[each]) == names[MENDS]
    assert changes[names[MENDS]] > 3


def test_the_upheld_appeal_raises_the_score_of_whoever_appealed(screen, names):
    before, after = re.findall(rf"· {names[APPEALS]}：([\d.]+) → ([\d.]+)$", screen, re.MULTILINE)[0]
    assert float(before) < float(after)
    assert "申诉成立，勘误 E-2025-001" in screen
    assert "理由：勘误 E-2025-001" in screen


def test_snapshots_are_the_same_when_they_are_replayed(screen):
    assert re.findall(r"快照 (\S+)：由计数重新计算，逐字节(\S+)", screen) == [
        ("2025-08-1", "一致"),
        ("2025-09-1", "一致"),
    ]


def test_the_better_product_scores_higher_over_all_who_use_it(screen):
    scores = {each["product"]: float(each["score"]) for each in PRODUCT.finditer(screen)}
    assert len(scores) == 3
    assert max(scores, key=lambda each: scores[each]) == "正元HIS 4.2"
    assert scores["远帆云HIS 1.8"] < scores["远帆云HIS 2.0"]


def test_the_report_is_there_in_both_languages(stage, screen):
    pages = {path.name[-7:-5]: path.read_text(encoding="utf-8") for path in stage.reports.iterdir()}
    assert sorted(pages) == ["en", "zh"]
    assert all(cast(SEED)[MENDS].name in page and "<svg" in page for page in pages.values())
    assert all(path.as_uri() in screen for path in stage.reports.iterdir())


def test_every_address_that_is_shown_can_be_opened_and_the_login_holds(screen, stage, monkeypatch):
    monkeypatch.setenv("PLUMBLINE_KEY_FOLDER", str(stage.keys))
    shown = re.findall(r"^ {2}http://127\.0\.0\.1:\d+(\S+) ", screen, re.MULTILINE)
    (password,) = re.findall(r'"password": "(\S+?)"', screen)
    behind = re.findall(r'Bearer \$TOKEN" http://127\.0\.0\.1:\d+(\S+) ', screen)
    assert len(shown) >= 12
    assert len(behind) == 2
    with serving("--open", "--quiet", "--store", f"sqlite:///{stage.store}") as (_, client):
        assert {path: client.get(path).status_code for path in shown} == dict.fromkeys(shown, 200)
        token = client.post("/api/session", json={"login": "evaluator", "password": password}).json()["token"]
        headers = {"authorization": f"Bearer {token}"}
        statuses = {path: client.get(path, headers=headers).status_code for path in behind}
        assert statuses == dict.fromkeys(behind, 200)
