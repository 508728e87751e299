"""The shipped levels prove their lesson, and each says all that a player is to read.

`scalegame prove` plays them over 64 seeds; here it is two, and one of a lab, for the time that it takes.
"""

from __future__ import annotations

import pytest

from scalegame.game.level import Level
from scalegame.game.level_library import find, library
from scalegame.game.proving.builds import can_be_lost
from scalegame.game.proving.proving import plan, prove

CAMPAIGN = [entry.id for entry in library() if entry.pack == "campaign"]
PLAYED = [entry.id for entry in library() if entry.pack != "lab" and can_be_lost(find(entry.id))]
"""What can be won and lost: not the sandbox."""
LABS = [entry.id for entry in library() if find(entry.id).pack == "lab" and find(entry.id).proofs]

CLAUSES = 4
"""A story is three sentences, and one may be short enough to be two."""


def findings(level: Level, *seeds: int) -> list[str]:
    return [f"{finding.code}: {finding.sentence}" for finding in prove(level, plan(level, seeds, 1)).findings]


@pytest.mark.slow
@pytest.mark.parametrize("level_id", PLAYED)
def test_a_level_proves_its_lesson(level_id: str) -> None:
    assert findings(find(level_id), 1, 2) == []


@pytest.mark.slow
@pytest.mark.parametrize("level_id", LABS)
def test_every_build_kept_beside_a_lab_comes_to_what_it_says(level_id: str) -> None:
    assert findings(find(level_id), 1) == []


def test_the_campaign_leads_from_one_box_to_launch_day() -> None:
    assert CAMPAIGN == [
        "one-box", "the-biggest-box", "who-am-i-again", "the-front-door", "dont-ask-twice", "closer-to-you",
        "yesterdays-price", "not-now", "twice-is-once", "something-is-always-broken", "the-hard-part", "launch-day",
    ]  # fmt: skip


@pytest.mark.parametrize("level_id", PLAYED)
def test_a_level_says_what_it_is_about_and_keeps_builds_beside_it(level_id: str) -> None:
    level = find(level_id)
    assert level.teaches
    assert level.lesson
    assert len(level.hints) >= 3
    assert 0 < level.story.count(".") + level.story.count("?") + level.story.count("!") <= CLAUSES
    assert sum(proof.reference for proof in level.proofs) == 1
    assert sum(proof.outcome == "won" for proof in level.proofs) >= 2
    assert any(proof.outcome == "lost" and not proof.commands for proof in level.proofs)


@pytest.mark.parametrize("level_id", CAMPAIGN)
def test_a_campaign_level_says_what_is_new_and_has_medals_for_both(level_id: str) -> None:
    level = find(level_id)
    assert level.new
    assert level.par.uptime is not None
    assert level.par.cost is not None
    assert 150 <= level.seconds <= 400
