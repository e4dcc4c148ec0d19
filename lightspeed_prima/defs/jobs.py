"""The jobs of docs/interface.md 1: which assets each one makes.

What does not belong here: when they run (schedules.py, posting_window.py).
"""

import dagster as dg

from lightspeed_prima.defs import names

_LIGHTSPEED = dg.AssetSelection.assets(
    names.LIGHTSPEED_SALES, names.LIGHTSPEED_REFERENCE, names.LIGHTSPEED_STOCK, names.WALKS
)
_LEDGER = dg.AssetSelection.assets(names.PRIMA_LEDGER, names.LEDGER_EXTRACTS)
_STOCK = dg.AssetSelection.assets(names.PRIMA_STOCK, names.STOCK_READS)
_RECON_STOCK = dg.AssetSelection.assets(names.key("recon.stock"))
_MAPPING, _STAGING, _CORE, _POSTING, _RECON, _PUBLISHED = (
    dg.AssetSelection.groups(group)
    for group in ("mapping", "staging", "core", "posting", "recon", "published")
)

_JOBS: tuple[tuple[str, str, dg.AssetSelection], ...] = (
    (
        names.INGEST,
        "Reads every Lightspeed account and the mappings, and normalises the sales.",
        _LIGHTSPEED | _MAPPING | _STAGING | _CORE,
    ),
    (
        names.POST,
        "Plans the Prima documents of what has been read, sends what is due, and mirrors the journal.",
        _MAPPING | _STAGING | _CORE | _POSTING,
    ),
    (
        names.RECONCILE,
        "Reads the ledger extract, reconciles sales, taxes, tenders and shop-days, publishes the snapshot.",
        _LEDGER | _RECON | _PUBLISHED,
    ),
    (
        names.SYNC_STOCK,
        "Reads Prima's stock catalogue and compares it with Lightspeed's figures.",
        _STOCK | _RECON_STOCK,
    ),
    (
        names.DAILY_CYCLE,
        "Everything in order: ingest, map, plan, post, read ledger and stock, reconcile, publish, report.",
        dg.AssetSelection.all(),
    ),
)


# Measured: an empty job of six steps takes a second in one process and 20 with a process per step. It also
# lets one run keep the pipeline's lock from its first step to its last.
CYCLE_JOBS = {
    name: dg.define_asset_job(
        name, selection=selection, description=description, executor_def=dg.in_process_executor
    )
    for name, description, selection in _JOBS
}
