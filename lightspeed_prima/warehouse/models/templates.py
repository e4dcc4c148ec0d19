"""The jinja side of dbt_like_sql: the environment, dbt's `{% test %}` tag, macros, static references.

What does not belong here: the meaning of ref, source and var (compiler.py) and anything that runs SQL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template, TemplateError, nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.ext import Extension
from jinja2.parser import Parser

from lightspeed_prima.warehouse.models.model import ModelError

TEST_PREFIX = "test_"


class TestTag(Extension):
    """`{% test name(model, column_name) %}…{% endtest %}` is a macro named test_name, as in dbt."""

    __test__ = False
    tags = {"test"}  # noqa: RUF012 - jinja's own declaration

    def parse(self, parser: Parser) -> nodes.Macro:
        node = nodes.Macro(lineno=next(parser.stream).lineno)
        node.name = TEST_PREFIX + parser.parse_assign_target(name_only=True).name
        parser.parse_signature(node)
        node.body = parser.parse_statements(("name:endtest",), drop_needle=True)
        return node


class MacroReturn(BaseException):
    """Carries the value of `{{ return(value) }}` out of a macro; not an error, so not an Exception."""

    def __init__(self, value: object) -> None:
        self.value = value


@dataclass(frozen=True)
class Calls:
    """The calls in a template that can be read without running it, each with its line."""

    refs: tuple[tuple[str, int], ...]
    sources: tuple[tuple[str, str, int], ...]
    config: Mapping[str, object]
    names: frozenset[str]


@dataclass
class Macro:
    """One macro of macros/*.sql: parsed at load, compiled when it is first called."""

    name: str
    node: nodes.Macro
    path: Path
    source: str
    calls: Calls
    _template: Template | None = field(default=None, repr=False)

    def template(self, environment: Environment) -> Template:
        """A template that holds this macro alone: macros find each other only by name, at call time."""
        if self._template is None:
            tree = nodes.Template([self.node], lineno=1)
            tree.set_environment(environment)
            code = environment.compile(tree, name=self.name, filename=str(self.path))
            self._template = Template.from_code(environment, code, environment.globals)
        return self._template


class BoundMacro:
    """A macro that sees the ref, this, var … of the model that is being compiled."""

    def __init__(self, macro: Macro, environment: Environment, context: dict[str, Any]) -> None:
        self._macro = macro
        self._environment = environment
        self._context = context

    def __call__(self, *arguments: object, **keywords: object) -> object:
        module = self._macro.template(self._environment).make_module(self._context, shared=True)
        try:
            return getattr(module, self._macro.name)(*arguments, **keywords)
        except MacroReturn as returned:
            return returned.value


def new_environment() -> Environment:
    """The environment all templates share: an unknown name is an error, never an empty string."""
    return Environment(
        undefined=StrictUndefined,
        extensions=["jinja2.ext.do", TestTag],
        keep_trailing_newline=True,
        autoescape=False,
    )


def parse(environment: Environment, source: str, path: Path) -> nodes.Template:
    """The syntax tree of a template, or an error that names file and line."""
    try:
        return environment.parse(source, name=path.name, filename=str(path))
    except TemplateSyntaxError as error:
        raise syntax_error(error, path) from error


def read_macros(environment: Environment, files: list[Path]) -> dict[str, Macro]:
    """Every macro and generic test of the files; a name defined twice is an error."""
    macros: dict[str, Macro] = {}
    for path in files:
        source = path.read_text(encoding="utf-8")
        for node in parse(environment, source, path).find_all(nodes.Macro):
            if node.name in macros:
                other = macros[node.name].path
                raise ModelError(
                    "MACRO_DEFINED_TWICE",
                    f"macro {node.name} is also in {other}",
                    where=f"{path}:{node.lineno}",
                )
            macros[node.name] = Macro(node.name, node, path, source, find_calls(node, path))
    return macros


def find_calls(tree: nodes.Node, path: Path) -> Calls:
    """What a template refers to in any of its branches, also those that this run will not take.

    A ref whose name is computed cannot be seen; it needs `-- depends_on: {{ ref('name') }}` beside it.
    """
    refs: list[tuple[str, int]] = []
    sources: list[tuple[str, str, int]] = []
    config: dict[str, object] = {}
    names: set[str] = set()
    for call, name in _named_calls(tree):
        names.add(name)
        if name == "ref" and (words := _constant_words(call)):
            refs.append((words[-1], call.lineno))
        elif name == "source" and len(words := _constant_words(call)) == 2:
            sources.append((words[0], words[1], call.lineno))
        elif name == "config":
            config.update(_constant_keywords(call, path))
    return Calls(tuple(refs), tuple(sources), config, frozenset(names))


def syntax_error(error: TemplateError, path: Path, line: int | None = None) -> ModelError:
    """A jinja error as an error of ours, with the file and the line."""
    lineno = getattr(error, "lineno", None) or line
    where = f"{getattr(error, 'filename', None) or path}{f':{lineno}' if lineno else ''}"
    return ModelError("TEMPLATE_WRONG", error.message or type(error).__name__, where=where)


def _named_calls(tree: nodes.Node) -> Iterator[tuple[nodes.Call, str]]:
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name):
            yield call, call.node.name


def _constant_words(call: nodes.Call) -> list[str]:
    words = [argument.value for argument in call.args if isinstance(argument, nodes.Const)]
    return words if len(words) == len(call.args) and all(isinstance(word, str) for word in words) else []


def _constant_keywords(call: nodes.Call, path: Path) -> dict[str, object]:
    try:
        return {keyword.key: keyword.value.as_const() for keyword in call.kwargs}
    except nodes.Impossible as error:
        raise ModelError(
            "CONFIG_NOT_CONSTANT", "config() takes constants only", where=f"{path}:{call.lineno}"
        ) from error
