"""The state machine of a document, pure: what is done next, and what each outcome makes of it.

What does not belong here: clocks, calls, storage. `planned -> sending -> confirmed | rejected | uncertain`;
`uncertain -> read back -> confirmed`, or after the quiet window sending again, same number and same bytes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from lightspeed_prima.posting.entry import SETTLED, Attempt, AttemptOutcome, Entry, Write
from lightspeed_prima.prima import requests
from lightspeed_prima.prima.documents import canonical_json
from lightspeed_prima.prima.wire import CONFIGURATION_CODES

if TYPE_CHECKING:
    from datetime import datetime

    from lightspeed_prima.prima.documents import PlannedDocument
    from lightspeed_prima.prima.outcome import Finding, Verdict
    from lightspeed_prima.prima.requests import RenderedRequest

Step = Literal["send", "read_back", "look_for_evidence", "leave"]
Evidence = Literal["match", "contradiction", "none"]

DUPLICATE_ALARM = "DUPLICATE_IN_PRIMA"
INTERRUPTED = "INTERRUPTED"


@dataclass(frozen=True, slots=True)
class Rules:
    """What the state machine is told from outside."""

    quiet_window_seconds: int
    # Read-backs adopt what nothing contradicts: the journal began empty, so Prima may know more than it.
    recovering: bool = False
    sends_per_run: int = 3


@dataclass(frozen=True, slots=True)
class Memory:
    """What this run has already done for the document."""

    sends: int = 0
    refused_connections: int = 0
    finding: Finding | None = None
    read_at: datetime | None = None
    evidence_sought: bool = False


def next_step(entry: Entry, proposed: Entry | None, memory: Memory, rules: Rules) -> Step:
    """What to do now. `proposed` is what today's plan would make, None when nothing is planned any more."""
    if entry.state in SETTLED:
        return "leave"
    if entry.state == "uncertain":
        return _next_when_uncertain(entry, memory, rules)
    if entry.state == "rejected":
        return _next_when_rejected(entry, proposed, memory)
    return "send" if memory.sends < rules.sends_per_run else "leave"


def proposal(document: PlannedDocument, request: RenderedRequest, now: datetime) -> Entry:
    """The entry a planned document starts with."""
    return Entry(
        document_number=document.document_number,
        document_type=document.document_type,
        account=document.account,
        sale_key=document.sale_key,
        original_document_number=document.original_document_number,
        business_date=document.business_date,
        depot=document.depot,
        prima_customer=document.prima_customer,
        currency=document.currency,
        net=document.net,
        tax=document.tax,
        gross=document.gross,
        reason=document.reason,
        source_digest=document.source_digest,
        document_json=canonical_json(document),
        payload=request.payload,
        payload_sha256=request.sha256,
        text_changes="\n".join(request.text_changes),
        planned_at=now,
    )


def not_renderable(document: PlannedDocument) -> RenderedRequest:
    """Stands for the bytes of a document that must not be sent, so that a better plan can be told from it."""
    text = canonical_json(document).encode()
    return requests.RenderedRequest(b"", hashlib.sha256(text).hexdigest(), ())


def with_todays_plan(entry: Entry, proposed: Entry | None) -> Entry:
    """The entry about to be sent: today's bytes, unless an earlier call may have brought others to Prima."""
    if proposed is None or entry.state == "uncertain":
        return entry
    return replace(
        proposed,
        planned_at=entry.planned_at,
        sends=entry.sends,
        calls=entry.calls,
        maybe_in_prima=entry.maybe_in_prima,
        posted_at=entry.posted_at,
        last_sent_at=entry.last_sent_at,
    )


def begin_send(before: Entry | None, entry: Entry, now: datetime) -> Write:
    """The intent, durable before the call: number, attempt and the hash of the exact bytes."""
    after = replace(
        entry,
        state="sending",
        sends=entry.sends + 1,
        calls=entry.calls + 1,
        posted_at=entry.posted_at or now,
        last_sent_at=now,
    )
    attempt = Attempt(entry.document_number, after.calls, "send", now, None, "", "", "", entry.payload_sha256)
    return Write(before, after, attempt)


def finish_send(earlier: Entry, intent: Write, verdict: Verdict, now: datetime) -> Write:
    """What the answer makes of the document. `earlier` is the entry before the intent."""
    sent = replace(intent.after, last_sent_at=now, error_code=verdict.code, error_text=verdict.text)
    outcome: AttemptOutcome
    if verdict.kind == "accepted":
        after, outcome = _confirmed(sent, verdict.reference, now), "confirmed"
    elif verdict.kind in ("refused", "configuration"):
        after, outcome = replace(sent, state="rejected"), "rejected"
    elif verdict.kind == "duplicate":
        taken = earlier.number_was_taken or not earlier.maybe_in_prima
        after, outcome = replace(sent, state="uncertain", number_was_taken=taken), "rejected"
    elif verdict.kind == "not_sent":
        after, outcome = _as_before(earlier, sent), "not_sent"
    else:
        after, outcome = replace(sent, state="uncertain", maybe_in_prima=True), "unclear"
    return Write(intent.after, after, _closed(intent.attempt, now, outcome, verdict.code, verdict.text))


