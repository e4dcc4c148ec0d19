"""Renders docs/data_dictionary.md from the models and their YAML, so that it cannot disagree with them.

What does not belong here: descriptions; they are written beside the models.
"""

from __future__ import annotations

import sys

from lightspeed_prima.warehouse.models.model import Column, Model, Source
from lightspeed_prima.warehouse.models.project import ModelProject, default_directory
from lightspeed_prima.warehouse.publish import PUBLISHED_SCHEMAS

_HEAD = """# Data dictionary

Generated from `dbt_like_sql/models` by `python -m lightspeed_prima.warehouse.data_dictionary`; do not edit.

The published snapshot (`data/reconciliation.duckdb`) holds the tables of core, posting and recon. Money is
`DECIMAL(18,2)` unless a finer type is named; times are UTC; `business_date` is the trading day in the
shop's own time zone.
"""

_SCHEMAS = {
    "core": "What happened in the shops: one vocabulary for every Lightspeed account.",
    "posting": "What Prima is meant to hold, and what it was told.",
    "recon": "Whether the two agree, and what a person has to do where they do not.",
    "staging": "Not published: payloads taken apart, one step behind `core`.",
}


def render(project: ModelProject) -> str:
    """The whole page. The order is that of the flow, then of the names; nothing in it depends on data."""
    lines = [_HEAD]
    schemas = sorted({model.schema for model in project.models}, key=_schema_order)
    for schema in schemas:
        lines += [f"## {schema}", "", _SCHEMAS.get(schema, ""), ""]
        for model in sorted(project.models, key=lambda model: model.name):
            if model.schema == schema:
                lines += _model(project, model)
    if project.sources:
        lines += [
            "## Sources",
            "",
            "Not published: the tables that the pipeline writes and the models read.",
            "",
        ]
        lines += _table(("table", "one row is"), [_source(source) for source in project.sources])
    return "\n".join(lines).rstrip() + "\n"


def _schema_order(schema: str) -> tuple[int, str]:
    known = (*PUBLISHED_SCHEMAS, "staging")
    return (known.index(schema) if schema in known else len(known), schema)


def _model(project: ModelProject, model: Model) -> list[str]:
    lines = [f"### {model.relation}", ""]
    lines += [line for text in (model.description, model.row_is) if text for line in (text, "")]
    lines += [_facts(project, model), ""]
    if model.columns:
        lines += _table(("column", "type", "meaning"), [_column(column) for column in model.columns])
    rules = [test for test in model.tests if test.column is None]
    if rules:
        lines += ["Checked after every run:", ""]
        lines += [f"- {test.description}{' (warning)' if test.severity == 'warn' else ''}" for test in rules]
        lines.append("")
    return lines


def _facts(project: ModelProject, model: Model) -> str:
    made_of = [str(project.model(name).relation) for name in model.depends_on]
    made_of += [f"{schema}.{table}" for schema, table in model.sources]
    facts = [f"Owner: {model.owner}"] if model.owner else []
    facts += [f"{model.materialized}"]
    facts += [f"made of {', '.join(f'`{name}`' for name in made_of)}"] if made_of else []
    return f"*{'; '.join(facts)}.*"


def _column(column: Column) -> tuple[str, str, str]:
    rules = "; ".join(_without_subject(column.name, test.description) for test in column.tests)
    meaning = " ".join(part for part in (column.description, f"({rules})" if rules else "") if part)
    return f"`{column.name}`", column.data_type, meaning


def _without_subject(column: str, sentence: str) -> str:
    return sentence.removeprefix(f"{column} is ").removeprefix(f"{column} ")


def _source(source: Source) -> tuple[str, str]:
    return f"`{source.schema}.{source.table}`", source.description


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    return [_row(head), _row(("---",) * len(head)), *map(_row, rows), ""]


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main() -> int:
    """Writes docs/data_dictionary.md of the checkout."""
    target = default_directory().parent / "docs" / "data_dictionary.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text(render(ModelProject.load()), encoding="utf-8")
    print(target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
