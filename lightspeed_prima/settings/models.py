"""What a configuration holds once it is read: the sections, their keys, defaults and kinds of value.

What does not belong here: reading files or the environment (load.py), rules about several keys (checks.py).
Field names are the keys of docs/interface.md 2; a field marked `Secret` is set by KEY_env or KEY_file.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_serializer,
    field_validator,
    model_validator,
)

from lightspeed_prima.settings.values import (
    AccountName,
    Addresses,
    BaseUrl,
    Cron,
    Digits,
    ExactDecimal,
    FilePath,
    IsoDate,
    JournalUrl,
    OptionalDate,
    OrderPrefix,
    PathOrUrl,
    SecretUrl,
    Text,
    Url,
    with_password,
    without_password,
)

R_SERIES_API = "https://api.lightspeedapp.com"
R_SERIES_TOKENS = "https://cloud.lightspeedapp.com/auth/oauth/token"


@dataclass(frozen=True)
class Secret:
    """Marks a field that KEY_env or KEY_file sets; `or_plain` when KEY itself may be in the file too."""

    key: str
    or_plain: bool = False

    @property
    def forms(self) -> tuple[str, str]:
        """The two keys that may name where the value is."""
        return (f"{self.key}_env", f"{self.key}_file")


class Section(BaseModel):
    """A table of the file: fixed once read, no unknown keys, no silent conversions."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, validate_default=True, hide_input_in_errors=True
    )

    @classmethod
    def secrets(cls) -> dict[str, Secret]:
        """The secret fields by name."""
        return {
            name: mark
            for name, info in cls.model_fields.items()
            for mark in info.metadata
            if isinstance(mark, Secret)
        }

    @classmethod
    def toml_keys(cls) -> tuple[str, ...]:
        """Every key the table may have in the file."""
        secrets = cls.secrets()
        keys: list[str] = []
        for name in cls.model_fields:
            secret = secrets.get(name)
            if secret is None or secret.or_plain:
                keys.append(name)
            if secret is not None:
                keys.extend(secret.forms)
        return tuple(keys)


class WarehouseSettings(Section):
    """Where the pipeline's own database and the analysts' snapshot are."""

    path: FilePath = Path("data/warehouse.duckdb")
    published: FilePath = Path("data/reconciliation.duckdb")


class MappingSettings(Section):
    """Where the controlled master data is."""

    directory: FilePath = Path("mappings")


class LightspeedAccount(Section):
    """One Lightspeed account: where it is, how to sign in, and what its Prima numbers begin with."""

    account: AccountName
    series: Literal["R", "X"]
    base_url: BaseUrl
    token_url: BaseUrl
    account_id: Digits | None = None
    order_prefix: OrderPrefix
    start_from: IsoDate
    client_id: Annotated[SecretStr | None, Secret("client_id")] = None
    client_secret: Annotated[SecretStr | None, Secret("client_secret")] = None
    first_refresh_token: Annotated[SecretStr | None, Secret("refresh_token")] = None
    personal_token: Annotated[SecretStr | None, Secret("personal_token")] = None

    @model_validator(mode="before")
    @classmethod
    def _usual_addresses(cls, given: Any) -> Any:
        """R-Series accounts share one address; an X-Series account gives out its tokens at its own."""
        if not isinstance(given, dict):
            return given
        if given.get("series") == "R":
            return {"base_url": R_SERIES_API, "token_url": R_SERIES_TOKENS, **given}
        base_url = given.get("base_url")
        if given.get("series") == "X" and isinstance(base_url, str):
            return {"token_url": f"{base_url.rstrip('/')}/api/1.0/token", **given}
        return given


