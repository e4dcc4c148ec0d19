"""The engine with its clock and its caller in the test's hands: no socket, no waiting, the real journal."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lightspeed_prima.posting.clock import Clock
from lightspeed_prima.posting.engine import Engine, Site
from lightspeed_prima.posting.entry import Entry
from lightspeed_prima.posting.journal import Journal
from lightspeed_prima.posting.lease import Lease
from lightspeed_prima.posting.transitions import Evidence, Rules
from lightspeed_prima.posting.work import Schedule, Task, recover
from lightspeed_prima.prima.outcome import NoAnswer, Reply
from lightspeed_prima.prima.requests import SiteChoices
from lightspeed_prima_tests.prima import make
from lightspeed_prima_tests.prima.make import answer, result

DOCUMENTS = [make.order(f"7010{number}") for number in range(6)]


class UnreliablePrima:
    """Loses requests and answers by the dice; refuses a number it has."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.booked: list[str] = []
        self.payloads: dict[str, set[bytes]] = {}

    async def submit(self, payload: bytes) -> Reply:
        number = payload.decode("latin-1").split(' OrderNumber="')[1].split('"')[0]
        self.payloads.setdefault(number, set()).add(payload)
        await asyncio.sleep(0)
        lost = self.dice.choice(["", "", "request", "answer", "never left"])
        if lost == "never left":
            return NoAnswer(sent=False, code="UNREACHABLE", text="")
        if lost == "request":
            return NoAnswer(sent=True, code="TIMEOUT", text="")
        if number in self.booked:
            error = '<RequestError Error="(E:21) Sales Order Header already exists"/>'
            inner = f'<Data OrderNumber="{number}" RequestStatus="ERROR">{error}</Data>'
        else:
            self.booked.append(number)
            inner = f'<Data OrderNumber="{number}" RequestStatus="OK"/>'
        if lost == "answer":
            return NoAnswer(sent=True, code="CONNECTION_LOST", text="")
        return answer(result(inner))

    async def order_status(self, number: str) -> Reply:
        if self.dice.random() < 0.3:
            return NoAnswer(sent=True, code="TIMEOUT", text="")
        if number in self.booked:
            return answer(result('<Data OrderStatus="New"/>', 'RequestStatus="OK" RequestType="OrderStatus"'))
        return answer(result("", 'RequestStatus="ERROR" Error="none" RequestType="OrderStatus"'))


async def _no_evidence(_entry: Entry) -> Evidence:
    return "none"


@pytest.mark.parametrize("seed", range(8))
def test_every_document_ends_in_prima_once_however_unreliable_the_way_is(tmp_path: Path, seed: int) -> None:
    prima = UnreliablePrima(random.Random(seed))
    time = [datetime(2026, 11, 9, 8, tzinfo=UTC)]

    async def sleep(seconds: float) -> None:
        time[0] += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    clock = Clock(lambda: time[0], sleep, random.Random(seed))
    site = Site(SiteChoices(), "soap", tmp_path, max_connections=3)
    numbers = [document.document_number for document in DOCUMENTS]
    with Journal.open(f"sqlite:///{tmp_path}/journal.db") as journal:
        for _run in range(60):
            lease = journal.acquire("default", "test", time[0])
            assert isinstance(lease, Lease)
            recover(journal, lease)
            known = journal.entries(numbers)
            tasks = [
                Task(document.document_number, document, known.get(document.document_number))
                for document in DOCUMENTS
                if document.document_number not in journal.settled()
            ]
            engine = Engine(journal, lease, prima, _no_evidence, site, Rules(60), clock=clock)
            asyncio.run(engine.run(Schedule(tasks, journal.settled())))
            journal.release(lease, time[0])
            time[0] += timedelta(seconds=61)
            if len(journal.settled()) == len(DOCUMENTS):
                break
        entries = journal.entries(numbers).values()
    assert sorted(prima.booked) == numbers
    assert {(known.state, known.alarm) for known in entries} == {("confirmed", "")}
    assert all(len(sent) == 1 for sent in prima.payloads.values())
