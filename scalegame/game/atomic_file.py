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
