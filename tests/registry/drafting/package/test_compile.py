from __future__ import annotations

import io
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from fhir_kernel.packages.documents import Document
from fhir_kernel.packages.pack import pack
from fhir_kernel.resource import Resource
from registry.drafting.package.compilation import Compilation
from registry.drafting.package.compile import compile_draft
from registry.drafting.package.limits import PackageLimits
from registry.drafting.package.upload import compile_folder, compile_upload
from registry.refusal import Refused
from tests.registry.drafting.making import (
    BENCH,
    HOME,
    MANIFEST,
    code_system,
    draft,
    element,
    package,
    profile,
    upload,
    value_set,
)

LIMITS = PackageLimits()
NAMED = profile(element("Patient.name", min=1))
GOOD = {
    "resourceType": "Patient",
    "id": "good",
    "meta": {"profile": [f"{HOME}/StructureDefinition/p"]},
    "name": [{"text": "张三"}],
}


def compiled(
    folder: Path, *resources: Resource, examples: Sequence[Resource] = (), manifest: dict[str, Any] | None = None
) -> Compilation:
    content = package(*resources, examples=examples, manifest=manifest or MANIFEST)
    return compile_upload(upload(folder, content), folder / "work", BENCH, LIMITS).compilation


def errors(compilation: Compilation) -> list[tuple[str, str, str]]:
    return [(each.id, each.artefact, each.element) for each in compilation.findings if each.is_error]


def test_a_draft_without_errors_passes_and_leaves_nothing_behind(tmp_path: Path) -> None:
    found = compiled(tmp_path, NAMED, code_system("red"), value_set("red"), examples=[GOOD])
    assert errors(found) == []
    assert found.passed
    assert (found.package, found.examples, len(found.outcomes)) == ("cn.example.draft#2026.0.0-draft.1", 1, 4)
    assert not list((tmp_path / "work").iterdir())


def test_an_example_that_does_not_conform_is_an_error_at_its_element(tmp_path: Path) -> None:
    found = compiled(tmp_path, NAMED, examples=[{**GOOD, "name": []} | {"gender": "unknown"}])
    assert not found.passed
    assert ("Patient/good" in {each.artefact for each in found.findings if each.is_error}) is True
    assert any("name" in each.sentence.en and each.sentence.zh for each in found.findings if each.is_error)


def test_a_profile_that_does_not_compile_is_named_with_the_path_of_its_element(tmp_path: Path) -> None:
    found = compiled(tmp_path, profile(element("Patient.nickname", min=1)))
    assert not found.passed
    said = [each for each in found.findings if each.is_error and "Patient.nickname" in each.sentence.en]
    assert said
    assert said[0].artefact == f"{HOME}/StructureDefinition/p|2026.0.0-draft.1"


def test_an_invariant_whose_expression_does_not_parse_is_an_error_at_the_id_of_its_element(tmp_path: Path) -> None:
    bad = {"key": "x-1", "severity": "error", "human": "bad", "expression": "name.where("}
    found = compiled(tmp_path, profile(element("Patient", constraint=[bad])))
    assert ("structure-definition.expression", f"{HOME}/StructureDefinition/p|2026.0.0-draft.1", "Patient") in errors(
        found
    )


def test_a_profile_on_a_base_that_is_not_known_is_an_error(tmp_path: Path) -> None:
    found = compiled(tmp_path, profile(baseDefinition="http://nowhere.example/StructureDefinition/x"))
    assert not found.passed


def test_an_example_that_claims_a_profile_that_nobody_knows_is_an_error(tmp_path: Path) -> None:
    stray = {**GOOD, "meta": {"profile": [f"{HOME}/StructureDefinition/q"]}}
    assert ("draft.claim", "Patient/good", "meta.profile") in errors(compiled(tmp_path, NAMED, examples=[stray]))


def test_the_guide_says_what_an_example_is_of() -> None:
    guide = {
        "resourceType": "ImplementationGuide",
        "url": f"{HOME}/ImplementationGuide/g",
        "definition": {
            "resource": [{"reference": {"reference": "Patient/x"}, "exampleCanonical": f"{HOME}/StructureDefinition/p"}]
        },
    }
    patient = {"resourceType": "Patient", "id": "x", "gender": "male"}
    found = compile_draft(draft(NAMED, guide, patient), BENCH, LIMITS)
    assert any(each.artefact == "Patient/x" and each.is_error for each in found.findings)


def test_a_search_parameter_that_cannot_be_evaluated_is_an_error(tmp_path: Path) -> None:
    wrong = {
        "resourceType": "SearchParameter",
        "id": "s",
        "url": f"{HOME}/SearchParameter/s",
        "name": "S",
        "status": "draft",
        "description": "x",
        "code": "s",
        "base": ["Patient"],
        "type": "token",
        "expression": "Patient.name.(",
    }
    assert "search-parameter.expression" in {each[0] for each in errors(compiled(tmp_path, wrong))}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": "Cn.Example"}, "the package is called"),
        ({"version": "1.0"}, "the version is"),
        ({"fhirVersions": ["5.0.0"]}, "fhirVersions"),
        ({"canonical": ""}, "no canonical"),
        ({"dependencies": {"../../etc": "1"}}, "dependencies should be"),
        ({"dependencies": {"cn.example.not-there": "1.0.0"}}, "a dependency cannot be had"),
    ],
)
def test_a_manifest_that_is_wrong_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any], said: str
) -> None:
    monkeypatch.setenv("PLUMBLINE_OFFLINE", "true")
    found = compiled(tmp_path, NAMED, manifest={**MANIFEST, **changed})
    assert any(said in each.sentence.en for each in found.findings if each.is_error), found.findings


