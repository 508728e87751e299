"""Where each key and value of a TOML text stands: no library gives positions for the meaning of a TOML file.

The text must have passed ``tomllib`` before: this reader looks for borders only and trusts the syntax.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Keys and indices from the top of the document: ("stage", 0, "traffic", 1, "rate")."""

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]*")
_STRINGS = (
    re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}', re.DOTALL),
    re.compile(r"'''.*?'{3,5}", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)
_ESCAPE = re.compile(r'\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[btnfr"\\])')
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}


@dataclass
class Positions:
    """Offsets into the text by path. ``keys``: where a key or header first names it; ``values``: where its value is."""

    text: str
    keys: dict[Path, int] = field(default_factory=dict)
    values: dict[Path, int] = field(default_factory=dict)

    def of_value(self, path: Path) -> tuple[int, int]:
        """Line and column (both from 1) of a value, else of its key, else of the nearest table around it."""
        return self._place(path, (self.values, self.keys))

    def of_key(self, path: Path) -> tuple[int, int]:
        """Line and column (both from 1) of a key, else of the nearest table around it."""
        return self._place(path, (self.keys, self.values))

    def _place(self, path: Path, indices: tuple[dict[Path, int], ...]) -> tuple[int, int]:
        for length in range(len(path), 0, -1):
            for index in indices:
                offset = index.get(path[:length])
                if offset is not None:
                    return line_and_column(self.text, offset)
        return 1, 1


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Both from 1; a column is a character."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def index_positions(text: str) -> Positions:
    """The positions of all keys and values of a valid TOML text, line ends as \\n."""
    reader = _Reader(text)
    reader.document()
    return reader.found


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found = Positions(text)
        self.arrays: dict[Path, int] = {}
        """Number of tables so far in each array of tables."""

    def document(self) -> None:
        table: Path = ()
        self.skip(_BLANK)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.skip(_BLANK)

    def header(self) -> Path:
        start = self.at
        array = self.text.startswith("[[", start)
        self.at += 2 if array else 1
        path: Path = ()
        parts = self.dotted_key()
        for number, (part, _) in enumerate(parts):
            path = (*path, part)
            last = number == len(parts) - 1
            if last and array:
                self.arrays[path] = self.arrays.get(path, 0) + 1
                self.found.keys.setdefault(path, start)
            if path in self.arrays:
                path = (*path, self.arrays[path] - 1)
            self.found.keys.setdefault(path, start)
        self.at += 2 if array else 1
        return path

    def pair(self, table: Path) -> None:
        path = table
        for part, offset in self.dotted_key():
            path = (*path, part)
            self.found.keys.setdefault(path, offset)
        self.at += 1  # the equals sign
        self.skip(_SPACE)
        self.value(path)

    def dotted_key(self) -> list[tuple[str, int]]:
        parts: list[tuple[str, int]] = []
        while True:
            self.skip(_SPACE)
            offset = self.at
            if self.text[offset] in "\"'":
                parts.append((_unquoted(self.string()), offset))
            else:
                parts.append((self.skip(_BARE_KEY), offset))
            self.skip(_SPACE)
            if self.text[self.at] != ".":
                return parts
            self.at += 1

    def value(self, path: Path) -> None:
        self.found.values.setdefault(path, self.at)
        start = self.text[self.at]
        if start == "[":
            self.array(path)
        elif start == "{":
            self.inline_table(path)
        elif start in "\"'":
            self.string()
        else:
            self.skip(_SCALAR)

    def array(self, path: Path) -> None:
        self.at += 1
        self.skip(_BLANK)
        number = 0
        while self.text[self.at] != "]":
            self.value((*path, number))
            number += 1
            self.skip(_BLANK)
            if self.text[self.at] == ",":
                self.at += 1
                self.skip(_BLANK)
        self.at += 1

    def inline_table(self, path: Path) -> None:
        self.at += 1
        self.skip(_BLANK)
        while self.text[self.at] != "}":
            self.pair(path)
            self.skip(_BLANK)
            if self.text[self.at] == ",":
                self.at += 1
                self.skip(_BLANK)
        self.at += 1

    def string(self) -> str:
        for pattern in _STRINGS:
            found = pattern.match(self.text, self.at)
            if found:
                self.at = found.end()
                return found.group()
        raise ValueError(f"not a TOML string at offset {self.at}")

    def skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise ValueError(f"not a TOML key at offset {self.at}")
        self.at = found.end()
        return found.group()


def _unquoted(string: str) -> str:
    if string.startswith("'"):
        return string[1:-1]
    return _ESCAPE.sub(_unescaped, string[1:-1])


def _unescaped(found: re.Match[str]) -> str:
    code = found.group(1)
    return _ESCAPED[code] if code in _ESCAPED else chr(int(code[1:], 16))
