from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from registry.refusal import Refused
from registry.scores.account import Example
from registry.scores.account_json import account_json
from registry.scores.inputs.declaring import DECLARATIONS, KeptDeclaration
from registry.scores.inputs.versions import Attribution
from registry.scores.running.accounts import account_of, explained
from registry.scores.running.bridging import bridge_of, moved
from registry.scores.running.products import product_scores
from registry.scores.running.snapshots import row_of, snapshot_in
from registry.scores.running.strike import Strike
from registry.scores.running.taking import take_score
from tests.registry.scores.running.world import AROUND, GOOD, LABS, NOW, OCTOBER, SEPTEMBER, WEAK, rule_id

pytestmark = pytest.mark.anyio
FIRST = "2023-10-1"


async def taken(store, period=OCTOBER, around=AROUND):
    return (await take_score(store, period, around, NOW)).snapshot


@pytest.fixture
async def account(province, store):
    await province.opened("east", "west", "north")
    await province.send("east", labs=WEAK, notes=GOOD)
    await province.send("west", labs=GOOD, notes=GOOD)
    await province.send("north", labs=GOOD)
    await province.example("east", rule_id(LABS, "binding"))
    await taken(store)
    return await account_of(store, FIRST, "east", "https://here")


async def test_it_tells_the_same_numbers_as_the_snapshot(account, store):
    row = await row_of(store, await snapshot_in(store, FIRST), "east")
    assert (str(account.value), str(account.lower), account.level) == (row["score"], row["lower"], row["level"])
    assert {each.id: round(each.value, 6) for each in account.dimensions} == row["dimensions"]
    assert sum(each.share for each in account.dimensions) == pytest.approx(1)
    assert (account.subject.name, account.subject.class_id) == ("Hospital east", "county")
    assert account.verification == f"https://here/api/scores/verification/{account.snapshot.digest}/page"


async def test_what_is_worth_most_comes_first_with_its_words_and_an_example(account):
    gains = [each.gain for each in account.rules]
    assert gains == sorted(gains, reverse=True)
    rule = next(each for each in account.rules if each.rule.id == rule_id(LABS, "binding"))
    assert (rule.title.en, rule.fix.zh, rule.failed) == ("What binding asks", "改正", 310)
    assert rule.rule.clause == "6.2"
    assert rule.gain > 0
    row = ("Observation/1/_history/1", "Observation.code", "xxx-9", "code-unknown", "2023-10-07", "his#1")
    assert rule.examples == (Example(*row),)


async def test_checks_have_their_words(account):
    check = next(each for each in account.rules if each.rule.id == "check:tls")
    assert (check.title.en, check.rule.dimension) == ("Records travel by TLS only", "D7")


async def test_peers_are_told_from_three_on_and_without_names_in_json(account, store, province):
    assert account.peers is not None
    told = account_json(account)["peers"]
    assert sorted(each["own"] for each in told["points"]) == [False, False, True]
    assert "west" not in str(account_json(account))
    await province.add("west", kind="other")
    later = await taken(store)
    assert (await account_of(store, later.id, "east")).peers is None


async def test_earlier_months_are_its_trend(province, store):
    await province.opened("east")
    await province.send("east", first=date(2023, 7, 1), days=31, labs=GOOD, notes=GOOD)
    await province.send("east", labs=WEAK, notes=GOOD)
    await taken(store, "2023-07")
    await taken(store, SEPTEMBER)
    head = await taken(store)
    account = await account_of(store, head.id, "east")
    assert [each.period for each in account.trend] == ["2023-07", "2023-08", "2023-09", OCTOBER]
    assert account.trend[1].value is None
    assert account.trend[-1].value == account.value
    three, twelve = account.windows
    assert (three.months, twelve.months) == (3, 12)
    assert three.alarm
    assert three.before == account.trend[0].value


async def test_what_is_declared_away_is_told(province, store):
    await province.opened("east")
    await province.send("east", labs=GOOD)
    approved = Attribution("m", NOW, "")
    declared = KeptDeclaration(
        "d1",
        "county",
        "https://example.org/notes",
        date(2023, 9, 1),
        date(2024, 3, 1),
        approved,
        approved,
        date(2023, 9, 2),
    )
    await province.save(DECLARATIONS, "d1", declared.document())
    account = await account_of(store, (await taken(store)).id, "east")
    assert "https://example.org/notes#:volume" in account.excused
    assert account.coverage == 1.0


async def test_who_is_not_in_it_has_none(account, store):
    with pytest.raises(Refused, match=f"nobody is not scored in {FIRST}"):
        await account_of(store, FIRST, "nobody")
    with pytest.raises(Refused, match="there is no snapshot 2023-10-9"):
        await account_of(store, "2023-10-9", "east")


async def test_it_is_explained_in_sentences_up_to_what_to_mend(account, store):
    said = await explained(store, FIRST, "east")
    assert any(each.en.startswith(f"{rule_id(LABS, 'binding')} (D2, major, clause 6.2): n = ") for each in said)
    assert f"S = 100 · Π D^w = {account.value}" in " ".join(each.en for each in said)
    first = account.rules[0]
    assert f"to mend {first.rule.id} is worth {first.gain}" in " ".join(each.en for each in said)
    assert any("整改" in each.zh for each in said)


async def test_a_product_is_scored_from_three_institutions_on(province, store):
    await province.opened("a", "b", "c", "d")
    await province.product("his", "vendor")
    for name in "abc":
        await province.send(name, labs=GOOD)
    await province.send("d", labs=WEAK, product="lab#2")
    head = await taken(store)
    his, lab = await product_scores(store, head.id)
    assert (his.product, his.name, his.vendor, his.institutions) == ("his#1", "Product his", "vendor", 3)
    assert his.assessment.value is not None
    assert his.assessment.value > 95
    assert (lab.vendor, lab.assessment.value) == ("", None)
    assert lab.assessment.withheld[0].en == "1 institutions use lab#2; expected 3 at the least"


async def test_a_bridge_adds_up_to_the_difference(province, store):
    await province.opened("east", "west")
    await province.send("east", labs=WEAK, notes=GOOD)
    old = await taken(store)

    async def strikes(_reader):
        return (Strike("E-2026-001", rule_id(LABS, "binding"), date(2023, 10, 1), date(2023, 10, 31)),)

    await province.expect("east", "https://example.org/notes", 1500)
    new = await taken(store, around=replace(AROUND, strikes=strikes))
    made = await bridge_of(store, old.id, new.id, "east")
    rows = [await row_of(store, each, "east") for each in (old, new)]
    assert [str(made.old), str(made.new)] == [each["score"] for each in rows]
    assert sum((each.change for each in made.steps), Decimal(0)) == made.new - made.old
    causes = {(each.cause, each.subject) for each in made.steps}
    assert {("removed", rule_id(LABS, "binding")), ("changed", "https://example.org/notes#:volume")} <= causes
    changes = {each.institution: each.change async for each in moved(store, old, new)}
    assert changes["east"] == made.new - made.old


async def test_a_bridge_between_two_months_is_refused(account, store):
    await taken(store, SEPTEMBER)
    with pytest.raises(Refused, match="expected two of one month"):
        await bridge_of(store, "2023-09-1", FIRST, "east")
