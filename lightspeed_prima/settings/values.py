"""The kinds of value a key may hold, each with the sentence for what is wrong with it.

What does not belong here: which key holds which (models.py), and rules about two keys (checks.py). Every kind
takes the TOML form and its own finished form, so that a model can also be built from plain Python values.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr, ValidationInfo

from lightspeed_prima.settings.cron import check_cron

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_PLAIN_DECIMAL = re.compile(r"-?\d+(\.\d+)?")
_ACCOUNT = re.compile(r"[A-Za-z0-9]+([_-][A-Za-z0-9]+)*")


def is_loopback(host: str) -> bool:
    """Whether a host name can only mean this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_plain_http_to_elsewhere(url: str) -> bool:
    """Whether a URL would carry its content unencrypted off this machine."""
    parts = urlsplit(url)
    return parts.scheme == "http" and not is_loopback(parts.hostname or "")


def _to_date(value: Any) -> Any:
    if isinstance(value, datetime):
        raise ValueError("should be a date without a time, like 2026-11-01")
    if isinstance(value, str):
        if not _ISO_DATE.fullmatch(value):
            raise ValueError('should be a date like "2026-11-01"')
        return date.fromisoformat(value)
    return value


def _to_optional_date(value: Any) -> Any:
    return None if value == "" else _to_date(value)


def _to_decimal(value: Any) -> Any:
    if isinstance(value, str):
        if not _PLAIN_DECIMAL.fullmatch(value):
            raise ValueError('should be a decimal number like "0.01"')
        return Decimal(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return value


def place_of(path: str | Path, base: Path) -> Path:
    """Where a path of the configuration leads: relative to the file, `~` is the home of its user."""
    if "\0" in str(path):
        raise ValueError("should be a path, without null characters")
    try:
        place = base / Path(path).expanduser()
    except RuntimeError as error:
        raise ValueError("should be a path; there is no such user as its ~ names") from error
    # One spelling for one file: the warehouse's lock lies beside it.
    return place.resolve() if ".." in place.parts else place


def _place(path: str | Path, info: ValidationInfo) -> Path:
    """The loader gives the folder of the configuration file as context."""
    return place_of(path, (info.context or {}).get("base", Path()))


def _to_path(value: Any, info: ValidationInfo) -> Any:
    if isinstance(value, str):
        if not value.strip():
            raise ValueError("should be a path, not blank")
        value = Path(value)
    return _place(value, info) if isinstance(value, Path) else value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("should not be blank")
    return value


def _url(value: str) -> str:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 0) >= 0
    except ValueError:
        usable = False
    if not usable or re.search(r"\s", value):
        raise ValueError("should be an http or https URL")
    if parts.username is not None or parts.password is not None:
        raise ValueError("should not carry a user name or password")
    return value


def _secure_url(value: str) -> str:
    if is_plain_http_to_elsewhere(_url(value)):
        raise ValueError("should be an https URL; http is only for this machine itself")
    return value


def _base_url(value: str) -> str:
    parts = urlsplit(_secure_url(value))
    if parts.query or parts.fragment:
        raise ValueError("should end with the host or a path, without ? or #")
    return value.rstrip("/")


def _secret_url(value: SecretStr) -> SecretStr:
    _secure_url(value.get_secret_value())
    return value


def _path_or_url(value: str, info: ValidationInfo) -> str:
    if not value or value.startswith(("http://", "https://")):
        return _url(value) if value else value
    if "://" in value:
        raise ValueError("should be a path or an http or https URL")
    return str(_place(value, info))


def _account_name(value: str) -> str:
    # The name is part of every key, of file names and of environment variables.
    if not _ACCOUNT.fullmatch(value):
        raise ValueError("should be letters and digits, with single - or _ between them")
    return value


def _digits(value: str) -> str:
    if not (value.isascii() and value.isdigit()):
        raise ValueError("should be digits only")
    return value


def _order_prefix(value: str) -> str:
    # Prima may keep numbers as numbers; a leading zero would not survive that.
    if _digits(value).startswith("0"):
        raise ValueError("should not start with 0")
    return value


def _cron(value: str) -> str:
    if value:
        check_cron(value)
    return value


def _journal_url(value: str, info: ValidationInfo) -> str:
    scheme, separator, rest = value.partition("://")
    if not separator or scheme not in ("sqlite", "postgresql+psycopg"):
        raise ValueError("should be sqlite:///PATH or a postgresql+psycopg://USER@HOST/DATABASE URL")
    if scheme == "sqlite":
        return _sqlite_url(rest, info)
    parts = urlsplit(value)
    if parts.password is not None or "password=" in parts.query:
        raise ValueError("should not carry the password; name it with journal_password_env or _file")
    if not parts.hostname or not parts.path.strip("/"):
        raise ValueError("should name the host and the database")
    return value


def _sqlite_url(rest: str, info: ValidationInfo) -> str:
    path, mark, query = rest.removeprefix("/").partition("?")
    if not rest.startswith("/") or not path or ":memory:" in rest:
        raise ValueError("should be sqlite:///PATH; a journal in memory would not survive a crash")
    return f"sqlite:///{_place(path, info)}{mark}{query}"


def with_password(url: str, password: str) -> str:
    """A PostgreSQL URL with its password in place; the characters that mean something in a URL are quoted."""
    scheme, _, rest = url.partition("://")
    user, at, host = rest.rpartition("@")
    if not at:
        raise ValueError("should name the user that the password belongs to: USER@HOST")
    return f"{scheme}://{user}:{quote(password, safe='')}@{host}"


def without_password(url: str) -> str:
    """The same URL as it may be shown."""
    return re.sub(r"(://[^:@/]*):[^@/]*@", r"\1:***@", url)


def _to_addresses(value: Any) -> Any:
    if isinstance(value, str):
        raise ValueError('should be a list of addresses, like ["finance@example.com"]')
    return tuple(value) if isinstance(value, list) else value


def split_list(text: str) -> list[str]:
    """The form a list takes in an environment variable: commas between the values."""
    return [item.strip() for item in text.split(",") if item.strip()]


IsoDate = Annotated[date, BeforeValidator(_to_date)]
OptionalDate = Annotated[date | None, BeforeValidator(_to_optional_date)]
ExactDecimal = Annotated[Decimal, BeforeValidator(_to_decimal)]
FilePath = Annotated[Path, BeforeValidator(_to_path)]
Text = Annotated[str, AfterValidator(_not_blank)]
Url = Annotated[str, AfterValidator(_url)]
BaseUrl = Annotated[str, AfterValidator(_base_url)]
SecretUrl = Annotated[SecretStr, AfterValidator(_secret_url)]
PathOrUrl = Annotated[str, AfterValidator(_path_or_url)]
AccountName = Annotated[str, AfterValidator(_account_name)]
Digits = Annotated[str, AfterValidator(_digits)]
OrderPrefix = Annotated[str, AfterValidator(_order_prefix)]
Cron = Annotated[str, AfterValidator(_cron)]
JournalUrl = Annotated[str, AfterValidator(_journal_url)]
Addresses = Annotated[tuple[str, ...], BeforeValidator(_to_addresses)]
