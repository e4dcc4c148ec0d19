"""The one base of every error a person is meant to read.

What belongs here: the error type that carries a code, a sentence and the next step. What does not: the
errors themselves; each module raises its own subclass.
"""

from __future__ import annotations


class PipelineError(Exception):
    """Something a person has to act on.

    `code` is one of the exception codes of docs/interface.md or a word of the module that raises it,
    `where` names the file and line, key, URL or document, `next_step` says what to do about it.
    """

    def __init__(self, code: str, what: str, *, where: str = "", next_step: str = "") -> None:
        self.code = code
        self.what = what
        self.where = where
        self.next_step = next_step
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """The whole message in one line: what, where, next step."""
        parts = [f"{self.code}: {self.what}"]
        if self.where:
            parts.append(f"at {self.where}")
        sentence = " ".join(parts)
        return f"{sentence}. Next: {self.next_step}" if self.next_step else sentence
