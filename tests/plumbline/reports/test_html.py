from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class _Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)

    def named(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def page(written, results):
    return _Page(written("html", results))


def test_nothing_is_loaded_from_elsewhere(page):
    loading = ("src", "srcset", "data", "poster", "background")
    assert not [attributes for _, attributes in page.tags if any(name in attributes for name in loading)]
    assert not page.named("link")
    policy = next(each["content"] for each in page.named("meta") if "content" in each and "http-equiv" in each)
    assert policy.startswith("default-src 'none'")


def test_texts_of_records_cannot_become_markup(page):
    assert len(page.named("script")) == 1
    assert any("<script>alert(1)</script>" in text for text in page.text)


def test_figures_stand_before_rules_and_rules_before_places(written, results):
    text = written("html", results)
    places = [text.index(each) for each in ('class="tile"', "By rule", "By record", 'class="rule"')]
    assert places == sorted(places)


def test_findings_of_one_rule_stand_together(page):
    rules = [each["data-severity"] for each in page.named("details")]
    assert rules == ["fatal", "warning"]
    assert len(page.named("article")) == 3


def test_the_line_at_fault_is_marked(page):
    marked = [each for each in page.named("span") if each.get("class") == "mark"]
    assert [each["data-line"] for each in marked] == ["7"]


def test_a_run_without_findings_says_so(written, results):
    assert "No issues found." in written("html", results[:1])


def test_the_page_speaks_chinese(written, results):
    text = written("html", results, language="zh")
    assert '<html lang="zh-CN">' in text
    assert "校验报告" in text
    assert "By rule" not in text


def test_only_the_first_places_of_a_frequent_rule_are_shown(written, results):
    many = _Page(written("html", [results[1]] * 80))
    assert len(many.named("article")) == 50
    assert any("30 more places" in text for text in many.text)


@pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")
def test_a_real_browser_runs_the_filters_and_reports_no_violation(written, results, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(written("html", results), encoding="utf-8")
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    command = [BROWSER, *QUIET, profile, "--enable-logging=stderr", "--dump-dom", path.as_uri()]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert re.search(r'<div class="filters">', ended.stdout), "the script shows the filters when it runs"
    assert "Content Security Policy" not in ended.stderr
    picture = tmp_path / "report.png"
    command = [BROWSER, *QUIET, profile, f"--screenshot={picture}", "--window-size=1200,900", path.as_uri()]
    subprocess.run(command, capture_output=True, timeout=120, check=True)
    assert picture.stat().st_size > 10_000
