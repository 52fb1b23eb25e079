"""What does not apply to a class is declared by one person, approved by another, and expires."""

from __future__ import annotations

from datetime import date

import pytest

from registry.scores.inputs.reading import declarations
from tests.registry.http.client import told
from tests.registry.scores.inputs.world import LABS

pytestmark = pytest.mark.anyio
ASKED = {
    "class": "tertiary-a",
    "target": LABS,
    "reason": "laboratories are elsewhere",
    "begin": "2026-03-01",
    "expires": "2026-09-01",
}


async def declared(inputs, by="business", **more):
    return await inputs.ask("declareNotApplicable", {**ASKED, **more}, by)


async def test_one_person_declares_and_another_approves(inputs):
    made = (await declared(inputs)).json()
    assert (made["state"], made["declared"]["by"]) == ("proposed", inputs.id("business"))
    assert await declarations(inputs.store) == []
    own = await inputs.ask("approveDeclaration", {}, "business", id=made["id"])
    assert told(own) == "403 you declared it yourself; expected another person to decide"
    by_evaluator = await inputs.ask("approveDeclaration", {}, "evaluator", id=made["id"])
    assert told(by_evaluator).startswith("403 deciding about a declaration needs the role M")
    done = await inputs.done("approveDeclaration", {}, "other_business", id=made["id"])
    assert (done["state"], done["approvedOn"]) == ("approved", "2026-03-02")
    (found,) = await declarations(inputs.store)
    assert (found.class_id, found.target, found.expires) == ("tertiary-a", LABS, date(2026, 9, 1))
    assert (found.approved_by, found.approved_on) == (inputs.id("other_business"), date(2026, 3, 2))
    again = await inputs.ask("rejectDeclaration", {"reason": "x"}, "other_business", id=made["id"])
    assert told(again) == "409 the declaration is approved; expected one that is proposed"


async def test_what_was_rejected_is_of_no_account_and_is_listed_with_its_reason(inputs):
    made = (await declared(inputs, target="check:tls")).json()
    await inputs.done("rejectDeclaration", {"reason": "it applies"}, "other_business", id=made["id"])
    await declared(inputs)
    assert await declarations(inputs.store) == []
    (found,) = (await inputs.done("listDeclarations", query={"state": "rejected"}))["declarations"]
    assert (found["target"], found["rejected"]["reason"]) == ("check:tls", "it applies")
    first = await inputs.done("listDeclarations", query={"count": 1})
    rest = await inputs.done("listDeclarations", query={"count": 5, "after": first["next"]})
    assert [each["state"] for each in (*first["declarations"], *rest["declarations"])] == ["rejected", "proposed"]


async def test_it_has_to_expire_within_a_year(inputs):
    without = {name: value for name, value in ASKED.items() if name != "expires"}
    asked = await inputs.ask("declareNotApplicable", without, "business")
    assert told(asked) == "422 expires: found nothing; expected a value"
    long = await declared(inputs, expires="2027-03-03")
    assert told(long) == (
        "422 expires: found 2027-03-03; expected a day after 2026-03-01, and 2027-03-02 at the latest"
    )
    assert told(await declared(inputs, expires="2026-03-01")).startswith("422 expires: found 2026-03-01")
    over = await declared(inputs, begin="2026-01-01", expires="2026-03-02")
    assert told(over) == "422 expires: found 2026-03-02; expected a day after today, 2026-03-02"


async def test_nobody_approves_what_has_expired_since(inputs):
    made = (await declared(inputs, expires="2026-03-10")).json()
    await inputs.somebody("other_business")
    inputs.office.time.go_on(days=10)
    await inputs.again("other_business")
    asked = await inputs.ask("approveDeclaration", {}, "other_business", id=made["id"])
    assert told(asked) == "409 the declaration is expired; expected one that is proposed"


async def test_what_nobody_knows_cannot_be_declared_not_to_apply(inputs):
    said = told(await declared(inputs, **{"class": "none", "target": "http://example.org/x"}))
    assert "class: found none; expected one of tertiary-a" in said
    assert "target: found http://example.org/x; expected a data set of a published standard" in said
    assert (await declared(inputs, target=f"{LABS}#:volume")).is_success


async def test_an_institution_asks_for_its_own_class_only(inputs):
    member = await inputs.member("h1")
    assert (await declared(inputs, member)).is_success
    assert (await declared(inputs, member, **{"class": "secondary"})).status_code == 403
    assert (await declared(inputs, "visitor")).status_code == 403


async def test_nobody_approves_what_would_excuse_their_own_institution(inputs):
    made = (await declared(inputs)).json()
    own = await inputs.member("h2", "other_business")
    asked = await inputs.ask("approveDeclaration", {}, own, id=made["id"])
    assert told(asked).startswith("403 this needs somebody who does not belong to an institution of the class")


async def test_an_approved_one_is_revoked_from_today_on(inputs):
    made = (await declared(inputs)).json()
    await inputs.done("approveDeclaration", {}, "other_business", id=made["id"])
    done = await inputs.done("revokeDeclaration", {"reason": "it does apply"}, "business", id=made["id"])
    assert (done["state"], done["expires"]) == ("revoked", "2026-03-02")
    (found,) = await declarations(inputs.store)
    assert found.expires == date(2026, 3, 2)
