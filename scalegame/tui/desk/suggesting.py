"""What a typed line would come to, how it could go on, and all that could be typed: the game's grammar, priced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scalegame.game.command import VERBS, parse
from scalegame.game.completion import Candidate, completion
from scalegame.game.words import CommandError
from scalegame.tui.desk.board import Board, Said
from scalegame.tui.desk.prices import consequence, cost

MOST_WEIGHED = 16
"""Suggestions whose price is asked for: no list shows more before somebody looks for them."""
FEW_MACHINES = 6
"""Of a pool, each of which the palette offers to do something with."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """How the line that is typed could go on."""

    line: str
    """The whole line with the word completed."""
    word: str
    meaning: str
    cost: str = ""
    """Of the line as it is then; empty where that is no whole command yet."""
    refusal: str = ""


def worth_asking(board: Board) -> list[str]:
    """Places whose options make up all that can be done: of the many machines of a big pool the selected one, and the
    pool as a whole."""
    few = {pool.name for pool in board.snapshot.pools if pool.machines <= FEW_MACHINES}
    places = dict.fromkeys([board.selected, *board.places(), *(pool.name for pool in board.snapshot.pools)])
    found = ((place, board.machine(place)) for place in places)
    return [place for place, one in found if one is None or one.pool in few or place == board.selected]


def offers(board: Board) -> list[tuple[str, str]]:
    """(command, what it costs and changes, or why not) of all that can be done anywhere now: for the palette."""
    found: dict[str, str] = {}
    for place in worth_asking(board):
        for option in board.session.options(place):
            found.setdefault(option.command, consequence(option))
    return list(found.items())


def lines_after(board: Board, line: str) -> list[str]:
    """The lines that ``line`` could be completed to."""
    return [candidate.line for candidate in completion(line, board.view, board.session.level)]


def weigh_line(board: Board, line: str) -> Said:
    """The line under what is typed: what it would cost, why it is refused, or what is still missing."""
    found = completion(line, board.view, board.session.level)
    if not line.strip():
        return Said("type a command: Tab completes, Up brings back, Esc leaves", 0)
    if _is_whole(line):
        option = board.session.weigh(line)
        if option.refusal is None:
            return Said(f"Enter: {consequence(option)}", 3)
        # A refusal of what is typed so far is none where the word could still become another.
        return Said(option.refusal, 4) if not _unfinished(found, line) else _coming(found, line)
    return _coming(found, line) if found else Said(board.session.weigh(line).refusal or "", 4)


def suggestions(board: Board, line: str) -> tuple[Suggestion, ...]:
    """All that could come next; of whole commands also what they cost, or why not."""
    found = completion(line, board.view, board.session.level)
    return tuple(_suggestion(board, candidate, weighed=at < MOST_WEIGHED) for at, candidate in enumerate(found))


def _suggestion(board: Board, candidate: Candidate, *, weighed: bool) -> Suggestion:
    if not weighed or not _is_whole(candidate.line):
        return Suggestion(candidate.line, candidate.word, candidate.meaning)
    option = board.session.weigh(candidate.line)
    if option.refusal is not None:
        return Suggestion(candidate.line, candidate.word, candidate.meaning, refusal=option.refusal)
    return Suggestion(candidate.line, candidate.word, candidate.meaning, cost=cost(option))


def _is_whole(line: str) -> bool:
    try:
        parse(line)
    except CommandError:
        return False
    return True


def _unfinished(found: Sequence[Candidate], line: str) -> bool:
    """The last word is the beginning of others."""
    return not line.endswith(" ") and any(candidate.line.split() != line.split() for candidate in found)


def _coming(found: Sequence[Candidate], line: str) -> Said:
    """How the line goes on: the usage of its verb, or the one word that fits."""
    if len(found) == 1:
        return Said(f"Tab: {found[0].line}  {found[0].meaning}", 0)
    words = line.lower().split()
    verbs = [verb for verb in VERBS if verb.name.split() == words[: len(verb.name.split())]]
    if verbs:
        verb = max(verbs, key=lambda one: len(one.name))
        return Said(f"{verb.usage}: {verb.meaning}", 0)
    return Said("Tab: " + "  ".join(candidate.word for candidate in found), 0)
