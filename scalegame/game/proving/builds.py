"""What is played to prove a level: the builds that it keeps itself, and the lazy ways that must not win."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from scalegame.game.script import Scripted, read_script
from scalegame.game.stages import tick_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scalegame.game.level import Level, Proof

Kind = Literal["proof", "nothing", "biggest", "without", "at-once"]

RETRY_SECONDS = 5
"""Whoever wants the biggest machine and cannot pay it yet asks again so often."""


@dataclass(frozen=True, slots=True)
class Build:
    """Lines with their times, and what they are played for."""

    kind: Kind
    name: str
    script: tuple[Scripted, ...]
    proof: Proof | None = None
    """The level's own build, or the one that this was made from."""


def can_be_lost(level: Level) -> bool:
    """Whether there is a budget or a purse to be spent. What cannot be lost is for looking, like a lab; what cannot be
    won has nothing but its own proofs either."""
    return level.pack != "lab" and not level.endless and (level.slo_uptime > 0 or level.money is not None)


def builds(level: Level) -> tuple[Build, ...]:
    """All that has to be played. Of a level that is for looking, its own proofs alone."""
    own = [Build("proof", proof.name, script_of(proof), proof) for proof in level.proofs]
    return (*own, *_lazy(level, own)) if can_be_lost(level) else tuple(own)


def script_of(proof: Proof) -> tuple[Scripted, ...]:
    """A proof's lines with their ticks."""
    return tuple(read_script("\n".join(proof.commands), proof.name))


def _lazy(level: Level, own: list[Build]) -> Iterator[Build]:
    yield Build("nothing", "do nothing", ())
    if not any(line.startswith("resize") for line in level.teaches):
        for stage in level.stages:
            name = f"the biggest machines alone, from {stage.start:g} s on"
            yield Build("biggest", name, _biggest(level, stage.start))
    for build in own:
        if build.proof is None or build.proof.outcome != "won":
            continue
        rest = tuple(order for order in build.script if not is_taught(level, order.line))
        if level.teaches:
            yield Build("without", f"without {_either(level.teaches)}: {build.name}", rest, build.proof)
        at_once = tuple(replace(order, tick=0) for order in build.script)
        yield Build("at-once", f"all at second 0: {build.name}", at_once, build.proof)


def is_taught(level: Level, line: str) -> bool:
    """Whether a line is one of the tools that the lesson is about."""
    return any(line.startswith(tool) for tool in level.teaches)


def _biggest(level: Level, since: float) -> tuple[Scripted, ...]:
    """The top of the ladder for all that the players' requests meet, asked for until the purse can pay it."""
    top, start = level.scenario.ladder[-1], level.scenario.start
    pools = ["app", *(["database"] if start.database else [])]
    times = range(int(since), int(level.seconds), RETRY_SECONDS)
    return tuple(Scripted(tick_at(float(second)), f"resize {pool} {top}") for second in times for pool in pools)


def _either(tools: tuple[str, ...]) -> str:
    return " or ".join(tools)
