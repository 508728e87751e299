"""A progress for tests: it keeps what it was told."""

from __future__ import annotations


class Told:
    def __init__(self) -> None:
        self.parts: list[tuple[str, int]] = []
        self.steps = 0

    def begin(self, what: str, steps: int) -> None:
        self.parts.append((what, steps))

    def step(self, what: str) -> None:
        assert what
        self.steps += 1

    @property
    def promised(self) -> int:
        return sum(steps for _, steps in self.parts)
