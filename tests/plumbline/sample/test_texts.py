from __future__ import annotations

import json
from hashlib import sha256

import pytest

from plumbline.sample import clauses, documents, editions, package_folder, text_file
from registry.drafting.intake import Upload
from registry.drafting.text.document import examine_text
from registry.drafting.text.limits import TextLimits
from registry.lifecycle.reading import shipped_rules

EDITIONS = pytest.mark.parametrize("edition", editions(), ids=lambda edition: edition.version)


def profiles(edition):
    for path in package_folder(edition).glob("*-*.json"):
        made = json.loads(path.read_text("utf-8"))
        yield made["url"], made.get("differential", {}).get("element", [])


@EDITIONS
def test_every_document_is_there_and_says_that_it_is_a_sample(edition):
    for document in documents(edition):
        text = document.path.read_text("utf-8")
        assert text.startswith("# ")
        assert "不是正式标准文本" in text
        assert "not an official text" in text


@EDITIONS
def test_no_document_lies_about_that_is_not_listed(edition):
    listed = {document.path for document in documents(edition)}
    assert set(text_file(edition).parent.iterdir()) == listed


def test_there_is_every_document_of_the_checklists_that_the_registry_does_not_make():
    made = {"comment-table", "ballot-papers", "review-minutes", "roster", "release", "evaluation-data"}
    asked = {kind.code for kind in shipped_rules().documents.values()}
    for edition in editions():
        codes = [document.code for document in documents(edition)]
        assert sorted(codes) == sorted(asked - made)


@EDITIONS
def test_a_comment_can_name_every_clause_of_the_table(edition):
    content = text_file(edition).read_bytes()
    upload = Upload(text_file(edition), len(content), sha256(content).hexdigest())
    keys = {clause.key for clause in examine_text(upload, TextLimits()).clauses}
    assert {clause.number for clause in clauses(edition)} <= keys


@EDITIONS
def test_every_clause_of_the_table_is_a_heading_of_the_text(edition):
    headings = [line.lstrip("# ") for line in text_file(edition).read_text("utf-8").splitlines() if "#" in line]
    for clause in clauses(edition):
        assert f"{clause.number} {clause.title}" in headings


@EDITIONS
def test_every_artefact_and_every_invariant_has_a_clause(edition):
    table = clauses(edition)
    for url, elements in profiles(edition):
        assert url in {clause.canonical for clause in table}
        for element in elements:
            for constraint in element.get("constraint", ()):
                key = (url, element["id"], constraint["key"])
                assert key in {(clause.canonical, clause.element, clause.invariant) for clause in table}


@EDITIONS
def test_every_clause_names_something_that_is_in_the_package(edition):
    held = {url: {element["id"] for element in elements} for url, elements in profiles(edition)}
    for clause in clauses(edition):
        assert not clause.element or clause.element in held[clause.canonical]


@EDITIONS
def test_the_text_names_every_invariant_in_the_clause_of_the_table(edition):
    text = text_file(edition).read_text("utf-8")
    for clause in clauses(edition):
        if clause.invariant:
            _, _, rest = text.partition(f"# {clause.number} {clause.title}\n")
            assert f"`{clause.invariant}`" in rest.partition("\n#")[0]
