"""What every op works with: the settings in force, the warehouse, the models, and one clock for a whole run.

What does not belong here: what any step does with them.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

import dagster as dg

from lightspeed_prima.defs.cycle import clear_leftovers, one_run_at_a_time
from lightspeed_prima.settings import Settings, load_settings, sandbox_home, sandbox_settings
from lightspeed_prima.warehouse.database import Warehouse
from lightspeed_prima.warehouse.models import ModelProject


class Pipeline:
    """The tools of one run. Everything in it is made when it is first asked for."""

    def __init__(self, given: Settings | None, models: ModelProject, clock: Callable[[], datetime]) -> None:
        self._settings = given
        self.models = models
        self.clock = clock
        self.now = clock()
        """When the run began: one moment for all its models. What happens later in the run is after it."""

    @property
    def settings(self) -> Settings:
        """The settings in force. For a step that calls a server, see `reachable`."""
        if self._settings is None:
            self._settings = load_settings()
        return self._settings

    def reachable(self) -> Settings:
        """The settings, with the sandbox's twins up and at the addresses it names."""
        if self.settings.environment == "sandbox":
            from lightspeed_prima.twins.sandbox import ensure_sandbox

            ensure_sandbox(sandbox_home())
            self._settings = sandbox_settings()
        return self.settings

    @property
    def warehouse(self) -> Warehouse:
        """The warehouse; it refuses the tables of another environment."""
        return Warehouse(self.settings.warehouse.path, environment=self.settings.environment)

    @property
    def variables(self) -> Mapping[str, object]:
        """What the SQL models may ask about the settings."""
        return model_variables(self.settings, self.now)


def model_variables(settings: Settings, now: datetime) -> dict[str, object]:
    """The `var()`s of dbt_like_sql: text goes into SQL literals as it is."""
    closed_until = settings.posting.closed_until
    return {
        "now": now.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S+00"),
        "line_quantity": settings.prima.line_quantity,
        "multi_tender": settings.prima.multi_tender,
        "exchange_pay_method": settings.prima.exchange_pay_method.replace("'", "''"),
        "credit_notes": settings.prima.credit_notes,
        "unlinked_returns": settings.posting.unlinked_returns,
        "closed_until": closed_until.isoformat() if closed_until else "",
        "tax_per_line": str(settings.tolerance.tax_per_line),
        "tax_per_document": str(settings.tolerance.tax_per_document),
        "ledger_configured": bool(settings.prima.ledger_extract),
    }


def pipeline_resource(
    given: Settings | None, models: ModelProject, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> dg.ResourceDefinition:
    """The resource `pipeline`: held from the first step of a run to its last (in-process executor)."""

    @dg.resource(description="Settings, warehouse, SQL models and the run's clock; one run at a time.")
    def pipeline(context: dg.InitResourceContext) -> Iterator[Pipeline]:
        run_id = context.run.run_id if context.run else "no run"
        tell = context.log.info if context.log else lambda _: None
        settings = given or load_settings()
        with one_run_at_a_time(settings.warehouse.path, run_id, tell) as died:
            if context.instance is not None:
                clear_leftovers(context.instance, run_id, died, tell)
            yield Pipeline(given, models, clock)

    return pipeline
