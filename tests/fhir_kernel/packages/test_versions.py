from __future__ import annotations

import pytest

from fhir_kernel.packages.versions import fits, is_floating, is_newer, matches, newest


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ("4.0.1", "4.0.0"),
        ("4.0.10", "4.0.9"),
        ("4.1", "4.0.9"),
        ("1.0.0", "1.0.0-ballot"),
        ("1.0.0-rc2", "1.0.0-rc1"),
        ("1.0.0-beta.11", "1.0.0-beta.2"),
        ("2024-05-01", "2018-08-12"),
    ],
)
def test_the_newer_version_is_known(newer: str, older: str) -> None:
    assert is_newer(newer, older) is True
    assert is_newer(older, newer) is False


@pytest.mark.parametrize(("one", "other"), [(None, "1.0"), ("1.0", None), ("2018-08-12", "3.0.0"), ("DSTU2", "4.0.1")])
def test_versions_of_different_kinds_cannot_be_compared(one: str | None, other: str | None) -> None:
    assert is_newer(one, other) is None


def test_a_partial_version_means_its_releases() -> None:
    assert matches("4.0.1", "4.0")
    assert matches("4.0.1", "4.0.1")
    assert not matches("4.01", "4.0")
    assert not matches("4.0.1", "4.0.0")
    assert not matches(None, "4.0")


@pytest.mark.parametrize(
    ("version", "pattern", "expected"),
    [
        ("1.2.3", "1.2.3", True),
        ("1.2.3", "1.2.x", True),
        ("1.3.0", "1.2.x", False),
        ("1.3.0", "1.x", True),
        ("1.3.0", "1.x.x", True),
        ("12.0.0", "1.x", False),
        ("9.9.9", "*", True),
        ("9.9.9", "latest", True),
        ("1.4.0", "^1.2.0", True),
        ("1.1.0", "^1.2.0", False),
        ("2.0.0", "^1.2.0", False),
        ("1.2.9", "~1.2.0", True),
        ("1.3.0", "~1.2.0", False),
        ("current", "current", True),
    ],
)
def test_a_dependency_pattern_fits_a_version_or_not(version: str, pattern: str, expected: bool) -> None:
    assert fits(version, pattern) is expected


def test_exact_versions_do_not_float() -> None:
    assert [text for text in ("1.2.3", "1.2.x", "^1.0.0", "current", "latest", "*") if is_floating(text)] == [
        "1.2.x",
        "^1.0.0",
        "latest",
        "*",
    ]


def test_a_release_goes_before_a_later_ballot() -> None:
    assert newest(["1.0.0", "2.0.0-ballot", "0.9.0"]) == "1.0.0"
    assert newest(["2.0.0-ballot", "2.0.0-snapshot1", "1.0.0-ballot"]) == "2.0.0-snapshot1"
    assert newest([]) is None
