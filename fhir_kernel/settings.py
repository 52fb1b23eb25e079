"""What can be set: read once from the environment and an optional TOML file; see docs/settings.md."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from fhir_kernel.errors import SettingsError

PREFIX = "PLUMBLINE_"
_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


def _user_cache() -> Path:
    """As platformdirs does it, which takes longer to load than everything else that a command needs to start."""
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "plumbline" / "Cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "plumbline"
    configured = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(configured) if os.path.isabs(configured) else home / ".cache") / "plumbline"


def _user_data() -> Path:
    """The folder for what a user keeps (https://specifications.freedesktop.org/basedir-spec/latest/)."""
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "plumbline"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "plumbline"
    configured = os.environ.get("XDG_DATA_HOME", "")
    return (Path(configured) if os.path.isabs(configured) else home / ".local" / "share") / "plumbline"


def _about(text: str, least: float = 0, *, secret: bool = False) -> dict[str, Any]:
    return {"doc": text, "least": least, "secret": secret}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting with its default. NAME is set by the variable PLUMBLINE_NAME or the key `name` of the file."""

    package_folder: Path = field(
        default_factory=lambda: Path.home() / ".fhir" / "packages",
        metadata=_about("Folder of installed FHIR packages, shared with other FHIR tools."),
    )
    cache_folder: Path = field(
        default_factory=_user_cache,
        metadata=_about("Folder for compiled indexes; it may be deleted at any time."),
    )
    terminology_folder: Path = field(
        default_factory=lambda: _user_data() / "terminology",
        metadata=_about("Folder of installed code tables, which the server and the commands share."),
    )
    registries: tuple[str, ...] = field(
        default=("https://packages.fhir.org", "https://packages2.fhir.org/packages"),
        metadata=_about("FHIR package registries, asked in this order."),
    )
    offline: bool = field(default=False, metadata=_about("Never use the network: what is not installed is an error."))
    core_package: str = field(
        default="hl7.fhir.r4.core#4.0.1", metadata=_about("The package of FHIR's own definitions, as name#version.")
    )
    connect_timeout: float = field(default=4.0, metadata=_about("Seconds to wait for a connection.", least=0.01))
    read_timeout: float = field(
        default=60.0, metadata=_about("Seconds to wait for the next bytes of an answer.", least=0.01)
    )
    retries: int = field(default=2, metadata=_about("How often a broken download is tried again."))
    archive_bytes: int = field(default=2_000_000_000, metadata=_about("Most bytes that a package may unpack to.", 1))
    archive_members: int = field(default=100_000, metadata=_about("Most files that a package may hold.", 1))
    archive_file_bytes: int = field(default=256_000_000, metadata=_about("Most bytes of one file in a package.", 1))
    archive_ratio: int = field(
        default=200, metadata=_about("Most bytes that one compressed byte may unpack to, on average.", 1)
    )
    parsed_definitions: int = field(
        default=12_000_000,
        metadata=_about("Bytes of JSON that stay parsed for each package; in memory they take about ten times that."),
    )
    body_bytes: int = field(
        default=20_000_000, metadata=_about("Most bytes in the body of a request to the server.", 1)
    )
    operation_seconds: float = field(
        default=30.0, metadata=_about("Seconds that a request to the server may take that takes long.", 0.01)
    )
    search_seconds: float = field(
        default=20.0, metadata=_about("Seconds that the store may take for one search before it is interrupted.", 0.01)
    )
    refresh_seconds: float = field(
        default=2.0,
        metadata=_about(
            "Seconds until the server takes up new code tables, search parameters and rules of published standards.",
            0.05,
        ),
    )
    cached_clients: int = field(
        default=1_000, metadata=_about("Most caches of resources that the server keeps for clients (`$cache-control`).")
    )
    cached_bytes: int = field(
        default=200_000_000, metadata=_about("Most bytes of JSON in all those caches of one process together.")
    )
    cached_idle: float = field(
        default=1_800.0, metadata=_about("Seconds after which such a cache is forgotten that nobody used.", 1)
    )
    upstream_terminology: str | None = field(
        default=None,
        metadata=_about("FHIR address of a terminology server that is asked about what is not held here."),
    )
    upstream_token: str | None = field(
        default=None, repr=False, metadata=_about("Bearer token for that server; it is never shown.", secret=True)
    )
    upstream_timeout: float = field(
        default=5.0, metadata=_about("Seconds that an answer of that server may take.", 0.01)
    )
    upstream_cache_seconds: float = field(
        default=3_600.0, metadata=_about("Seconds that its answers are kept, and a tenth of that where they are no.")
    )
    enforcement_file: Path | None = field(
        default=None,
        metadata=_about("TOML or JSON file that says what the server accepts; without it, R4 alone decides."),
    )
    store: str = field(
        default_factory=lambda: f"sqlite:///{_user_data() / 'fhir.sqlite'}",
        metadata=_about("Where the server keeps resources: sqlite:///PATH, mongodb://…, memory:// or none."),
    )
    bundle_entries: int = field(default=10_000, metadata=_about("Most entries of a batch or transaction.", 1))
    conditional_deletes: int = field(
        default=100, metadata=_about("Most resources that one conditional delete may delete; beyond it none is.", 1)
    )
    key_folder: Path = field(
        default_factory=lambda: _user_data() / "keys",
        metadata=_about("Folder of the keys that sign access tokens and published packages; for nobody else to read."),
    )
    key_days: float = field(
        default=90.0, metadata=_about("Days after which a server that starts signs with a new key.", 0.01)
    )
    token_seconds: int = field(default=300, metadata=_about("Seconds that an access token holds.", 1))
    token_requests: int = field(
        default=30, metadata=_about("Most access tokens that a client may ask one worker for in a minute.", 1)
    )
    session_hours: float = field(
        default=12.0, metadata=_about("Hours after which a session of a person is over, however it is used.", 0.01)
    )
    session_idle_minutes: float = field(
        default=60.0, metadata=_about("Minutes after which a session of a person is over that nobody used.", 0.01)
    )
    login_attempts: int = field(
        default=6, metadata=_about("Most tries of the password of one account that a worker takes in a minute.", 1)
    )
    public_logins: int = field(
        default=30, metadata=_about("Most logins, links and changes of a password of an address in a minute.", 1)
    )
    public_reads: int = field(
        default=300,
        metadata=_about("Most other requests to the registry of an address without a session in a minute.", 1),
    )
    public_proposals: int = field(
        default=6, metadata=_about("Most proposals of an address without a session in a minute.", 1)
    )
    public_comments: int = field(
        default=20, metadata=_about("Most comments of an address without a session in a minute.", 1)
    )
    public_practice: int = field(
        default=6, metadata=_about("Most practice runs of an address without a session in a minute.", 1)
    )
    public_address: str | None = field(
        default=None,
        metadata=_about(
            "Address at which clients reach the server, without `/fhir`: all links, `Location`, `fullUrl` and what the "
            "server says of itself are made of it, and references below it lead to what is stored here; without it, of "
            "the one that each request names."
        ),
    )


def load_settings(environment: Mapping[str, str] | None = None, file: Path | None = None) -> Settings:
    """The settings of `environment` (default: the process's) over those of a TOML `file` (default: PLUMBLINE_SETTINGS).

    Raises SettingsError naming the setting, what was found and what is expected.
    """
    environment = os.environ if environment is None else environment
    named = environment.get(PREFIX + "SETTINGS")
    path = file or (Path(named) if named else None)
    values: dict[str, Any] = {}
    if path is not None:
        values |= {key: (f"{key} in {path}", value) for key, value in _read(path).items()}
    for each in fields(Settings):
        variable = PREFIX + each.name.upper()
        if variable in environment:
            values[each.name] = (variable, environment[variable])
    known = {each.name: each for each in fields(Settings)}
    for name, (where, _) in values.items():
        if name not in known:
            raise SettingsError(f"{where}: there is no such setting")
    return Settings(**{name: _convert(known[name], where, value) for name, (where, value) in values.items()})


def _read(path: Path) -> dict[str, Any]:
    import tomllib  # most runs have no file

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"settings file {path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise SettingsError(f"settings file {path} is not TOML: {error}") from error


def _convert(setting: Field[Any], where: str, value: Any) -> Any:
    convert, expected = _KINDS[str(setting.type)]
    try:
        converted = convert(value)
    except (ValueError, TypeError, AttributeError) as error:
        if setting.metadata["secret"]:
            raise SettingsError(f"{where} is not right, and not shown here; expected {expected}") from None
        raise SettingsError(f"{where} is {value!r}; expected {expected}") from error
    least = setting.metadata["least"]
    if isinstance(converted, int | float) and not isinstance(converted, bool) and not converted >= least:
        raise SettingsError(f"{where} is {value!r}; expected {expected}, at least {least}")
    return converted


def _path(value: Any) -> Path:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(value)
    return Path(value).expanduser()


def _path_or_none(value: Any) -> Path | None:
    return None if value == "" else _path(value)


def _texts(value: Any) -> tuple[str, ...]:
    parts = value.replace(",", " ").split() if isinstance(value, str) else value
    if not all(isinstance(part, str) for part in parts):
        raise ValueError(value)
    return tuple(parts)


def _flag(value: Any) -> bool:
    text = str(value).lower()
    if text not in _TRUE + _FALSE:
        raise ValueError(value)
    return text in _TRUE


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(value)
    return value


def _text_or_none(value: Any) -> str | None:
    return None if value == "" else _text(value)


def _number(value: Any) -> float:
    if isinstance(value, bool):
        raise ValueError(value)
    return float(value)


def _whole(value: Any) -> int:
    if isinstance(value, bool | float):
        raise ValueError(value)
    return int(value)


_KINDS: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    "Path": (_path, "the path of a folder"),
    "Path | None": (_path_or_none, "the path of a file"),
    "tuple[str, ...]": (_texts, "a list of texts, separated by commas or spaces"),
    "bool": (_flag, "true or false"),
    "str": (_text, "a text"),
    "str | None": (_text_or_none, "a text"),
    "float": (_number, "a number"),
    "int": (_whole, "a whole number"),
}
