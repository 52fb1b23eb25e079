from __future__ import annotations

from dataclasses import Field, FrozenInstanceError, fields
from pathlib import Path
from typing import Any

import pytest

from fhir_kernel.errors import SettingsError
from fhir_kernel.settings import PREFIX, Settings, load_settings

_DOCS = Path(__file__).parents[2] / "docs" / "settings.md"


def test_without_anything_set_the_defaults_hold() -> None:
    assert load_settings({}) == Settings()


def test_the_environment_sets_each_kind() -> None:
    settings = load_settings(
        {
            "PLUMBLINE_PACKAGE_FOLDER": "~/packages",
            "PLUMBLINE_REGISTRIES": "https://one.example.org, https://two.example.org",
            "PLUMBLINE_OFFLINE": "yes",
            "PLUMBLINE_CONNECT_TIMEOUT": "1.5",
            "PLUMBLINE_RETRIES": "0",
            "PLUMBLINE_CORE_PACKAGE": "example.core#1.0.0",
            "HOME": "/elsewhere",
        }
    )
    assert settings.package_folder == Path("~/packages").expanduser()
    assert settings.registries == ("https://one.example.org", "https://two.example.org")
    assert settings.offline is True
    assert settings.connect_timeout == 1.5
    assert settings.retries == 0
    assert settings.core_package == "example.core#1.0.0"


def test_a_file_sets_too_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / "plumbline.toml"
    file.write_text('offline = true\nretries = 5\nregistries = ["https://one.example.org"]\n')
    settings = load_settings({"PLUMBLINE_SETTINGS": str(file), "PLUMBLINE_RETRIES": "1"})
    assert (settings.offline, settings.retries, settings.registries) == (True, 1, ("https://one.example.org",))
    assert load_settings({}, file).retries == 5


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("OFFLINE", "perhaps", "PLUMBLINE_OFFLINE is 'perhaps'; expected true or false"),
        ("RETRIES", "two", "PLUMBLINE_RETRIES is 'two'; expected a whole number"),
        ("RETRIES", "-1", "PLUMBLINE_RETRIES is '-1'; expected a whole number, at least 0"),
        ("READ_TIMEOUT", "soon", "PLUMBLINE_READ_TIMEOUT is 'soon'; expected a number"),
        ("READ_TIMEOUT", "nan", "PLUMBLINE_READ_TIMEOUT is 'nan'; expected a number, at least 0.01"),
        ("CACHE_FOLDER", "", "PLUMBLINE_CACHE_FOLDER is ''; expected the path of a folder"),
        ("CORE_PACKAGE", "", "PLUMBLINE_CORE_PACKAGE is ''; expected a text"),
    ],
)
def test_a_wrong_value_names_the_setting_what_was_found_and_what_is_expected(
    name: str, value: str, expected: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({PREFIX + name: value})
    assert str(caught.value) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("offline = 3", "offline in .* is 3; expected true or false"),
        ("registries = 3", "registries in .* is 3; expected a list of texts"),
        ("registries = [3]", r"registries in .* is \[3\]; expected a list of texts"),
        ("retries = 1.5", "retries in .* is 1.5; expected a whole number"),
        ("retries = true", "retries in .* is True; expected a whole number"),
        ("colour = 1", "colour in .*: there is no such setting"),
        ("offline =", "is not TOML"),
    ],
)
def test_a_wrong_file_names_the_file_and_the_setting(tmp_path: Path, content: str, expected: str) -> None:
    (tmp_path / "plumbline.toml").write_text(content)
    with pytest.raises(SettingsError, match=expected):
        load_settings({}, tmp_path / "plumbline.toml")


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        load_settings({"PLUMBLINE_SETTINGS": str(tmp_path / "none.toml")})


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().__setattr__("retries", 3)


@pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
def test_the_documentation_covers_every_setting(field: Field[Any]) -> None:
    name, text = field.name, field.metadata["doc"]
    row = next((line for line in _DOCS.read_text(encoding="utf-8").splitlines() if f"`{name}`" in line), "")
    assert f"`{PREFIX}{name.upper()}`" in row
    assert text in row
