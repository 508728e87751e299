"""Levels, builds and outcomes as a test wants them, without playing anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scalegame.game.level import Level, Par, Proof
from scalegame.game.played import Played, Refused
from scalegame.game.proving.builds import Build, Kind, script_of
from scalegame.game.proving.judging import Outcomes, outcomes
from scalegame.game.score import Result
from scalegame.game.view import Outcome
from tests.game.played_levels import make_level

GOLD, SILVER, SPARE, NOBODY = 0.99, 0.985, 0.97, 0.5
"""Uptimes against a par of 0.99: gold; within silver's allowance; within bronze's; nothing."""

LEVEL = replace(make_level(), teaches=("resize",), par=Par(uptime=0.99, cost=10.0))

GOOD = Proof("good", ("5 resize app medium",), "won", uptime="gold", reference=True)
CHEAP = Proof("cheap", ("30 resize app medium",), "won", cost="gold")
IDLE = Proof("idle", (), "lost")


def level_with(*proofs: Proof) -> Level:
    return replace(LEVEL, proofs=proofs)


def played(
    outcome: Outcome = "won", uptime: float = GOLD, cost: float = 10.0, seed: int = 1, refused: Sequence[Refused] = ()
) -> Played:
    good = round(uptime * 1_000)
    result = Result(outcome, good * 1_000, round(cost * 1e6), 400, 1_000, good, 1_000 - good, 1, 0)
    return Played(seed, result, "as it came", tuple(refused))


def came(proof: Proof, *runs: Played, kind: Kind = "proof") -> Outcomes:
    """What a build came to, one run a seed from 1 on."""
    numbered = [replace(run, seed=seed) for seed, run in enumerate(runs, 1)]
    return outcomes(LEVEL, Build(kind, proof.name, script_of(proof), proof), numbered)