def test_what_is_fhirs_own_may_not_be_defined_anew(tmp_path: Path) -> None:
    stolen = profile(url="http://hl7.org/fhir/StructureDefinition/Patient")
    assert "draft.foreign-url" in {each[0] for each in errors(compiled(tmp_path, stolen))}


def test_two_definitions_of_one_canonical_are_an_error() -> None:
    found = compile_draft(draft(NAMED, {**NAMED, "id": "other"}), BENCH, LIMITS)
    assert "draft.double" in {each[0] for each in errors(found)}


def test_a_file_that_is_no_json_is_named(tmp_path: Path) -> None:
    content = pack([Document("package/package.json", b"{}"), Document("package/a.json", b"{")])
    found = compile_upload(upload(tmp_path, content), tmp_path, BENCH, LIMITS).compilation
    assert any(each.file == "package/a.json" and each.is_error for each in found.findings)


def test_json_that_nests_without_end_is_named(tmp_path: Path) -> None:
    deep = b'{"resourceType":"Patient","x":' + b"[" * 600 + b"]" * 600 + b"}"
    content = pack([Document("package/package.json", b"{}"), Document("package/a.json", deep)])
    found = compile_upload(upload(tmp_path, content), tmp_path, BENCH, LIMITS).compilation
    assert any(each.file == "package/a.json" for each in found.findings)


def test_what_was_not_reached_in_time_is_said_not_to_have_been_checked() -> None:
    ticks = iter(range(0, 10_000, 200))
    found = compile_draft(draft(NAMED, examples=[GOOD]), BENCH, LIMITS, now=lambda: float(next(ticks)))
    assert ("draft.not-reached", "Patient/good", "") in errors(found)


def test_findings_beyond_the_limit_are_counted() -> None:
    many = [{**GOOD, "id": f"e{number}", "name": [{}]} for number in range(30)]
    found = compile_draft(draft(NAMED, examples=many), BENCH, PackageLimits(findings=10))
    assert len(found.findings) == 10
    assert found.findings_left_off == sum(count for _, count in found.counts) - 10
    assert not found.passed


@pytest.mark.parametrize(
    "resource",
    [
        {"resourceType": "StructureDefinition"},
        {"resourceType": "StructureDefinition", "url": 1, "differential": [], "snapshot": {"element": [None]}},
        profile(differential={"element": [{"id": 3}, "x", None]}),
        profile(snapshot={"element": [{"path": "Patient"}, {"path": "Patient.name"}]}),
        profile(baseDefinition=f"{HOME}/StructureDefinition/p"),
        {"resourceType": "ValueSet", "url": f"{HOME}/ValueSet/v", "compose": {"include": "x"}},
        {
            "resourceType": "ImplementationGuide",
            "url": f"{HOME}/ImplementationGuide/g",
            "definition": {"resource": [1]},
        },
    ],
)
def test_definitions_of_no_shape_at_all_are_errors_and_nothing_breaks(resource: Resource) -> None:
    assert not compile_draft(draft(resource), BENCH, LIMITS).passed


def test_a_folder_is_compiled_as_an_archive_is(tmp_path: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(package(NAMED, examples=[GOOD]))) as archive:
        archive.extractall(tmp_path / "folder", filter="data")
    folder = compile_folder(tmp_path / "folder", tmp_path, BENCH, LIMITS).compilation
    assert folder == compiled(tmp_path, NAMED, examples=[GOOD])


def test_an_archive_that_leads_out_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="leads out"):
        compile_upload(upload(tmp_path, pack([Document("../x", b"")])), tmp_path, BENCH, LIMITS)


def test_what_is_no_archive_and_what_holds_no_package_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"not a \.tgz"):
        compile_upload(upload(tmp_path, b"text"), tmp_path, BENCH, LIMITS)
    with pytest.raises(Refused, match=r"no package/package\.json"):
        compile_upload(upload(tmp_path, pack([Document("a.json", b"{}")])), tmp_path, BENCH, LIMITS)


def test_a_package_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        compile_upload(upload(tmp_path, package(NAMED)), tmp_path, BENCH, PackageLimits(bytes=10))
    assert caught.value.kind == "too-large"
    with pytest.raises(Refused, match="at most 1 are allowed"):
        compile_upload(upload(tmp_path, package(NAMED, code_system("a"))), tmp_path, BENCH, PackageLimits(resources=1))


def test_the_package_of_the_demonstration_passes(tmp_path: Path) -> None:
    from plumbline.wiring import assemble_validator, build_catalog
    from registry.drafting.package.bench import Bench

    bench = Bench(lambda load: build_catalog(load=load), assemble_validator)
    found = compile_folder(Path("plumbline/demo/package"), tmp_path, bench, LIMITS).compilation
    assert errors(found) == []
