"""The journal's tables, in SQLAlchemy Core: the same on SQLite and PostgreSQL.

What does not belong here: anything that reads or writes them (journal, lease).
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

SCHEMA_VERSION = 1


class ExactMoney(TypeDecorator[Decimal]):
    """Money as text: SQLite's own numbers are floats."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else format(value, "f")

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        return None if value is None else Decimal(value)


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        moment: datetime = value
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


metadata = MetaData()

# One row is a document that was meant to be sent at least once. Its key makes "exactly once" checkable.
documents = Table(
    "documents",
    metadata,
    Column("document_number", String(64), primary_key=True),
    Column("document_type", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("sale_key", String(255), nullable=False),
    Column("original_document_number", String(64), nullable=False),
    Column("business_date", Date, nullable=False),
    Column("depot", String(64), nullable=False),
    Column("prima_customer", String(64), nullable=False),
    Column("currency", String(16), nullable=False),
    Column("net", ExactMoney, nullable=False),
    Column("tax", ExactMoney, nullable=False),
    Column("gross", ExactMoney, nullable=False),
    Column("reason", Text, nullable=False),
    Column("source_digest", String(255), nullable=False),
    Column("document_json", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("payload_sha256", String(64), nullable=False),
    Column("text_changes", Text, nullable=False),
    Column("planned_at", UtcTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("sends", Integer, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("maybe_in_prima", Boolean, nullable=False),
    Column("number_was_taken", Boolean, nullable=False),
    Column("adopted", Boolean, nullable=False),
    Column("prima_reference", String(255), nullable=False),
    Column("error_code", String(64), nullable=False),
    Column("error_text", Text, nullable=False),
    Column("alarm", String(64), nullable=False),
    Column("posted_at", UtcTime),
    Column("last_sent_at", UtcTime),
    Column("confirmed_at", UtcTime),
    Column("epoch", Integer, nullable=False),
    Index("documents_by_state", "state"),
)

# One row is a call made for a document.
attempts = Table(
    "attempts",
    metadata,
    Column("document_number", String(64), primary_key=True),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("call", String(16), nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
    Column("outcome", String(16), nullable=False),
    Column("error_code", String(64), nullable=False),
    Column("error_text", Text, nullable=False),
    Column("request_sha256", String(64), nullable=False),
    Column("epoch", Integer, nullable=False),
)

# One row is a Prima company and the engine that may write for it. The epoch rises with every new holder.
lease = Table(
    "lease",
    metadata,
    Column("company", String(64), primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("token", String(64), nullable=False),
    Column("holder", String(255), nullable=False),
    Column("machine", String(255), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("acquired_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)

# Single facts: schema version, whether recovery is open, whether the channel is stopped.
meta = Table(
    "meta",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