class PrimaSettings(Section):
    """How documents reach Prima and in which form."""

    endpoint: Url
    wsdl: Url
    operation: Literal["wsomhandler", "comwsomhandler"] = "wsomhandler"
    allow_insecure_http: bool = False
    company: str = ""
    timeout_seconds: int = Field(default=60, ge=1)
    max_connections: int = Field(default=1, ge=1)
    hold_orders: bool = False
    order_channel: Text = "POS"
    line_quantity: Literal["one", "as_sold"] = "one"
    multi_tender: Literal["rows", "single"] = "rows"
    exchange_pay_method: Text = "EXC"
    credit_notes: Literal["soap", "export", "hold"] = "soap"
    credit_note_request_type: Text = "MultiNewCreditNote"
    ledger_extract: PathOrUrl = ""

    @model_validator(mode="before")
    @classmethod
    def _usual_wsdl(cls, given: Any) -> Any:
        """The WSDL is served beside the service, as in docs/interface.md 2."""
        if isinstance(given, dict) and isinstance(given.get("endpoint"), str):
            return {"wsdl": f"{given['endpoint']}/wsdl?targetURI=urn:omlink", **given}
        return given


class PostingSettings(Section):
    """When documents are posted, and the journal that makes it happen once."""

    journal_password: Annotated[SecretStr | None, Secret("journal_password")] = None
    journal: JournalUrl = Field(default="sqlite:///data/journal.db", repr=False)
    closed_until: OptionalDate = None
    cron: Cron = "*/15 * * * *"
    max_documents_per_run: int = Field(default=5000, ge=1)
    unlinked_returns: Literal["hold", "post"] = "hold"
    quiet_window_seconds: int = Field(default=900, ge=0)

    @field_validator("journal", mode="after")
    @classmethod
    def _complete_journal_url(cls, url: str, info: ValidationInfo) -> str:
        """`journal` is what SQLAlchemy opens, so it carries the password; hence it is not shown in a repr."""
        password = info.data.get("journal_password")
        if password is None:
            return url
        if url.startswith("sqlite"):
            raise ValueError("should be a PostgreSQL URL when a journal password is given")
        return with_password(url, password.get_secret_value())

    @field_serializer("journal")
    def _journal_for_people(self, url: str) -> str:
        """A dump of the settings shows no password either."""
        return without_password(url)


class ToleranceSettings(Section):
    """How far a tax figure may be from the recomputed one."""

    tax_per_line: ExactDecimal = Field(default=Decimal("0.01"), ge=0)
    tax_per_document: ExactDecimal = Field(default=Decimal("0.02"), ge=0)


class StockSettings(Section):
    """What is done with Prima's stock figures."""

    mode: Literal["report", "write"] = "report"
    max_shrink: ExactDecimal = Field(default=Decimal("0.10"), ge=0, le=1)
    buffer: int = Field(default=0, ge=0)


class AlertSettings(Section):
    """Who is told about failures; nothing set = nobody."""

    webhook_url: Annotated[SecretUrl | None, Secret("webhook_url", or_plain=True)] = None
    smtp_host: str = ""
    smtp_port: int = Field(default=25, ge=1, le=65535)
    smtp_from: str = ""
    smtp_to: Addresses = ()


class Settings(Section):
    """Everything the pipeline is told from outside."""

    warehouse: WarehouseSettings
    mappings: MappingSettings
    lightspeed: tuple[LightspeedAccount, ...]
    prima: PrimaSettings
    posting: PostingSettings
    tolerance: ToleranceSettings
    stock: StockSettings
    alerts: AlertSettings
    environment: Literal["sandbox", "configured"]
    source: Path | None
    """The file it was read from; None when the sandbox has not been started yet."""

    @property
    def tokens_directory(self) -> Path:
        """Where rotated tokens are kept, beside the warehouse."""
        return self.warehouse.path.parent / "tokens"

    @property
    def reports_directory(self) -> Path:
        """Where reports are written, beside the published snapshot."""
        return self.warehouse.published.parent / "reports"

    def account(self, name: str) -> LightspeedAccount:
        """The account of that name; KeyError when there is none."""
        for account in self.lightspeed:
            if account.account == name:
                return account
        raise KeyError(name)


SECTIONS: dict[str, type[Section]] = {
    "warehouse": WarehouseSettings,
    "mappings": MappingSettings,
    "prima": PrimaSettings,
    "posting": PostingSettings,
    "tolerance": ToleranceSettings,
    "stock": StockSettings,
    "alerts": AlertSettings,
}
"""The tables that occur once; [[lightspeed]] blocks are the only ones that repeat."""

ACCOUNTS = "lightspeed"
