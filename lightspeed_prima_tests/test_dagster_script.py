"""The command `dagster` of this project: what it changes in the arguments, and what it leaves alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lightspeed_prima.dagster_script import WorkspaceError, main, with_module_for_workspace

WORKSPACE = Path(__file__).parents[1] / "workspace.yaml"
MODULE = ["-m", "lightspeed_prima.definitions"]


def _workspace(tmp_path: Path, content: str) -> str:
    file = tmp_path / "workspace.yaml"
    file.write_text(content, encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(
    "naming", [["-w", str(WORKSPACE)], ["--workspace", str(WORKSPACE)], [f"--workspace={WORKSPACE}"]]
)
def test_job_execute_gets_the_module_that_the_workspace_names(naming: list[str]) -> None:
    translated = with_module_for_workspace(["job", "execute", *naming, "-j", "daily_cycle"])
    assert translated == ["job", "execute", *MODULE, "-j", "daily_cycle"]


def test_the_place_of_the_option_does_not_matter() -> None:
    translated = with_module_for_workspace(["job", "execute", "-j", "reconcile", "-w", str(WORKSPACE)])
    assert translated == ["job", "execute", "-j", "reconcile", *MODULE]


@pytest.mark.parametrize(
    "arguments",
    [
        ["job", "launch", "-w", "workspace.yaml", "-j", "daily_cycle"],
        ["dev", "-w", "workspace.yaml"],
        ["job", "execute", "-m", "lightspeed_prima.definitions", "-j", "daily_cycle"],
        ["--version"],
        [],
    ],
)
def test_every_other_command_goes_to_dagster_as_it_is(arguments: list[str]) -> None:
    assert with_module_for_workspace(arguments) == arguments


def test_the_working_directory_of_a_workspace_goes_along(tmp_path: Path) -> None:
    module = "{module_name: shop.definitions, working_directory: /srv/shop}"
    file = _workspace(tmp_path, f"load_from:\n  - python_module: {module}\n")
    translated = with_module_for_workspace(["job", "execute", "-w", file])
    assert translated == ["job", "execute", "-m", "shop.definitions", "-d", "/srv/shop"]


def test_a_module_may_be_named_without_a_table(tmp_path: Path) -> None:
    file = _workspace(tmp_path, "load_from:\n  - python_module: shop.definitions\n")
    translated = with_module_for_workspace(["job", "execute", "-w", file])
    assert translated == ["job", "execute", "-m", "shop.definitions"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "load_from: [",
        "load_from: []",
        "load_from:\n  - python_file: a.py\n",
        "load_from:\n  - python_module: {attribute: defs}\n",
        "load_from:\n  - python_module: one\n  - python_module: two\n",
    ],
)
def test_a_file_without_one_module_is_refused_by_name(tmp_path: Path, content: str) -> None:
    file = _workspace(tmp_path, content)
    with pytest.raises(WorkspaceError) as problem:
        with_module_for_workspace(["job", "execute", "-w", file])
    assert problem.value.where == file


@pytest.mark.parametrize("naming", [["-w", "nowhere.yaml"], ["--workspace=nowhere.yaml"], ["-w"]])
def test_a_workspace_that_is_not_there_ends_with_a_sentence_and_code_2(
    naming: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["dagster", "job", "execute", *naming])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    said = capsys.readouterr()
    assert "this is not a workspace file with one python_module" in said.err
    assert "name the project's workspace.yaml" in said.err
    assert "Traceback" not in said.err


def test_the_command_in_the_environment_is_this_one() -> None:
    dagster = Path(sys.executable).with_name("dagster")
    said = subprocess.run(
        [dagster, "job", "execute", "-w", "nowhere.yaml"], capture_output=True, text=True, check=False
    )
    assert said.returncode == 2
    assert "nowhere.yaml" in said.stderr
