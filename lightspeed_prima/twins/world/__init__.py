"""The seeded retail world: three shops, a week of trade, Prima's master data and the right answer.

The public face is here; the rooms are in the modules. No module of the pipeline is imported, and none may be.
"""

from lightspeed_prima.twins.world.answer_key import (
    AnswerKey,
    ExpectedDocument,
    ExpectedSale,
    ExpectedStock,
    StockMove,
)
from lightspeed_prima.twins.world.build import FIRST_DAY, World, WorldSale, build_world

__all__ = [
    "FIRST_DAY",
    "AnswerKey",
    "ExpectedDocument",
    "ExpectedSale",
    "ExpectedStock",
    "StockMove",
    "World",
    "WorldSale",
    "build_world",
]
