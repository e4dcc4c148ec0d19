"""Names that several definitions share: asset keys, groups, owners, pools, job names.

What does not belong here: anything that runs.
"""

import dagster as dg

# Pools only show who waits for what (the locks are in the code). An op that mostly waits for the network
# has a pool of its own: a slot is taken for the whole op, and would keep the short visitors out.
WAREHOUSE_POOL = "warehouse"
LIGHTSPEED_POOL = "lightspeed"
PRIMA_POOL = "prima"

INGEST = "ingest_lightspeed"
POST = "post_to_prima"
RECONCILE = "reconcile"
SYNC_STOCK = "sync_stock"
DAILY_CYCLE = "daily_cycle"
MAINTENANCE = "maintenance"
CYCLE_JOBS = (INGEST, POST, RECONCILE, SYNC_STOCK, DAILY_CYCLE)
POSTING_JOBS = (POST, DAILY_CYCLE)

# Tables that models read and that are memory of the cycles before, not a step of this one.
STATE_TABLES = frozenset({("ops", "completed_days"), ("raw", "watermarks")})

# Who looks after a schema when a model's YAML names nobody.
SCHEMA_OWNERS = {
    "raw": "integration",
    "mapping": "integration",
    "staging": "integration",
    "core": "retail_ops",
    "posting": "finance",
    "recon": "finance",
    "published": "finance",
    "ops": "integration",
}


def key(table: str) -> dg.AssetKey:
    """`core.transactions` as the asset key core/transactions."""
    return dg.AssetKey(table.split("."))


def team(owner: str) -> str:
    """An owner of docs/interface.md as Dagster writes teams."""
    return f"team:{owner}"


def table_of(asset_key: dg.AssetKey) -> str:
    """The table behind an asset key."""
    return ".".join(asset_key.path)


LIGHTSPEED_SALES = key("raw.lightspeed_sales")
LIGHTSPEED_REFERENCE = key("raw.lightspeed_reference")
LIGHTSPEED_STOCK = key("raw.lightspeed_stock")
WALKS = key("raw.walks")
PRIMA_LEDGER = key("raw.prima_ledger")
LEDGER_EXTRACTS = key("raw.prima_ledger_extracts")
PRIMA_STOCK = key("raw.prima_stock")
STOCK_READS = key("raw.prima_stock_reads")
MAPPING_TABLES = ("shops", "skus", "non_stock", "taxes", "customers", "tenders")
ACCOUNTS = key("ops.accounts")
TRANSACTIONS = key("core.transactions")
SENT_DOCUMENTS = key("posting.sent_documents")
JOURNAL_DOCUMENTS = key("posting.journal_documents")
ATTEMPTS = key("posting.attempts")
SNAPSHOT = key("published.reconciliation")
DAILY_REPORT = key("published.daily_report")
