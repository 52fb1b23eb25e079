from __future__ import annotations

import pytest

from registry.packages.naming import faults, is_name, is_prerelease, is_version

GOOD = ("cn.nhc.wst788", "hl7.fhir.r4.core", "cn.plumbline.sample", "de.basisprofil-x.r4", "a.b")
BAD = (
    *("", "one", "Cn.Nhc", "cn.7nhc", "cn..nhc", ".cn.nhc", "cn.nhc.", "cn/nhc", "../cn.nhc", "cn.nhc\n", "@cn.nhc/x"),
    *("cn.标准", "cn.nhc%2f", "cn.nhc x", "cn.nhc\0", "a." + "b" * 300),
)


@pytest.mark.parametrize("name", GOOD)
def test_names_are_segments_that_begin_with_a_letter(name):
    assert is_name(name)


@pytest.mark.parametrize("name", BAD, ids=ascii)
def test_nothing_else_is_a_name(name):
    assert not is_name(name)


@pytest.mark.parametrize("version", ["2021.0.0", "2021.1.0", "0.0.1", "2021.0.0-draft.1", "1.0.0-0a.b-c"])
def test_versions_are_semantic(version):
    assert is_version(version)


NO_VERSIONS = (
    *("", "2021", "2021.0", "2021.0.0.0", "v1.0.0", "01.0.0", "1.0.0-01", "1.0.0-", "1.0.0+b", "1.0.x", "latest"),
    *("1.0.0\n", "../1.0.0", "1.0.0-" + "a" * 100, "99999999999.0.0", "\uff11.0.0"),
)


@pytest.mark.parametrize("version", NO_VERSIONS, ids=ascii)
def test_nothing_else_is_a_version(version):
    assert not is_version(version)


def test_a_label_makes_a_prerelease():
    assert (is_prerelease("2021.0.0-draft.1"), is_prerelease("2021.0.0")) == (True, False)


def test_what_is_wrong_is_said_in_both_languages_with_what_was_found():
    name, version = faults("Cn.Nhc", "2021")
    assert "'Cn.Nhc'" in name.en
    assert "'Cn.Nhc'" in name.zh
    assert "'2021'" in version.en
    assert "'2021'" in version.zh
    assert faults("cn.nhc", "2021.0.0") == ()
