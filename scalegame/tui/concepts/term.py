"""A word of the glossary."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """One idea."""

    name: str
    says: str
    outside: str
    """What it is called out there, or who sells it."""
    concept: str
    """Id of the page that has more."""
    level: str
    """Id of the level that shows it: the campaign's, or the challenge that is about what no level of it is."""
    also: tuple[str, ...] = ()
    """Other words for it, to be found by."""

    def fits(self, words: list[str]) -> bool:
        """All of the words, in small letters, are somewhere in it."""
        whole = " ".join((self.name, *self.also, self.says, self.outside)).casefold()
        return all(word in whole for word in words)
