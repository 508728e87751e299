"""Writing a file so that it is there in full or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """An unbuffered file that takes the place of ``path`` when the block ends well, and leaves no trace otherwise.

    What is no regular file (a pipe, /dev/stdout) is written straight. Raises OSError.
    """
    if path.exists() and not path.is_file():
        with path.open("wb", buffering=0) as file:
            yield file
        return
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
