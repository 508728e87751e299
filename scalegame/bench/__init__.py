"""The benchmark: the model, the screen and their peers measured side by side, in one run on this machine.

It measures and does not judge: a missed target is said in words and the exit status stays 0. Each part is a module with
``measure(settings, progress) -> Section``; ``parts`` lists them.
"""

from __future__ import annotations


def main(args: list[str]) -> int:
    """`scalegame bench` with these flags; the exit status: 0 measured, 2 a bad call."""
    from scalegame.bench.call import run

    return run(args)
