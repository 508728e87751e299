"""The part of the post-mortem that plays the run again otherwise: what-ifs to choose from, and going back to then."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scalegame.game.whatif import WhatIfs, back_to
from scalegame.model.catalogue import TICKS_PER_SECOND
from scalegame.tui.cells.figures import clock
from scalegame.tui.keys import Key
from scalegame.tui.screens.behind import BehindScreen, Heard
from scalegame.tui.widgets.whatifs import Choice

if TYPE_CHECKING:
    from scalegame.game.session import Session
    from scalegame.tui.app import ScalegameApp
    from scalegame.tui.desk.playable import Playable

TRYING = "Playing it again with other orders"
CHOOSING = (
    Key("up", "{arrows}", "choose", "", ""),
    Key("enter", "{enter}", "back to then", "", ""),
    Key("w,escape", "Esc", "back to the page", "", ""),
    Key("question_mark", "?", "help", "", ""),
)
"""The footer while the list of what-ifs has the keys."""


class WhatIfScreen(BehindScreen):
    """A page about a run that is over."""

    app: ScalegameApp
    session: Playable
    then: int
    """The tick before it broke."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self.choice: Choice | None = None
        """What was found; None while nobody has asked."""

    def show_choice(self, *, moved: bool) -> None:
        """Draw the list as it is now; ``moved``: the chosen row has to be seen."""
        raise NotImplementedError

    @property
    def choosing(self) -> bool:
        """The list has the keys."""
        return self.choice is not None and self.choice.at is not None

    def action_what_if(self) -> None:
        """The first time play it all; then go into the list, or out of it."""
        if self.choice is None:
            self.behind(TRYING, self._try, self._found)
        elif not self.leave_list():
            self._choose(1 if self.choice.found else 0)

    def action_go_back(self) -> None:
        """Be at that moment again, with what is known now: the chosen one, or the one before it broke."""
        choice = self.choice
        tick = choice.tick if choice is not None and self.choosing else self.then
        remark = ""
        if choice is not None and self.choosing and choice.chosen is not None:
            words = choice.chosen.change.words.replace("`", "")
            remark = f": {words[:1].lower()}{words[1:]} it would have gone better"
        self.behind(
            f"Going back to {clock(tick / TICKS_PER_SECOND)}",
            lambda heard: back_to(self.session, tick, heard),
            lambda session: self._play_on(session, f"it is {clock(session.tick / TICKS_PER_SECOND)} again{remark}"),
        )

    def move_choice(self, rows: int) -> bool:
        """Choose another row; False where the list does not have the keys."""
        if self.choice is None or self.choice.at is None:
            return False
        self._choose(min(max(self.choice.at + rows, 0), self.choice.rows - 1))
        return True

    def press_row(self, row: int) -> None:
        """A click chooses; a second one goes back to there."""
        if self.choice is not None and self.choice.at == row:
            self.action_go_back()
        else:
            self._choose(row)

    def leave_list(self) -> bool:
        """Give the keys back to the page; whether they were away."""
        if self.choice is None or self.choice.at is None:
            return False
        self.choice = replace(self.choice, at=None)
        self._show(moved=False)
        return True

    def _try(self, heard: Heard) -> WhatIfs | None:
        experiment = WhatIfs(self.session)
        while experiment.step():
            if not heard(experiment.done):
                return None
        return experiment

    def _found(self, experiment: WhatIfs) -> None:
        self.choice = Choice(experiment.then, experiment.found, experiment.tried)
        self._choose(1 if experiment.found else 0)

    def _choose(self, row: int) -> None:
        if self.choice is not None:
            self.choice = replace(self.choice, at=row)
            self._show(moved=True)

    def _show(self, *, moved: bool) -> None:
        if self._playing is None:
            self.offer_keys()
        self.show_choice(moved=moved)

    def _play_on(self, session: Session, said: str) -> None:
        self.app.play_on(session, said)
