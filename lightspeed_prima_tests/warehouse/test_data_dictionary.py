"""The data dictionary: rendered from the models, and the one in docs/ is current."""

from __future__ import annotations

from lightspeed_prima.warehouse.data_dictionary import render
from lightspeed_prima.warehouse.models import ModelProject
from lightspeed_prima.warehouse.models.project import default_directory

from .conftest import WriteProject


def test_a_table_is_shown_with_its_meaning_origin_columns_and_rules(write_project: WriteProject) -> None:
    project = write_project(
        {
            "models/staging/sale_rows.sql": "-- One row is a sale. Key: id.\nselect * from {{ source('raw', 'sales') }}",
            "models/core/transactions.sql": "-- One row is a sale.\nselect * from {{ ref('sale_rows') }}",
            "models/core/core.yml": """
models:
  - name: transactions
    description: What was sold.
    meta: {owner: finance}
    tests:
      - unique_combination: {columns: [id, account]}
      - expression_is_true: {expression: net + tax = gross, severity: warn}
    columns:
      - {name: id, data_type: varchar, description: Lightspeed's id., tests: [not_null, unique]}
      - {name: kind, description: sale | refund}
""",
            "models/sources.yml": """
sources: [{name: raw, tables: [{name: sales, description: A version of a sale.}]}]
""",
        }
    )
    page = render(project)
    assert page.index("### core.transactions") < page.index("### staging.sale_rows")
    assert "What was sold." in page
    assert "*Owner: finance; view; made of `staging.sale_rows`.*" in page
    assert "| `id` | varchar | Lightspeed's id. (never empty; unique) |" in page
    assert "| `kind` |  | sale \\| refund |" in page
    assert "- id, account together are unique" in page
    assert "- net + tax = gross holds in every row (warning)" in page
    assert "| `raw.sales` | A version of a sale. |" in page


def test_the_page_in_docs_is_what_the_models_say_today() -> None:
    page = default_directory().parent / "docs" / "data_dictionary.md"
    advice = "run: .venv/bin/python -m lightspeed_prima.warehouse.data_dictionary"
    assert page.read_text(encoding="utf-8") == render(ModelProject.load()), advice
