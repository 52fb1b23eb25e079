"""The report of a score, and what is told of a digest, as pages for people that print on A4."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from conformance.scoring.peers import Point
from fhir_kernel.issues import Language
from registry.html import html_page
from registry.scores.account import RuleAccount, ScoreAccount
from registry.scores.exports.charts.dimensions import dimensions_chart
from registry.scores.exports.charts.funnel import funnel_chart
from registry.scores.exports.charts.trend import trend_chart
from registry.scores.exports.numbers import change, count, minute, percent, score
from registry.scores.exports.published import Published
from registry.scores.exports.words import word

FIRST = 5
"""How many rules to mend stand on the first page."""


def report_html(account: ScoreAccount, language: Language) -> str:
    """Everything an account says; the same account gives the same bytes."""
    return _page(
        "report.html.jinja",
        language,
        account=account,
        is_scored=account.value is not None,
        charts=_charts(account, language),
        own=own_point(account),
        first=to_mend(account)[:FIRST],
        failing=[each for each in account.rules if is_failing(each)],
        silent=[each for each in account.rules if is_silent(each)],
        passing=[each for each in account.rules if not is_failing(each)],
    )


def verification_html(digest: str, found: Published | None, language: Language) -> str:
    """What was published under a digest, or that nothing was."""
    return _page("verification.html.jinja", language, digest=digest, found=found)


def to_mend(account: ScoreAccount) -> list[RuleAccount]:
    """The rules whose mending would raise the score, the greatest gain first; none where no score is given."""
    return [each for each in account.rules if each.gain > 0 and account.value is not None]


def is_failing(each: RuleAccount) -> bool:
    """Whether there is something to mend about a rule: it failed, did not come, or was never asked."""
    return each.failed > 0 or each.gain > 0 or is_silent(each)


def is_silent(each: RuleAccount) -> bool:
    """Whether nothing came that a rule could judge, so that it counts as 0."""
    return each.judged == each.errors == 0


def own_point(account: ScoreAccount) -> Point | None:
    """Where the institution lies among its peers."""
    if account.peers is None or account.value is None:
        return None
    return next((each for each in account.peers.points if each.owner == account.subject.id), None)


def _charts(account: ScoreAccount, language: Language) -> dict[str, str]:
    peers = account.peers
    return {
        "dimensions": dimensions_chart(account, language) if account.value is not None else "",
        "trend": trend_chart(account, language) if len(account.trend) > 1 else "",
        "funnel": "" if peers is None else funnel_chart(peers, own_point(account), account.subject.name, language),
    }


def _page(template: str, language: Language, **content: Any) -> str:
    folder = files("registry.scores.exports") / "pages"
    told = {"score": score, "change": change, "percent": percent, "count": count, "minute": minute}
    return html_page(folder, template, language, word, **told, **content)
