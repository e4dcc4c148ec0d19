"""What happens at the counter when goods come back: refunds and exchanges of sales made before.

Only honest returns; a return without a receipt or of a sale that is held belongs to trouble.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from lightspeed_prima.twins.world.catalogue import SALEABLE_SHOES, Item
from lightspeed_prima.twins.world.shops import AMSTERDAM, CARD, CASH, DUBLIN, SHOPS, Shop
from lightspeed_prima.twins.world.stories import sell, settle
from lightspeed_prima.twins.world.till import ZERO, Line, Payment, Sale, ring_up

# Sales of these kinds come back; a gift card or a voided sale never does.
RETURNED_STORIES = frozenset(
    {"plain", "multi_line", "line_discount", "five_off", "cash_with_change", "known_customer"}
    | {"zero_rated", "mixed_rates", "archived_tender", "zero_cash_rows", "parked", "after_midnight"}
)


@dataclass(frozen=True)
class ReturnStory:
    """A kind of return; `tell` gives False when no earlier sale fits."""

    name: str
    share: Decimal
    tell: Callable[[Random, Sale, list[Sale]], bool]
    shops: tuple[Shop, ...] = SHOPS


def bring_back(sale: Sale, original: Line, quantity: int) -> Line:
    """The returned line: negative, at the price and markdown it was sold for, pointing to its original."""
    original.brought_back += quantity
    assert original.brought_back <= original.quantity, "more came back than was sold"
    assert original.sale is not None, "only a line of a sale comes back"
    sold_under = original.sale.shop.tax
    return sale.add(
        Line(
            original.item,
            -quantity,
            original.unit_price,
            original.tax_class,
            discount_percent=original.discount_percent,
            discount_each=original.discount_each,
            parent=original,
            tax=sold_under if sold_under is not sale.shop.tax else None,
        )
    )


def pay_back(sale: Sale, original: Sale) -> None:
    """Give the money back the way it came."""
    tender = _only_tender(original)
    assert tender is not None
    settle(sale, tender.payment_type).refunds = tender


def _partial_refund(rng: Random, sale: Sale, earlier: list[Sale]) -> bool:
    return _refund_one_line(rng, sale, _of_shop(sale.shop, earlier))


def _refund_in_the_other_shop(rng: Random, sale: Sale, earlier: list[Sale]) -> bool:
    elsewhere = [s for s in earlier if s.shop in (DUBLIN, AMSTERDAM) and s.shop is not sale.shop]
    return _refund_one_line(rng, sale, elsewhere)


def _refund_one_line(rng: Random, sale: Sale, earlier: list[Sale]) -> bool:
    original = _pick(rng, earlier, lambda s: _only_tender(s) is not None and bool(_returnable(s)))
    if original is None:
        return False
    sale.customer_id = original.customer_id
    bring_back(sale, rng.choice(_returnable(original)), 1)
    pay_back(sale, original)
    return True


def _full_refund(rng: Random, sale: Sale, earlier: list[Sale]) -> bool:
    original = _pick(rng, _of_shop(sale.shop, earlier, {"sale_discount"}), _wholly_returnable)
    if original is None:
        return False
    sale.customer_id = original.customer_id
    sale.discount_percent = original.discount_percent
    for line in original.lines:
        bring_back(sale, line, line.quantity)
    pay_back(sale, original)
    return True


def _refund_of_two_sales(rng: Random, sale: Sale, earlier: list[Sale]) -> bool:
    fitting = [s for s in _of_shop(sale.shop, earlier) if _returnable(s)]
    if len(fitting) < 2:
        return False
    for original in rng.sample(fitting, 2):
        bring_back(sale, rng.choice(_returnable(original)), 1)
    settle(sale, CASH)
    return True


def _exchange_up(rng: Random, sale: Sale, earlier: list[Sale]) -> bool:
    return _exchange(rng, sale, earlier, lambda new, old: new > old)


def _exchange_down(rng: Random, sale: Sale, earlier: list[Sale]) -> bool:
    return _exchange(rng, sale, earlier, lambda new, old: new < old)


def _exchange_even(rng: Random, sale: Sale, earlier: list[Sale]) -> bool:
    return _exchange(rng, sale, earlier, lambda new, old: new == old)


def _exchange(
    rng: Random, sale: Sale, earlier: list[Sale], wanted: Callable[[Decimal, Decimal], bool]
) -> bool:
    # Whole prices without markdown: the value of each document of an exchange is then beyond doubt, in a
    # shop that adds the tax on top as well.
    returnable = [
        line
        for original in _of_shop(sale.shop, earlier)
        for line in _returnable(original)
        if not (line.discount_percent or line.discount_each) and _exact(sale.shop, line.unit_price)
    ]
    rng.shuffle(returnable)
    for line in returnable:
        fitting = [item for item in SALEABLE_SHOES if _fits(item, line, sale.shop, wanted)]
        if fitting:
            _swap(rng, sale, line, rng.choice(fitting))
            return True
    return False


def _swap(rng: Random, sale: Sale, line: Line, item: Item) -> None:
    bring_back(sale, line, 1)
    sell(sale, item)
    if ring_up(sale).total:
        settle(sale, CARD)
    elif rng.random() < 0.5:
        sale.payments.append(Payment(CASH, ZERO))


def _fits(item: Item, line: Line, shop: Shop, wanted: Callable[[Decimal, Decimal], bool]) -> bool:
    price = item.price_in(shop)
    return item is not line.item and _exact(shop, price) and wanted(price, line.unit_price)


def _exact(shop: Shop, price: Decimal) -> bool:
    return shop.tax.inclusive or price == price.to_integral_value()


def _of_shop(shop: Shop, sales: Iterable[Sale], more: set[str] | None = None) -> list[Sale]:
    stories = RETURNED_STORIES | (more or set())
    return [s for s in sales if s.shop is shop and s.story in stories]


def _pick(rng: Random, sales: list[Sale], fits: Callable[[Sale], bool]) -> Sale | None:
    fitting = [sale for sale in sales if fits(sale)]
    return rng.choice(fitting) if fitting else None


def _returnable(sale: Sale) -> list[Line]:
    if sale.story not in RETURNED_STORIES:
        return []
    return [line for line in sale.lines if line.item and line.quantity > line.brought_back]


def _wholly_returnable(sale: Sale) -> bool:
    return _only_tender(sale) is not None and all(
        line.item is not None and not line.item.service and not line.brought_back for line in sale.lines
    )


def _only_tender(sale: Sale) -> Payment | None:
    valued = [payment for payment in sale.live_payments if payment.amount]
    return valued[0] if len(valued) == 1 else None


RETURN_STORIES = (
    ReturnStory("partial_refund", Decimal("0.04"), _partial_refund),
    ReturnStory("full_refund", Decimal("0.03"), _full_refund),
    ReturnStory("refund_in_the_other_shop", Decimal("0.012"), _refund_in_the_other_shop, (DUBLIN, AMSTERDAM)),
    ReturnStory("refund_of_two_sales", Decimal("0.008"), _refund_of_two_sales, (DUBLIN, AMSTERDAM)),
    ReturnStory("exchange_up", Decimal("0.02"), _exchange_up),
    ReturnStory("exchange_even", Decimal("0.012"), _exchange_even),
    ReturnStory("exchange_down", Decimal("0.012"), _exchange_down),
)
