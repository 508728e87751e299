"""The glossary: each idea of scaling in a sentence or two, with this game's own numbers, and the level that has it."""

from __future__ import annotations

from scalegame.tui.concepts import words_of_servers as servers
from scalegame.tui.concepts import words_of_work as work
from scalegame.tui.concepts.term import Term


def glossary() -> tuple[Term, ...]:
    """All of it, in the order of the alphabet; the catalogue's numbers as they are now."""
    groups = (
        servers.capacity, servers.state, servers.front, work.copies, work.later, work.failing, work.data,
    )  # fmt: skip
    return tuple(sorted((term for group in groups for term in group()), key=lambda term: term.name.casefold()))


def found(terms: tuple[Term, ...], wanted: str) -> tuple[Term, ...]:
    """Those that have all the words; whose name has them goes first."""
    words = wanted.casefold().split()
    fitting = [term for term in terms if term.fits(words)]
    return tuple(sorted(fitting, key=lambda term: not all(word in term.name.casefold() for word in words)))
