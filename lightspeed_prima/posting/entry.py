"""What the journal knows of a document, and the calls made for it: plain values.

What does not belong here: how a state follows from another (transitions), or storage (journal).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from lightspeed_prima.prima.documents import DocumentType

State = Literal["planned", "sending", "uncertain", "confirmed", "rejected", "exported"]
AttemptOutcome = Literal["", "confirmed", "rejected", "unclear", "not_sent", "found", "not_found"]

# In Prima, or in a file for import by hand: what depends on the document may go ahead.
SETTLED: frozenset[State] = frozenset({"confirmed", "exported"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One document in the journal. `payload` is frozen from the first call that may have arrived."""

    document_number: str
    document_type: DocumentType
    account: str
    sale_key: str
    original_document_number: str
    business_date: date
    depot: str
    prima_customer: str
    currency: str
    net: Decimal
    tax: Decimal
    gross: Decimal
    reason: str
    source_digest: str
    document_json: str
    payload: bytes
    payload_sha256: str
    text_changes: str
    planned_at: datetime
    state: State = "planned"
    sends: int = 0
    calls: int = 0
    # A call was made whose outcome never became clear: the document may be in Prima because of us.
    maybe_in_prima: bool = False
    # Prima had the number before any call of ours can have put it there.
    number_was_taken: bool = False
    adopted: bool = False
    prima_reference: str = ""
    error_code: str = ""
    error_text: str = ""
    alarm: str = ""
    posted_at: datetime | None = None
    last_sent_at: datetime | None = None
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call to Prima for a document."""

    document_number: str
    attempt: int
    call: Literal["send", "read_back"]
    started_at: datetime
    finished_at: datetime | None
    outcome: AttemptOutcome
    error_code: str
    error_text: str
    request_sha256: str


@dataclass(frozen=True, slots=True)
class Write:
    """One durable step: the entry as it was, as it becomes, and the call that belongs to it."""

    before: Entry | None
    after: Entry
    attempt: Attempt | None = None
