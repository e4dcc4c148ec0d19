"""Everything Dagster loads, put together; workspace.yaml and [tool.dg] name this module.

What does not belong here: any definition itself. Loading reads settings and models; it starts nothing.
"""

from collections.abc import Callable
from datetime import UTC, datetime

import dagster as dg

from lightspeed_prima.defs.alert_delivery import is_configured
from lightspeed_prima.defs.alerts import alert_sensors
from lightspeed_prima.defs.checks import standing_checks
from lightspeed_prima.defs.jobs import CYCLE_JOBS
from lightspeed_prima.defs.lightspeed import lightspeed_assets
from lightspeed_prima.defs.maintenance import maintenance_job
from lightspeed_prima.defs.mappings import mapping_assets
from lightspeed_prima.defs.pipeline import pipeline_resource
from lightspeed_prima.defs.posting import posted_documents, sent_documents
from lightspeed_prima.defs.posting_window import posting_window
from lightspeed_prima.defs.prima_ledger import ledger_assets
from lightspeed_prima.defs.prima_stock import stock_assets
from lightspeed_prima.defs.published import published_assets
from lightspeed_prima.defs.schedules import SCHEDULES
from lightspeed_prima.defs.sql_models import model_assets
from lightspeed_prima.settings import Settings, load_settings
from lightspeed_prima.warehouse.models import ModelProject


def build_defs(
    settings: Settings | None = None, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> dg.Definitions:
    """The whole code location. Without settings each run and sensor reads those in force by itself.

    They are read here too: a configuration with a mistake stops the location from loading, so that nothing
    starts half-configured.
    """
    in_force = settings or load_settings()
    models = ModelProject.load()

    def load() -> Settings:
        return settings or load_settings()

    return dg.Definitions(
        assets=[
            lightspeed_assets,
            mapping_assets,
            sent_documents,
            posted_documents,
            ledger_assets,
            stock_assets,
            *model_assets(models),
            *published_assets(models),
        ],
        asset_checks=standing_checks(),
        jobs=[*CYCLE_JOBS.values(), maintenance_job],
        schedules=SCHEDULES,
        sensors=[
            posting_window(load, clock),
            *alert_sensors(load, switched_on=is_configured(in_force.alerts)),
        ],
        resources={"pipeline": pipeline_resource(settings, models, clock)},
        executor=dg.in_process_executor,
    )


defs = build_defs()
