"""The pipeline's DuckDB file: one writer at a time, short visits, the schema always up to date.

What does not belong here: what is written. Never hold a connection across a network call: while it is
open, every other process waits.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lightspeed_prima.errors import PipelineError

if TYPE_CHECKING:
    import duckdb

# A file that DuckDB 2 writes with its own default cannot be read by 1.5, which analysts may still have.
STORAGE_VERSION = "v1.5.0"


class WarehouseError(PipelineError):
    """The warehouse file cannot be used."""


class Warehouse:
    """The warehouse file and the right to write to it."""

    def __init__(
        self,
        path: Path,
        lock_timeout_seconds: float = 600,
        *,
        environment: str | None = None,
        memory_limit: str | None = None,
        threads: int | None = None,
    ) -> None:
        self.path = Path(path).absolute()
        self.lock_timeout_seconds = lock_timeout_seconds
        self.environment = environment
        self.memory_limit = memory_limit
        self.threads = threads or min(4, os.cpu_count() or 1)

    @property
    def lock_path(self) -> Path:
        """The file whose lock is the right to open the warehouse."""
        return self.path.with_name(self.path.name + ".lock")

    @contextmanager
    def connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """An open warehouse, alone: the lock is held until the block ends. Times are UTC."""
        with self.locked():
            con = self._open()
            try:
                self._bring_up_to_date(con)
                yield con
            finally:
                con.close()

    @contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The same, within BEGIN and COMMIT; any exception rolls back."""
        with self.connect() as con:
            con.begin()
            try:
                yield con
            except BaseException:
                con.rollback()
                raise
            con.commit()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """The inter-process lock alone, for what handles the closed file (publish, backup)."""
        from filelock import FileLock, Timeout

        self.path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.lock_path, timeout=self.lock_timeout_seconds, thread_local=False)
        try:
            lock.acquire()
        except Timeout as error:
            raise WarehouseError(
                "WAREHOUSE_BUSY",
                f"another process has held the warehouse for {self.lock_timeout_seconds} seconds",
                where=str(self.path),
                next_step="wait for the run that holds it, or end it in the Dagster UI",
            ) from error
        try:
            yield
        finally:
            lock.release()

    def _open(self) -> duckdb.DuckDBPyConnection:
        import duckdb

        config: dict[str, str | bool | int | float | list[str]] = {"threads": self.threads}
        if self.memory_limit:
            config["memory_limit"] = self.memory_limit
        if not self.path.exists():
            config["storage_compatibility_version"] = STORAGE_VERSION
        try:
            con = duckdb.connect(str(self.path), config=config)
        except duckdb.Error as error:
            raise self._cannot_open(error) from error
        con.execute("set TimeZone = 'UTC'")
        return con

    def _cannot_open(self, error: duckdb.Error) -> WarehouseError:
        sentence = " ".join(str(error).split())
        if "Could not set lock" in sentence:
            advice = "close the other program that opened this file; analysts use the published snapshot"
            return WarehouseError("WAREHOUSE_BUSY", sentence, where=str(self.path), next_step=advice)
        advice = "restore a backup, or move the file away and run again: it is filled afresh"
        return WarehouseError("WAREHOUSE_UNREADABLE", sentence, where=str(self.path), next_step=advice)

    def _bring_up_to_date(self, con: duckdb.DuckDBPyConnection) -> None:
        from lightspeed_prima.warehouse.migrations import apply_migrations, claim_environment

        apply_migrations(con, where=self.path)
        if self.environment is not None:
            claim_environment(con, self.environment, where=self.path)
