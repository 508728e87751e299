"""From what came of the builds to what is wrong with a level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scalegame.game.proving.builds import Build, can_be_lost
from scalegame.game.proving.lead import DECIDING_SECONDS, Lead, Remedy, needed_before
from scalegame.game.score import medals
from scalegame.game.stages import clock_text
from scalegame.game.view import Medal

if TYPE_CHECKING:
    from scalegame.game.level import Level
    from scalegame.game.played import Played


@dataclass(frozen=True, slots=True)
class Outcomes:
    """A build on all of the seeds."""

    build: Build
    played: tuple[Played, ...]
    medals: tuple[tuple[Medal, Medal], ...]
    """(uptime, cost) for each seed."""

    @property
    def won(self) -> tuple[Played, ...]:
        return tuple(one for one in self.played if one.won)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with a level."""

    code: str
    sentence: str


def outcomes(level: Level, build: Build, played: Sequence[Played]) -> Outcomes:
    """What a build came to, with its medals."""
    return Outcomes(build, tuple(played), tuple(medals(one.result, level.par) for one in played))


def judge(
    level: Level, found: Sequence[Outcomes], leads: Sequence[Lead], remedies: Sequence[Sequence[Remedy]]
) -> list[Finding]:
    """All that is wrong. ``remedies``: of each build that is to win."""
    own = [one for one in found if one.build.kind == "proof"]
    if not own:
        return [Finding("no-proof", "nothing is claimed: add [[proof]] with a build and what must come of it")]
    wrong = list(_claims(own))
    if not can_be_lost(level):
        return wrong
    wrong += _winnable(own)
    wrong += _taught(level)
    for one in found:
        wrong += _lazy(one)
    wrong += _medals(level, own)
    wrong += _reference(own)
    wrong += _warning(leads, remedies)
    return wrong


def _claims(own: Sequence[Outcomes]) -> Iterator[Finding]:
    """Each proof comes to what it says, on every seed."""
    for one in own:
        proof = one.build.proof
        if proof is None:
            continue
        yield from _claim(one, "outcome", proof.outcome, [played.result.outcome for played in one.played])
        for axis, name, medal in ((0, "uptime", proof.uptime), (1, "cost", proof.cost)):
            if medal is not None:
                yield from _claim(one, f"medal for {name}", medal, [pair[axis] for pair in one.medals])


def _claim(one: Outcomes, what: str, claimed: str, came: Sequence[str]) -> Iterator[Finding]:
    other = [(played.seed, value) for played, value in zip(one.played, came, strict=True) if value != claimed]
    if other:
        seed, value = other[0]
        sentence = f'"{one.build.name}": the {what} is to be {claimed}, and is not {_on(len(other), one)}: {value}'
        yield Finding("claim", f"{sentence} with seed {seed}")


def _winnable(own: Sequence[Outcomes]) -> Iterator[Finding]:
    if not any(len(one.won) == len(one.played) for one in own):
        yield Finding("nothing-wins", "none of the proofs wins on every seed: can the level be won?")


def _taught(level: Level) -> Iterator[Finding]:
    if not level.teaches:
        yield Finding("teaches-nothing", 'the level does not say which tools it is about: add teaches = ["…"]')


_LAZY: dict[str, tuple[str, str]] = {
    "nothing": ("lazy", "doing nothing wins {}"),
    "biggest": ("biggest-wins", "{name} win {}"),
    "without": ("tool-not-needed", 'the taught tool can be left out: "{name}" wins {}'),
    "at-once": ("solved-at-once", '"{name}" takes gold for both {}'),
}
"""What must not come of each kind of lazy build: code and sentence."""


def _lazy(one: Outcomes) -> Iterator[Finding]:
    if one.build.kind not in _LAZY:
        return
    code, sentence = _LAZY[one.build.kind]
    gold = [pair == ("gold", "gold") for pair in one.medals]
    bad = sum(gold) if one.build.kind == "at-once" else len(one.won)
    if bad:
        yield Finding(code, sentence.format(_on(bad, one), name=one.build.name))


def _medals(level: Level, own: Sequence[Outcomes]) -> Iterator[Finding]:
    """Gold on each axis is taken by some build on every seed."""
    for axis, name, par in ((0, "uptime", level.par.uptime), (1, "cost", level.par.cost)):
        if par is None:
            yield Finding("no-par", f"there is no gold for {name}: add par.{name}")
            continue
        best = max(own, key=lambda one: sum(pair[axis] == "gold" for pair in one.medals))
        golden = sum(pair[axis] == "gold" for pair in best.medals)
        if golden < len(best.played):
            where = f'the best, "{best.build.name}", {_on(golden, best)}'
            sentence = f"no build takes gold for {name} on every seed: {where}"
            yield Finding("medal-out-of-reach", sentence)


def _reference(own: Sequence[Outcomes]) -> Iterator[Finding]:
    marked = [one for one in own if one.build.proof is not None and one.build.proof.reference]
    if len(marked) != 1:
        yield Finding("no-reference", f"{len(marked)} proofs are marked reference = true: one has to be")
    for one in marked:
        refused = next((line for played in one.played for line in played.refused), None)
        if refused is not None:
            when = clock_text(refused.seconds)
            sentence = f'the reference cannot be had: at {when} "{refused.line}" is refused: {refused.why}'
            yield Finding("reference-refused", sentence)


def _warning(leads: Sequence[Lead], remedies: Sequence[Sequence[Remedy]]) -> Iterator[Finding]:
    """The first loss of a run where nothing is done comes late enough after the warning."""
    if not any(remedies):
        return
    late: list[tuple[float, str]] = []
    for lead in leads:
        if lead.lost is None:
            continue
        needed = needed_before(lead.lost, remedies) + DECIDING_SECONDS
        given = 0.0 if lead.warned is None else lead.lost - lead.warned
        if given < needed:
            told = f"the first loss, at {clock_text(lead.lost)} with seed {lead.seed}, comes {_after(lead)}"
            late.append((given - needed, f"{told}; the quickest remedy and a moment to decide take {needed:g} s"))
    if late:
        worst = min(late)[1]
        yield Finding("warned-too-late", f"{worst} ({len(late)} of {len(leads)} seeds)")


def _after(lead: Lead) -> str:
    if lead.warned is None or lead.lost is None:
        return "without a warning in the minute before"
    return f"{lead.lost - lead.warned:g} s after the warning"


def _on(count: int, one: Outcomes) -> str:
    return "on every seed" if count == len(one.played) else f"on {count} of {len(one.played)} seeds"
