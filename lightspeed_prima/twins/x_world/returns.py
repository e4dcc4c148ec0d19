"""What happens when goods come back to an X-Series till: returns here and elsewhere, exchanges.

Only honest ones, with the original sale named; an unreferenced return belongs to trouble.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random

from lightspeed_prima.twins.x_world.catalogue import GARMENTS
from lightspeed_prima.twins.x_world.retailer import CREDIT_CARD, EFTPOS, STORE_CREDIT
from lightspeed_prima.twins.x_world.stories import sell, settle
from lightspeed_prima.twins.x_world.till import Line, Sale, ring_up

# Sales whose lines stand for themselves: no discount line, no card, no half cents.
RETURNED_STORIES = frozenset({"plain", "multi_line", "line_discount", "residual", "known_customer"})


@dataclass(frozen=True)
class ReturnStory:
    """A kind of return; `tell` gives False when no earlier sale fits."""

    name: str
    share: Decimal
    tell: Callable[[Random, Sale, list[Sale]], bool]


def bring_back(sale: Sale, original: Sale, line: Line, quantity: int) -> Line:
    """The returned line: negative, at what was charged. Only the sale names its original, no line does."""
    line.brought_back += quantity
    assert line.brought_back <= line.quantity, "more came back than was sold"
    back = Line(
        product=line.product,
        quantity=-quantity,
        price=line.price,
        tax=line.tax,
        discount=line.discount,
        is_return=True,
        is_price_set=True,
        original=line,
    )
    sale.lines.append(back)
    link(sale, original)
    return back


def link(sale: Sale, original: Sale) -> None:
    """Name the original, which gets a version of its own a moment after the return got hers."""
    if sale.original is None:
        sale.original = original
        sale.customer = original.customer
        original.returns.append(sale)
        original.happens(sale.first_stage, sale.updated_at(sale.first_stage) + timedelta(seconds=1))


def _partial_return(rng: Random, sale: Sale, earlier: list[Sale]) -> bool:
    return _return_one_unit(rng, sale, [s for s in earlier if s.outlet is sale.outlet])


def _return_elsewhere(rng: Random, sale: Sale, earlier: list[Sale]) -> bool:
    return _return_one_unit(rng, sale, [s for s in earlier if s.outlet is not sale.outlet])


def _return_one_unit(rng: Random, sale: Sale, earlier: list[Sale]) -> bool:
    fitting = [original for original in earlier if returnable(original)]
    if not fitting:
        return False
    original = rng.choice(fitting)
    bring_back(sale, original, rng.choice(returnable(original)), 1).reason = "Faulty"
    settle(sale, rng.choice((CREDIT_CARD, EFTPOS, STORE_CREDIT)))
    return True


def _full_return(rng: Random, sale: Sale, earlier: list[Sale]) -> bool:
    fitting = [s for s in earlier if s.outlet is sale.outlet and _wholly_returnable(s)]
    if not fitting:
        return False
    original = rng.choice(fitting)
    for line in original.lines:
        bring_back(sale, original, line, line.quantity)
    settle(sale, original.payments[0].payment_type)
    return True


def _exchange_up(rng: Random, sale: Sale, earlier: list[Sale]) -> bool:
    return _exchange(rng, sale, earlier, lambda new, old: new > old)


def _exchange_down(rng: Random, sale: Sale, earlier: list[Sale]) -> bool:
    return _exchange(rng, sale, earlier, lambda new, old: new < old)


def _exchange_even(rng: Random, sale: Sale, earlier: list[Sale]) -> bool:
    """Another size: the totals are zero and nothing is paid, and still two documents are due."""
    return _exchange(rng, sale, earlier, lambda new, old: new == old)


def _exchange(
    rng: Random, sale: Sale, earlier: list[Sale], wanted: Callable[[Decimal, Decimal], bool]
) -> bool:
    lines = [(s, line) for s in earlier if s.outlet is sale.outlet for line in returnable(s)]
    rng.shuffle(lines)
    for original, line in lines:
        fitting = [
            p for p in GARMENTS if p is not line.product and wanted(p.price, line.gross / line.quantity)
        ]
        if fitting:
            bring_back(sale, original, line, 1)
            sell(sale, rng.choice(fitting))
            if ring_up(sale).total:
                settle(sale, CREDIT_CARD)
            return True
    return False


def returnable(sale: Sale) -> list[Line]:
    """The lines of which something can still come back."""
    if sale.story not in RETURNED_STORIES or sale.deleted_at is not None:
        return []
    return [line for line in sale.lines if line.quantity > line.brought_back and line.product.has_inventory]


def _wholly_returnable(sale: Sale) -> bool:
    untouched = not any(line.brought_back for line in sale.lines)
    return untouched and len(returnable(sale)) == len(sale.lines)


RETURN_STORIES = (
    ReturnStory("partial_return", Decimal("0.04"), _partial_return),
    ReturnStory("full_return", Decimal("0.025"), _full_return),
    ReturnStory("return_elsewhere", Decimal("0.015"), _return_elsewhere),
    ReturnStory("exchange_up", Decimal("0.02"), _exchange_up),
    ReturnStory("exchange_even", Decimal("0.015"), _exchange_even),
    ReturnStory("exchange_down", Decimal("0.015"), _exchange_down),
)
