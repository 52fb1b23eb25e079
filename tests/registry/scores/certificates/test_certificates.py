"""A product gets a certificate by its score, with a number of its own, which everybody can check and N can withdraw."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from datetime import date
from hashlib import sha256

import pytest

from registry.scores.certificates.certificate import last_day
from tests.registry.http.client import told
from tests.registry.scores.certificates.world import SNAPSHOT, keep_snapshot

pytestmark = pytest.mark.anyio
OPENSSL = shutil.which("openssl")
WANTED = {"product": "his#2.1", "snapshot": SNAPSHOT}


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
async def test_a_certificate_says_what_the_product_scored_and_holds_for_a_year(office):
    shown = await office.issued()
    assert shown["number"] == "CERT-2026-0001"
    assert (shown["issued"], shown["validUntil"], shown["status"]) == ("2026-03-02", "2027-03-01", "active")
    assert await office.done("readCertificate", number="CERT-2026-0001") == shown
    content = (await office.ask("readCertificateContent", number="CERT-2026-0001")).content
    assert sha256(content).hexdigest() == shown["digest"]
    signed = json.loads(content)
    assert signed["product"] == {
        "id": "his",
        "name": "Product <b>his</b>",
        "vendor": {"id": "vendor-1", "name": "明日<软件>"},
        "version": "2.1",
    }
    assert signed["snapshot"]["id"] == SNAPSHOT
    assert signed["score"] == {
        "dimensions": {"D1": "0.9700", "D2": "0.8500"},
        "institutions": 3,
        "lower": "88.10",
        "upper": "93.40",
        "value": "91.25",
    }
    assert signed["rule"] == {"dimension": "0.7", "level": "C3", "lower": "80"}


@pytest.mark.skipif(OPENSSL is None, reason="openssl is not on PATH")
async def test_openssl_verifies_it_as_its_page_says(office, tmp_path):
    shown = await office.issued()
    for name, operation in (("c.json", "readCertificateContent"), ("c.sig", "readCertificateSignature")):
        (tmp_path / name).write_bytes((await office.ask(operation, number=shown["number"])).content)
    (key,) = (each for each in office.signer.public_keys() if each.id == shown["key"])
    (tmp_path / "key.pem").write_text(key.pem)
    command = [OPENSSL, "dgst", "-sha256", "-verify", "key.pem", "-signature", "c.sig", "c.json"]
    good = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert good.stdout.strip() == "Verified OK"
    (tmp_path / "c.json").write_bytes((tmp_path / "c.json").read_bytes().replace(b"88.10", b"98.10"))
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode != 0


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_its_page_tells_everything_in_both_languages_and_nothing_of_it_is_taken_for_html(office, language):
    shown = await office.issued()
    answer = await office.ask("showCertificate", number=shown["number"], query={"language": language})
    for text in (shown["number"], shown["digest"], shown["key"], shown["content"], "openssl dgst -sha256 -verify"):
        assert text in answer.text
    assert f'<html lang="{"zh-CN" if language == "zh" else "en"}">' in answer.text
    assert ("标准符合性证书" if language == "zh" else "Certificate of conformance") in answer.text
    assert "Product &lt;b&gt;his&lt;/b&gt;" in answer.text
    assert "<b>" not in answer.text


async def test_a_product_that_falls_short_is_told_each_number_that_it_lacks(office):
    answer = await office.ask("issueCertificate", {"product": "weak#1", "snapshot": SNAPSHOT}, office.evaluator)
    assert told(answer) == (
        "409 product: the lower limit of the score: found 79.99; expected 80 at the least; "
        "product: D2: found 0.690; expected 0.7 at the least"
    )
    answer = await office.ask("issueCertificate", {"product": "rare#1", "snapshot": SNAPSHOT}, office.evaluator)
    assert told(answer) == "409 product: 2 institutions use rare#1; expected 3 at the least"
    assert (await office.done("listCertificates"))["certificates"] == []


@pytest.mark.parametrize(
    ("product", "said"),
    [
        ("his#9", "404 product: his#9 has no score in 2026-02-1"),
        ("gone#1", "404 product: no product 'gone' is registered"),
        ("his", "422 product: found his; expected a text like [^#]+#[^#]+"),
    ],
)
async def test_what_has_no_score_or_is_not_registered_gets_none(office, product, said):
    assert told(await office.ask("issueCertificate", {**WANTED, "product": product}, office.officer)) == said


async def test_a_snapshot_that_was_replaced_gives_no_certificate_and_those_it_gave_stay(office):
    number = (await office.issued())["number"]
    await keep_snapshot(office.store, "2026-02-2")
    answer = await office.ask("issueCertificate", {**WANTED, "product": "lab#1"}, office.officer)
    assert told(answer) == "409 snapshot: 2026-02-1 was replaced by 2026-02-2; expected that one"
    assert (await office.done("readCertificate", number=number))["status"] == "active"
    again = await office.done("issueCertificate", {**WANTED, "snapshot": "2026-02-2"}, office.officer)
    assert again["number"] == "CERT-2026-0002"


async def test_only_n_and_e_of_the_nation_issue_and_only_n_withdraws(office):
    assert (await office.ask("issueCertificate", WANTED)).status_code == 401
    assert (await office.ask("issueCertificate", WANTED, office.local)).status_code == 403
    number = (await office.done("issueCertificate", WANTED, office.evaluator))["number"]
    reason = {"reason": "the snapshot was wrong"}
    assert (await office.ask("withdrawCertificate", reason, office.evaluator, number=number)).status_code == 403
    assert (await office.ask("withdrawCertificate", {}, office.officer, number=number)).status_code == 422


async def test_nobody_issues_one_for_their_own_vendor(office):
    await office.belongs(office.evaluator, "vendor-1")
    answer = await office.ask("issueCertificate", WANTED, office.evaluator)
    assert told(answer) == "403 this needs somebody who does not belong to the vendor"


@pytest.mark.parametrize("store", ["sqlite", "mongodb"], indirect=True)
async def test_certificates_issued_at_once_have_numbers_of_their_own_without_a_gap(office):
    wanted = [{**WANTED, "product": each} for each in ("his#2.1", "lab#1", "his#2.1")]
    answers = await asyncio.gather(*(office.ask("issueCertificate", each, office.officer) for each in wanted))
    assert sorted(each.status_code for each in answers) == [201, 201, 409]
    listed = (await office.done("listCertificates"))["certificates"]
    assert [each["number"] for each in listed] == ["CERT-2026-0001", "CERT-2026-0002"]
    assert {each["product"] for each in listed} == {"his#2.1", "lab#1"}


async def test_a_certificate_that_was_withdrawn_says_so_for_good_and_another_can_be_issued(office):
    number = (await office.issued())["number"]
    again = await office.ask("issueCertificate", WANTED, office.officer)
    assert told(again) == "409 product: his#2.1 has the certificate CERT-2026-0001 for 2026-02-1"
    withdrawn = await office.done(
        "withdrawCertificate", {"reason": "the data was made up"}, office.officer, number=number
    )
    assert withdrawn["status"] == "withdrawn"
    assert withdrawn["withdrawn"]["reason"] == "the data was made up"
    page = (await office.ask("showCertificate", number=number, query={"language": "en"})).text
    assert "Withdrawn on 2026-03-02: the data was made up" in page
    answer = await office.ask("withdrawCertificate", {"reason": "again"}, office.officer, number=number)
    assert told(answer) == "409 CERT-2026-0001 has been withdrawn already"
    assert (await office.issued())["number"] == "CERT-2026-0002"
    active = await office.done("listCertificates", query={"status": "active", "product": "his#2.1"})
    assert [each["number"] for each in active["certificates"]] == ["CERT-2026-0002"]


async def test_a_certificate_expires_by_itself(office):
    number = (await office.issued())["number"]
    office.office.time.go_on(days=364)
    assert (await office.done("readCertificate", number=number))["status"] == "active"
    office.office.time.go_on(days=1)
    assert (await office.done("readCertificate", number=number))["status"] == "expired"


async def test_a_certificate_that_was_never_issued_is_not_here(office):
    for operation in ("readCertificate", "showCertificate", "readCertificateContent", "readCertificateSignature"):
        assert told(await office.ask(operation, number="CERT-2026-9999")) == (
            "404 number: there is no certificate CERT-2026-9999"
        )


def test_a_certificate_of_29_february_holds_for_a_year_too():
    assert last_day(date(2028, 2, 29)) == date(2029, 2, 28)
    assert last_day(date(2026, 1, 1)) == date(2026, 12, 31)
