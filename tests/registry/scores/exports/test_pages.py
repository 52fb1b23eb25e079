from __future__ import annotations

import re
import string
import subprocess
import sys
from dataclasses import replace

import pytest

from conformance.scoring.peers import Funnel, Point
from fhir_kernel.issues import Language
from registry.scores.account import ScoreAccount
from registry.scores.exports.charts.funnel import funnel_chart
from registry.scores.exports.page import report_html, verification_html
from registry.scores.exports.published import Published
from registry.scores.exports.words import WORDS
from tests.registry.scores.exports.told import BARE, DIGEST, EVIL, HEAD, HOSTILE, ORDINARY, PERIOD, WITHHELD

LANGUAGES: tuple[Language, ...] = ("en", "zh")
PUBLISHED = Published(HEAD, PERIOD, 48_213, "https://registry.example/api/scores/2026-10-1/content", "2026-10-2")
ACCOUNTS = {"ordinary": ORDINARY, "withheld": WITHHELD, "bare": BARE, "hostile": HOSTILE}


def text_of(page: str) -> str:
    """What a reader reads."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.partition("<body>")[2]))


def first_part(account: ScoreAccount, language: Language) -> tuple[str, str]:
    """The verdict, and what follows."""
    verdict, _, rest = report_html(account, language).partition(f'aria-label="{WORDS["trend"].said_in(language)}"')
    return verdict, rest


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ACCOUNTS)
def test_the_same_account_gives_the_same_bytes(name: str, language: Language) -> None:
    assert report_html(ACCOUNTS[name], language) == report_html(ACCOUNTS[name], language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_tells_the_score_with_all_that_belongs_to_it(language: Language) -> None:
    first = text_of(first_part(ORDINARY, language)[0])
    for expected in ("青山县人民医院", "84.31", "82.50 – 85.80", "C3", "79.0%", "12,620", "0.7312", "+4.59", "0.731"):
        assert expected in first


def test_what_to_mend_is_told_with_the_greatest_gain_first_and_leads_to_its_annex() -> None:
    page = report_html(ORDINARY, "en")
    assert [float(each) for each in re.findall(r"<b>\+([0-9.]+)</b></td>", page)] == [4.59, 3.31, 0.53, 0.31, 0.07]
    for target in re.findall(r'href="#([^"]*)"', page):
        assert f'id="{target}"' in page


def test_the_annex_has_each_rule_to_mend_in_full_and_the_others_as_a_table() -> None:
    annex = report_html(ORDINARY, "en").partition("Annex: rules to mend</h2>")[2]
    assert annex.count('<article class="rule"') == 7
    for expected in ("5.2.1", "Observation/9f2c/_history/3", "Observation.code.coding[0].code", "x-999", "his#2.1"):
        assert expected in annex
    assert "refused, not kept" in annex
    others = text_of("<body>" + annex.partition("Annex: the other rules</h2>")[2])
    assert "#Observation.status:min" in others
    assert "#Observation.code:binding" not in others


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_expected_but_never_came_is_told_on_the_first_page_and_listed(language: Language) -> None:
    first, rest = first_part(ORDINARY, language)
    assert WORDS["silent"].said_in(language).format(count=1) in first
    listed = rest.partition("#Observation.issued:order")[2].partition("</article>")[0]
    assert WORDS["silent-note"].said_in(language) in listed
    assert rest.count(WORDS["silent-note"].said_in(language)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_withheld_score_is_shown_without_any_number_that_could_be_one(language: Language) -> None:
    page = text_of(report_html(WITHHELD, language))
    assert WITHHELD.withheld[0].said_in(language) in page
    for number in ("84.31", "82.50", "0.7312", "+4.59", "4.5900"):
        assert number not in page
    assert WORDS["gain"].said_in(language) not in page.replace(WORDS["withheld-note"].said_in(language), "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_the_institution_itself_is_named_among_its_peers(language: Language) -> None:
    page = report_html(ORDINARY, language)
    assert "org-" not in page
    assert page.count("青山县人民医院</text>") == 1
    assert WORDS["within"].said_in(language) in text_of(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_account_with_nothing_in_it_says_so(language: Language) -> None:
    page = text_of(report_html(BARE, language))
    for name in ("no-trend", "no-peers", "no-failures", "nothing-to-mend"):
        assert WORDS[name].said_in(language) in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_texts_are_escaped_in_the_page_and_its_charts(language: Language) -> None:
    page = report_html(HOSTILE, language)
    for name in ("script", "img"):
        assert f"<{name}" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r'<[^>]* (?:style|on\w+)="', page)
    assert EVIL not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_stand_alone_under_a_strict_policy(language: Language) -> None:
    for page in (report_html(ORDINARY, language), verification_html(DIGEST, PUBLISHED, language)):
        assert not re.search(r'(?:src|srcset|action|data)="', page)
        assert not re.search(r'href="(?!#)', page)
        assert not re.search(r'<[^>]* style="', page)
        assert "default-src 'none'" in page
        assert f'<html lang="{"zh-CN" if language == "zh" else "en"}">' in page


def test_charts_and_tables_are_there_for_those_who_do_not_see() -> None:
    page = report_html(ORDINARY, "en")
    labels = re.findall(r'<svg [^>]*role="img" aria-label="([^"]+)"', page)
    assert len(labels) == page.count("<svg") == 3
    assert "D3 completeness and coverage 0.703" in labels[0]
    assert "2026-10 84.31" in labels[1]
    assert "84.31 from 12620 judgements: within the limits" in labels[2]
    for header in re.findall(r"<th(?: [^>]*)?>", page):
        assert "scope=" in header
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids))


def test_an_alarm_is_told_in_words_and_in_red() -> None:
    page = report_html(ORDINARY, "en")
    assert text_of(page).count("alarm: the score falls") == 1
    assert 'stroke="#b3261e"' in page
    calm = replace(ORDINARY, windows=tuple(replace(each, alarm=False) for each in ORDINARY.windows))
    assert 'stroke="#b3261e"' not in report_html(calm, "en")


def test_both_languages_say_everything() -> None:
    for name, said in WORDS.items():
        assert said.en.strip(), name
        assert said.zh.strip(), name
        fields = [{field for _, field, _, _ in string.Formatter().parse(text) if field} for text in (said.en, said.zh)]
        assert fields[0] == fields[1], name
        if name not in ("comma", "colon"):
            assert re.search(r"[\u4e00-\u9fff]", said.zh), name
            assert not re.search(r"[\u4e00-\u9fff]", said.en.replace("甲/乙", "")), name


def test_a_chinese_page_has_no_english_words_of_ours() -> None:
    page = text_of(report_html(ORDINARY, "zh"))
    for said in WORDS.values():
        if len(said.en) > 4 and said.en.isalpha():
            assert said.en not in page.split()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_known_digest_tells_what_was_published_and_how_to_check_it(language: Language) -> None:
    page = text_of(verification_html(DIGEST, PUBLISHED, language))
    for expected in (DIGEST, "2026-11-02 01:30 UTC", "pack-2026-10", "2026-10-01 – 2026-10-31", "48,213", "2026-10-2"):
        assert expected in page
    assert "sha256sum 2026-10-1.json" in page
    assert WORDS["verified"].said_in(language) in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_digest_is_said_to_be_unknown(language: Language) -> None:
    page = verification_html(EVIL, None, language)
    assert WORDS["unknown"].said_in(language) in page
    assert WORDS["verified"].said_in(language) not in page
    assert "<script" not in page


def test_the_library_of_charts_is_loaded_only_when_one_is_drawn() -> None:
    asked = "import sys, registry.scores.exports.routes; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], timeout=60).returncode == 0


def test_the_order_of_the_points_of_a_chart_tells_nobody_who_they_are() -> None:
    rows = [(900, 91.0), (300, 70.5), (500, 84.2), (700, 66.0)]
    charts = set()
    for places in ((0, 1, 2, 3), (0, 3, 1, 2)):
        own, *others = (Point(f"h{at}", *rows[place], "within") for at, place in enumerate(places))
        charts.add(funnel_chart(Funnel(80.0, 1.0, (own, *others)), own, "Own", "en"))
    assert len(charts) == 1
