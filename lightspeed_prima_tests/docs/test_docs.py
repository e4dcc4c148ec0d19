"""The pages are true: commands, queries, links, tables, columns, codes and names are those of the code.

What does not belong here: docs/configuration.md and docs/data_dictionary.md, which have tests of their own.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from typing import Any

import dagster as dg
import duckdb
import pytest
import typer.main
from typer.core import TyperGroup

from lightspeed_prima.mapping import cells, files
from lightspeed_prima.prima import ledger
from lightspeed_prima.settings.models import SECTIONS
from lightspeed_prima.warehouse.database import Warehouse
from lightspeed_prima.warehouse.models import ModelProject
from lightspeed_prima_tests.docs.markdown import ROOT, Page, all_pages, names_in

PAGES = all_pages()
README = Page.read("README.md")
INTERFACE = Page.read("docs/interface.md")
OPERATIONS = Page.read("docs/operations.md")
TABLES = {names_in(row[0])[0]: names_in(row[2]) for row in INTERFACE.rows("table")}
MAPPING_FILES = (files.SHOPS, files.SKUS, files.NON_STOCK, files.TAXES, files.CUSTOMERS, files.TENDERS)
QUERIES = [
    pytest.param(query, id=f"{page.path.name}-{number}")
    for page in (README, OPERATIONS)
    for number, query in enumerate(page.blocks("sql"), start=1)
]


def page_id(page: Page) -> str:
    return str(page.path.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_every_link_leads_to_a_file_and_a_heading_that_are_there(page: Page) -> None:
    dead = []
    for link in page.links():
        name, _, anchor = link.partition("#")
        target = page.path.parent / name if name else page.path
        if not target.exists() or (
            anchor and anchor not in Page(target, target.read_text(encoding="utf-8")).anchors()
        ):
            dead.append(link)

    assert dead == []


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_every_make_target_named_is_in_the_makefile(page: Page) -> None:
    rules = set(
        re.findall(r"^([a-z_]+):(?!=)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    named = {words[1] for words in map(str.split, page.commands()) if words[0] == "make" and len(words) > 1}

    assert named - rules == set()


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_every_console_command_named_is_a_command_with_the_options_shown(page: Page) -> None:
    from lightspeed_prima.cli import app

    script = typer.main.get_command(app)
    wrong = [
        f"{command}: {trouble}"
        for command in page.commands()
        if command.split()[0].rpartition("/")[2] == "lightspeed-prima"
        for trouble in what_is_wrong_with(script, command.split()[1:])
    ]

    assert wrong == []


def what_is_wrong_with(command: Any, words: list[str]) -> list[str]:
    """Follows the words down the groups; an option's value is not looked at."""
    for place, word in enumerate(words):
        if word.startswith("-") or not isinstance(command, TyperGroup):
            known = {"--help"} | {option for parameter in command.params for option in parameter.opts}
            return [
                f"no option {option}"
                for option in words[place:]
                if option.startswith("-") and option not in known
            ]
        if word not in command.commands:
            return [f"no command {word}"]
        command = command.commands[word]
    return []


def test_the_interface_lists_every_console_command() -> None:
    from lightspeed_prima.cli import app

    listed = {
        row[0].strip("`") for row in INTERFACE.rows("command") if row[0].startswith("`lightspeed-prima")
    }

    assert listed == set(every_command(typer.main.get_command(app), "lightspeed-prima"))


def every_command(command: Any, path: str) -> list[str]:
    if not isinstance(command, TyperGroup):
        return [path]
    return [
        leaf for name, below in command.commands.items() for leaf in every_command(below, f"{path} {name}")
    ]


@pytest.fixture(scope="module")
def repository() -> dg.RepositoryDefinition:
    from lightspeed_prima.definitions import defs

    return defs.get_repository_def()


def test_the_interface_lists_every_job(repository: dg.RepositoryDefinition) -> None:
    listed = {names_in(row[0])[0] for row in INTERFACE.rows("job")}

    assert listed == {name for name in repository.job_names if not name.startswith("__")}


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_every_job_started_in_the_pages_is_a_job(page: Page, repository: dg.RepositoryDefinition) -> None:
    started = {match[1] for match in re.finditer(r"dagster job execute .*-j (\w+)", page.text)}

    assert started - set(repository.job_names) == set()


def test_operations_lists_every_schedule_and_sensor(repository: dg.RepositoryDefinition) -> None:
    listed = {names_in(row[0])[0] for row in OPERATIONS.section("## Run it").rows("name")}

    schedules = {schedule.name for schedule in repository.schedule_defs}
    sensors = {sensor.name for sensor in repository.sensor_defs}
    assert listed == schedules | sensors


@pytest.mark.filterwarnings("ignore:Parameter .include_sources.")  # Dagster warns of its own call
def test_planning_for_the_pilot_sends_nothing(repository: dg.RepositoryDefinition) -> None:
    selected = re.search(r"--select '([^']+)'", OPERATIONS.section("## Go live").text)
    assert selected is not None

    planned = dg.AssetSelection.from_string(selected[1]).resolve(repository.asset_graph)

    assert dg.AssetKey(["posting", "holds"]) in planned
    assert not planned & {dg.AssetKey(["posting", "journal_documents"]), dg.AssetKey(["posting", "attempts"])}


def test_the_settings_of_the_pilot_are_settings() -> None:
    for block in OPERATIONS.section("## Go live").blocks("toml"):
        for section, keys in tomllib.loads(block).items():
            assert keys.keys() <= set(SECTIONS[section].toml_keys())


