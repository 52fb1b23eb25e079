from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from registry.scores.exports.page import report_html
from tests.plumbline.reports.test_html import BROWSER, QUIET
from tests.registry.scores.exports.told import HOSTILE

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")


def test_a_real_browser_shows_the_report_without_breaking_its_policy(tmp_path: Path) -> None:
    page, picture = tmp_path / "report.html", tmp_path / "report.png"
    page.write_text(report_html(HOSTILE, "zh"), encoding="utf-8")
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    logged = ["--enable-logging=stderr", f"--screenshot={picture}", "--window-size=1000,2400"]
    command = [str(BROWSER), *QUIET, profile, *logged, page.as_uri()]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert "Content Security Policy" not in ended.stderr
    assert picture.stat().st_size > 50_000