def interrupted(entry: Entry, attempt: Attempt | None) -> Write:
    """What a killed engine left behind: the call may have arrived."""
    text = "the engine ended during the call"
    after = replace(entry, state="uncertain", maybe_in_prima=True, error_code=INTERRUPTED, error_text=text)
    closed = (
        None
        if attempt is None
        else replace(attempt, outcome="unclear", error_code=INTERRUPTED, error_text=text)
    )
    return Write(entry, after, closed)


def finish_read_back(
    entry: Entry, finding: Finding, evidence: Evidence, rules: Rules, started_at: datetime, now: datetime
) -> Write:
    """What a read-back makes of the document: only a found one changes its state."""
    called = replace(entry, calls=entry.calls + 1)
    request = requests.order_status(entry.document_number)
    attempt = Attempt(
        entry.document_number,
        called.calls,
        "read_back",
        started_at,
        now,
        finding.kind,
        finding.code,
        finding.text,
        hashlib.sha256(request).hexdigest(),
    )
    if finding.kind != "found":
        return Write(entry, called, attempt)
    whose = _whose(entry, finding, evidence, rules)
    if whose == "foreign":
        return Write(entry, _alarmed(called, finding), attempt)
    confirmed = _confirmed(called, entry.document_number, now)
    return Write(entry, replace(confirmed, adopted=whose == "adopted"), attempt)


def refuse_locally(before: Entry | None, entry: Entry, code: str, text: str) -> Write:
    """A document that must not be sent: rejected without a call, until its plan changes."""
    return Write(before, replace(entry, state="rejected", error_code=code, error_text=text))


def export(before: Entry | None, entry: Entry, where: str, now: datetime) -> Write:
    """A document written to a file for import by hand."""
    after = replace(
        entry, state="exported", prima_reference=where, posted_at=now, error_code="", error_text=""
    )
    return Write(before, after)


def _next_when_uncertain(entry: Entry, memory: Memory, rules: Rules) -> Step:
    if memory.finding is None:
        return "read_back"
    if memory.finding.kind != "not_found" or memory.sends >= rules.sends_per_run:
        return "leave"
    if entry.last_sent_at is None or memory.read_at is None:
        return "leave"
    quiet = timedelta(seconds=rules.quiet_window_seconds)
    return "send" if memory.read_at - entry.last_sent_at >= quiet else "leave"


def _next_when_rejected(entry: Entry, proposed: Entry | None, memory: Memory) -> Step:
    if memory.sends:
        return "leave"
    if proposed is not None and proposed.payload_sha256 != entry.payload_sha256:
        return "send"
    if proposed is not None and entry.error_code in CONFIGURATION_CODES:
        return "send"
    if entry.alarm and not memory.evidence_sought:
        return "look_for_evidence"
    return "leave"


def _whose(
    entry: Entry, finding: Finding, evidence: Evidence, rules: Rules
) -> Literal["ours", "adopted", "foreign"]:
    if finding.sale_key and finding.sale_key != entry.sale_key:
        return "foreign"
    if not entry.number_was_taken:
        return "ours"
    if evidence == "contradiction":
        return "foreign"
    proven = evidence == "match" or rules.recovering or finding.sale_key == entry.sale_key
    return "adopted" if proven else "foreign"


def _alarmed(entry: Entry, finding: Finding) -> Entry:
    words = f"Prima holds this number as {finding.status or 'an order'} and this journal never sent it"
    if finding.sale_key and finding.sale_key != entry.sale_key:
        words = f"Prima holds this number for {finding.sale_key}, not for {entry.sale_key}"
    text = f"{words}; {entry.error_text}" if entry.error_text and not entry.alarm else words
    return replace(entry, state="rejected", alarm=DUPLICATE_ALARM, error_code="E:21", error_text=text)


def _confirmed(entry: Entry, reference: str, now: datetime) -> Entry:
    return replace(
        entry,
        state="confirmed",
        prima_reference=reference,
        posted_at=entry.posted_at or now,
        confirmed_at=now,
        error_code="",
        error_text="",
        alarm="",
    )


def _as_before(earlier: Entry, sent: Entry) -> Entry:
    """The call provably never left: as if it had not been tried, but for the record of the attempt."""
    return replace(
        sent,
        state="uncertain" if earlier.state == "uncertain" else "planned",
        sends=earlier.sends,
        posted_at=earlier.posted_at,
        last_sent_at=earlier.last_sent_at,
    )


def _closed(
    attempt: Attempt | None, now: datetime, outcome: AttemptOutcome, code: str, text: str
) -> Attempt | None:
    if attempt is None:
        return None
    return replace(attempt, finished_at=now, outcome=outcome, error_code=code, error_text=text)