def test_every_exception_code_is_listed_as_the_tables_have_it(snapshot: duckdb.DuckDBPyConnection) -> None:
    listed = {
        names_in(row[0])[0]: (row[1], row[2], row[3], row[4])
        for row in INTERFACE.section("## 7. Exception codes").rows("code")
    }
    codes = snapshot.execute("select code, severity, owner, holds_sale, next_step from recon.exception_codes")

    assert listed == {
        code: (severity, owner, "yes" if holds else "no", next_step)
        for code, severity, owner, holds, next_step in codes.fetchall()
    }


def test_operations_tells_each_owner_what_to_do_about_their_codes(
    snapshot: duckdb.DuckDBPyConnection,
) -> None:
    by_owner = defaultdict(set)
    for owner, code in snapshot.execute("select owner, code from recon.exception_codes").fetchall():
        by_owner[owner].add(code)
    people = OPERATIONS.section("## What each person does")

    told = {
        owner: {names_in(row[0])[0] for row in people.section(f"### {owner}").rows("code")}
        for owner in people.headings(3)
    }

    assert told == by_owner


@pytest.mark.parametrize("table", TABLES)
def test_every_promised_column_is_in_its_table(
    table: str, empty_warehouse: Warehouse, snapshot: duckdb.DuckDBPyConnection
) -> None:
    if table.startswith("raw."):
        with empty_warehouse.connect() as con:
            present = {row[0] for row in con.execute(f"describe {table}").fetchall()}
    else:
        present = {row[0] for row in snapshot.execute(f"describe {table}").fetchall()}

    assert [column for column in TABLES[table] if column not in present] == []


@pytest.mark.parametrize("table", TABLES)
def test_every_promised_column_is_described_for_analysts(table: str, models: ModelProject) -> None:
    described = {
        str(relation.relation): {column.name for column in relation.columns if column.description}
        for relation in models.models
    }
    described |= {
        f"{source.schema}.{source.table}": {column.name for column in source.columns if column.description}
        for source in models.sources
    }

    assert [column for column in TABLES[table] if column not in described[table]] == []


@pytest.mark.parametrize(
    ("table", "column"),
    [("recon.sales", "disposition"), ("posting.documents", "state"), ("recon.exceptions", "status")],
)
def test_the_words_of_a_state_are_those_that_occur(table: str, column: str, models: ModelProject) -> None:
    documented = next(each for each in models.model(table).columns if each.name == column)
    accepted: Any = next(
        test.arguments["values"] for test in documented.tests if test.kind == "accepted_values"
    )
    text = INTERFACE.section("## 4. Tables").text
    item = next(part for part in text.split("\n- ") if part.startswith(f"`{column}` of "))

    assert set(accepted) <= set(names_in(item))


@pytest.mark.parametrize("file", MAPPING_FILES, ids=lambda file: file.name)
def test_the_columns_of_a_mapping_file_are_those_that_are_read(file: files.MappingFile[Any]) -> None:
    listed = {
        names_in(row[0])[0]: (names_in(row[1]), names_in(row[2]))
        for row in INTERFACE.section("## 3. Mapping files").rows("file")
    }
    required = [column.name for column in file.own_columns if column.required]
    optional = [column.name for column in file.own_columns if not column.required]

    assert set(listed) == set(files.FILE_NAMES)
    assert tuple(map(sorted, listed[file.name])) == (sorted(required), sorted(optional))


def test_the_columns_that_every_mapping_file_has_are_named() -> None:
    section = INTERFACE.section("## 3. Mapping files").text
    shared = {column.name for column in files.SHOPS.columns} - {
        column.name for column in files.SHOPS.own_columns
    }
    sentence = re.search(r"Every file also takes (.*?), which\nis not read", section, re.DOTALL)

    assert sentence is not None
    assert set(names_in(sentence[1])) == shared | {files.COMMENT}


def test_the_words_a_mapping_cell_takes_are_those_that_are_accepted() -> None:
    takes = {
        names_in(row[0])[0]: names_in(row[1])
        for row in INTERFACE.section("## 3. Mapping files").rows("column")
    }

    assert tuple(takes["kind"]) == cells.TENDER_KINDS
    assert takes["match"] == [*cells.NON_STOCK_KINDS, "sku:"]
    for column in files.SHOPS.own_columns:
        if column.name in ("stock_source", "posting_profile", "vat_inclusive"):
            for word in takes[column.name]:
                column.parse(word)


def test_the_columns_of_the_ledger_extract_are_those_that_are_read() -> None:
    section = INTERFACE.section("## 5. Prima's ledger extract").text
    paragraph = next(part for part in section.split("\n\n") if part.startswith("`posting_date`"))

    assert tuple(names_in(paragraph)) == ledger.COLUMNS


def test_the_readme_answers_three_questions() -> None:
    assert len(README.blocks("sql")) == 3


@pytest.mark.parametrize("query", QUERIES)
def test_every_query_runs_as_written(query: str, snapshot: duckdb.DuckDBPyConnection) -> None:
    statements = snapshot.extract_statements(query)

    assert statements
    for statement in statements:
        assert snapshot.execute(statement).description


def test_the_order_of_imports_is_the_one_that_is_kept() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    kept = project["tool"]["importlinter"]["contracts"][0]["layers"]
    shown = Page.read("docs/architecture.md").section("## Imports run one way").blocks("")[0].splitlines()

    assert shown == [layer.replace("lightspeed_prima.", "") for layer in kept]
