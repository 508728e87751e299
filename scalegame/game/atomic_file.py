"""Writing a file so that it is there in full or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

NOT_FILES = ("dev", "proc")
"""Folders of the root whose names stand for devices and streams: replacing one would break it for everybody."""


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """An unbuffered file that takes the place of ``path`` when the block ends well, and leaves no trace otherwise.

    A link stays, and what it leads to is replaced. A pipe or a device, /dev/stdout among them, is written straight.
    Raises OSError that names ``path``.
    """
    try:
        if _is_stream(path):
            with path.open("wb", buffering=0) as file:
                yield file
        else:
            with _temporary_beside(path.resolve()) as file:
                yield file
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


def write_whole(path: Path, data: bytes) -> None:
    """A file of these bytes in place of what is there. Raises OSError that names ``path``."""
    with replacing(path) as file:
        write_all(file, data)


def set_aside(path: Path, name: str) -> str:
    """Rename what cannot be understood, so that the next write does not lose it. ``name`` has a {} for the first number
    that is free. Returns what was done, or why it could not be, for a sentence about the file."""
    number = 1
    while (aside := path.with_name(name.format(number))).exists():
        number += 1
    try:
        path.rename(aside)
    except OSError as error:
        return f"it could not be set aside ({error.strerror or error})"
    return f"set aside as {aside.name}"


def write_all(file: BinaryIO, data: bytes) -> None:
    """Write every byte: an unbuffered file may take only some, and says so by a count. Raises OSError."""
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]


def _is_stream(path: Path) -> bool:
    place = path.parent.resolve() / path.name  # the link itself, not what it leads to
    return place.parts[1:2] in [(name,) for name in NOT_FILES] or (path.exists() and not path.is_file())


@contextmanager
def _temporary_beside(path: Path) -> Iterator[BinaryIO]:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            yield file
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _umask() -> int:
    """The mask that a plain open would have used: mkstemp makes files that only the owner can read."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
