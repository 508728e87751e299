"""What is said on stderr where a call cannot be done."""

from __future__ import annotations

import sys

BAD_CALL = 2


def complain(*lines: str, voice: str = "scalegame: ") -> int:
    """Say them, each behind ``voice``; gives the exit status of a bad call. What is not printable in one, say in a
    file's name, must not reach the terminal.
    """
    for line in lines:
        shown = "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in line)
        print(voice + shown, file=sys.stderr)  # noqa: T201 - the command line's voice
    return BAD_CALL
