"""How the console script speaks: plain text or JSON on stdout, one sentence on stderr when it cannot go on.

What does not belong here: commands (cli.py).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from lightspeed_prima.errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

WRONG_USAGE = 2


class SentencesForErrors(TyperGroup):
    """A command group that turns what a person can act on into one line and exit code 2."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except PipelineError as error:
            return _end_with(one_line(error.sentence()))
        except BrokenPipeError:
            # Whoever read our output has seen enough; typer ends quietly on it.
            raise
        except OSError as error:
            if not error.filename:
                raise
            return _end_with(one_line(f"FILE: {error.strerror or error} at {error.filename}"))


def show(as_json: bool, data: Any, as_text: Callable[[], Sequence[str]]) -> None:
    """Prints data as JSON, or its lines of text, exactly as they are."""
    if as_json:
        print(to_json(data))
        return
    for line in as_text():
        print(line)


def to_json(data: Any) -> str:
    """Decimals as text, times and dates in ISO format, dataclasses as objects."""
    import msgspec

    encoded = msgspec.json.encode(data, enc_hook=_encode)
    return msgspec.json.format(encoded, indent=2).decode()


@contextmanager
def counted(title: str) -> Iterator[Callable[[int, int], None]]:
    """Shows on a terminal how far something is; takes what is done and what there is to do."""
    from rich.progress import Progress

    console = stderr_console()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def stderr_console() -> Console:
    """For what is said while a command works: not part of what it prints."""
    from rich.console import Console

    return Console(stderr=True)


def one_line(text: str) -> str:
    """Messages of other systems may have line ends of their own."""
    return " ".join(text.split())


def _encode(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    raise NotImplementedError(f"{type(value).__name__} has no JSON form")


def _end_with(sentence: str) -> None:
    print(sentence, file=sys.stderr)
    raise typer.Exit(WRONG_USAGE)
