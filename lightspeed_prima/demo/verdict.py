"""Compares the published tables with the answer key of the sandbox's world.

What does not belong here: tolerance. A sale, a penny or an exception that differs is a complaint.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from lightspeed_prima.demo.result import Verdict
from lightspeed_prima.reports.snapshot import open_snapshot


def judge(published: Path, answer_key: Path) -> Verdict:
    """Sale by sale and exception by exception."""
    key: dict[str, Any] = json.loads(answer_key.read_text(encoding="utf-8"))
    expected = {sale["sale_key"]: sale for sale in key["sales"]}
    with open_snapshot(published) as con:
        found = {
            sale: (disposition, gross)
            for sale, disposition, gross in con.execute(
                "select sale_key, disposition, cast(lightspeed_gross as varchar) from recon.sales"
            ).fetchall()
        }
        exceptions = Counter(
            name
            for (name,) in con.execute(
                "select code || ' ' || coalesce(sale_key, account) from recon.exceptions"
                " where status = 'open'"
            ).fetchall()
        )
        ((unexplained_days,),) = con.execute(
            "select count(*) from recon.shop_days where unexplained <> 0"
        ).fetchall()
    wanted = Counter(f"{code} {sale}" for sale, row in expected.items() for code in row["exceptions"])
    return Verdict(
        sales=len(expected),
        wrong_sales=_wrong_sales(expected, found),
        missing_exceptions=sorted((wanted - exceptions).elements()),
        surplus_exceptions=sorted((exceptions - wanted).elements()),
        unexplained_days=unexplained_days,
    )


def _wrong_sales(expected: dict[str, Any], found: dict[str, tuple[str, str]]) -> list[str]:
    wrong = [f"{sale} is not in the warehouse" for sale in sorted(expected.keys() - found.keys())]
    wrong += [f"{sale} is not in the world" for sale in sorted(found.keys() - expected.keys())]
    for sale in sorted(expected.keys() & found.keys()):
        disposition, gross = found[sale]
        if disposition != expected[sale]["disposition"]:
            wrong.append(f"{sale} is {disposition}, should be {expected[sale]['disposition']}")
        elif disposition == "posted" and gross != expected[sale]["gross"]:
            wrong.append(f"{sale} has {gross}, should have {expected[sale]['gross']}")
    return wrong
