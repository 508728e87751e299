"""What the help says first: about whatever has the focus.

The contract: a screen that has more to say than its keys has a method ``help_topic() -> Topic``. Of any other the help
lists what its keys do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from textual.binding import Binding
from textual.keys import format_key

if TYPE_CHECKING:
    from textual.screen import Screen

Rows = tuple[tuple[str, str], ...]
"""A word and what it means, in order."""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, prose below it, then words with their meanings."""

    heading: str
    prose: tuple[str, ...] = ()
    """Paragraphs."""
    rows: Rows = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """A page of the help. ``name`` stands in the line of contents: a word or two."""

    name: str
    parts: tuple[Part, ...]


@runtime_checkable
class Helpful(Protocol):
    """A screen that knows what to say about what has the focus on it."""

    def help_topic(self) -> Topic: ...


def topic_of(screen: Screen[object]) -> Topic:
    """What the help opens with over a screen."""
    if isinstance(screen, Helpful):
        return screen.help_topic()
    from scalegame.tui.topics.about import SCREENS

    prose = SCREENS.get(screen.id or "")
    parts = (Part("This screen", (prose,)),) if prose else ()
    return Topic("Here", (*parts, Part("Keys here", rows=keys_of(screen))))


def keys_of(screen: Screen[object]) -> Rows:
    """What a screen's keys do, by its own bindings."""
    told: list[tuple[str, str]] = []
    for binding in type(screen).BINDINGS:
        if isinstance(binding, Binding) and binding.description:
            # The first two names: arrows and their letters, or a key and its twin.
            shown = " ".join(format_key(key.strip()) for key in binding.key.split(",")[:2])
            told.append((shown, binding.description))
    return tuple(told)
