"""All concepts, in the order in which they build on each other."""

from __future__ import annotations

from scalegame.tui.concepts import capacity, failing, growing, sparing, spreading
from scalegame.tui.concepts.page import Concept

CONCEPTS: tuple[Concept, ...] = (
    *capacity.CONCEPTS,
    *spreading.CONCEPTS,
    *sparing.CONCEPTS,
    *growing.CONCEPTS,
    *failing.CONCEPTS,
)


def concept_of(about: str | None) -> Concept | None:
    """The concept of that id, or the one that the level of that id is about; None where there is none."""
    return next(
        (concept for concept in CONCEPTS if about in (concept.id, concept.lab) or about in concept.levels), None
    )
