"""Splits a query into tokens, on demand: whether a slash divides or begins a regular expression is for the parser to say."""
from __future__ import annotations

import dataclasses
import re

NAME, STRING, NUMBER, SIGN, END = "name", "string", "number", "sign", "end"

_BLANK = re.compile(r"(?:\s|#[^\n]*)*")
_TOKEN = re.compile(r"""(?P<quoted>`[^`\n]+`)|(?P<name>[@A-Za-z_][@\w.]*)|(?P<number>\d+(?:\.\d+)?)
                     |(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<sign>!=|<=|>=|=~|[-=<>()\[\],|+*/])""", re.VERBOSE | re.DOTALL)
_REGEX = re.compile(r"/((?:[^/\\\n]|\\.)+)/")


class Malformed(Exception):
    """MalformedQueryException: where, and why."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.start, self.end = start, end


@dataclasses.dataclass(frozen=True)
class Token:
    kind: str
    text: str
    start: int
    end: int
    quoted: bool = False


class Scanner:
    def __init__(self, query: str) -> None:
        self.query, self.position = query, 0

    def peek(self) -> Token:
        start = _BLANK.match(self.query, self.position).end()  # type: ignore[union-attr]
        if start == len(self.query):
            return Token(END, "the end of the query", start, start)
        found = _TOKEN.match(self.query, start)
        if not found:
            raise Malformed(f"unexpected symbol found {self.query[start]}", start, start + 1)
        text, kind = found[0], str(found.lastgroup)
        if kind == "quoted":
            return Token(NAME, text[1:-1], start, found.end(), True)
        return Token(kind, unescaped(text[1:-1]) if kind == STRING else text, start, found.end())

    def take(self) -> Token:
        token = self.peek()
        self.position = token.end
        return token

    def is_next(self, *texts: str) -> bool:
        """Signs and keywords; never what stands in quotes."""
        token = self.peek()
        return token.kind in (SIGN, NAME) and not token.quoted and token.text.lower() in texts

    def accept(self, *texts: str) -> bool:
        if self.is_next(*texts):
            self.take()
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise self.unexpected(text)

    def unexpected(self, wanted: str) -> Malformed:
        token = self.peek()
        return Malformed(f"unexpected {token.text}, expecting {wanted}", token.start, token.end)

    def name(self, wanted: str) -> str:
        if self.peek().kind != NAME:
            raise self.unexpected(wanted)
        return self.take().text

    def whole_number(self, wanted: str) -> int:
        token = self.peek()
        if token.kind != NUMBER or "." in token.text:
            raise self.unexpected(wanted)
        return int(self.take().text)

    def regex(self) -> re.Pattern[str]:
        start = self.peek_start()
        found = _REGEX.match(self.query, start)
        if not found:
            raise Malformed("a regular expression between slashes is expected", start, len(self.query))
        self.position = found.end()
        try:
            return re.compile(re.sub(r"\(\?<(?=[A-Za-z])", "(?P<", found[1].replace(r"\/", "/")), re.DOTALL)
        except re.error as error:
            raise Malformed(f"invalid regular expression: {error}", start, found.end()) from error

    def peek_start(self) -> int:
        return _BLANK.match(self.query, self.position).end()  # type: ignore[union-attr]

    def text_since(self, start: int) -> str:
        return self.query[start:self.position].strip()


def unescaped(text: str) -> str:
    return re.sub(r"\\([\"'\\])", r"\1", text)
