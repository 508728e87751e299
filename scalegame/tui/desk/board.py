"""What the game screen knows beside the session: what is selected, which menu is open, what was last said.

No Textual here: panels read a board, keys change it, and tests drive both without a terminal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scalegame.game.hints import Hints
from scalegame.game.options import EVERYWHERE
from scalegame.tui.desk.course import shown_span
from scalegame.tui.desk.pace import Pace
from scalegame.tui.desk.roster import Roster
from scalegame.tui.desk.spots import OFFERED, Spot, crowded, spots
from scalegame.tui.desk.toasts import Toasts
from scalegame.tui.desk.under_way import ways_back

if TYPE_CHECKING:
    from scalegame.game.view import ForecastPoint, Option, View
    from scalegame.model.snapshot import MachineView, PoolView, Snapshot, TierName
    from scalegame.tui.desk.lookout import Experiment
    from scalegame.tui.desk.playable import Playable
    from scalegame.tui.desk.suggesting import Suggestion

USERS = EVERYWHERE
"""The place that stands for the whole system."""
TO_BE_PLACED = ("balancer", "cache", "cdn", "queue")
"""What a `place` line puts there as a whole."""
FORECAST_POINTS = 120
"""Over a whole level, or as much of it as the plots show."""


@dataclass(frozen=True, slots=True)
class Said:
    """The message row: what the last key or command came to."""

    text: str
    weight: int
    """As in a log line: 0 routine, 1 warning, 2 trouble, 3 own, 4 refusal."""


def whole_forecast(session: Playable, total_seconds: float) -> tuple[ForecastPoint, ...]:
    """The traffic of the whole level in FORECAST_POINTS points, in the order of time."""
    return _forecast(session, 0.0, total_seconds)


def _forecast(session: Playable, begin: float, end: float) -> tuple[ForecastPoint, ...]:
    step = (end - begin) / FORECAST_POINTS
    return tuple(session.forecast([begin + step * (index + 0.5) for index in range(FORECAST_POINTS)]))


@dataclass(slots=True)
class Board:
    """The state of the screen around one session. ``view`` is read once a frame and shared by all panels."""

    session: Playable
    view: View
    pace: Pace = field(default_factory=Pace)
    selected: str = ""
    menu: int | None = None
    """The highlighted option while the inspector has the keys, else None."""
    said: Said | None = None
    typing: Said | None = None
    """While a command is typed: what it would come to."""
    lit: str = ""
    """The control that the guide lights: 'key NAME' as in the footer, 'place NAME', 'inspector', 'speed', 'topline'."""
    task: str = ""
    """What the guide asks for; empty without a guide."""
    forecast: Sequence[ForecastPoint] = ()
    options: Sequence[Option] = ()
    """Of what is selected; of the orders under way, while their list is open."""
    zoomed: str = ""
    """The box or the pool that has the whole picture to itself; empty where all are seen."""
    table: tuple[int, int] = (1, 1)
    """(rows, machines) of a page of the zoomed pool, as it was drawn last: how far the arrows and the page keys go."""
    rows: dict[str, int] = field(default_factory=dict)
    """The row of each place, as it was drawn last, so that the arrows go straight across."""
    busiest: float = 0.0
    """The most requests a second that there have been, retries and all, or that the level was announced with."""
    _roster: Roster | None = None
    orders_open: bool = False
    """The list of what is under way stands in the inspector's place, and ``menu`` is a row of it."""
    suggestions: Sequence[Suggestion] = ()
    """While a command is typed: how it could go on."""
    suggested: int | None = None
    """The one that Tab has put into the line."""
    toasts: Toasts = field(default_factory=Toasts)
    hints: Hints = field(default_factory=lambda: Hints(()))
    xray: Experiment | None = None
    """The last one that was asked for."""

    @classmethod
    def of(cls, session: Playable) -> Board:
        board = cls(session, session.view())
        board.toasts.heard = len(session.log)
        board.hints = Hints(session.level.hints)
        # Of a run that is gone on with, the player has had what came before.
        board.hints.follow(session.history.seconds)
        app = board.machines("app")
        board.selected = board._crowd_of(app[0].name) or app[0].name if app else USERS
        announced = max((point.high for point in whole_forecast(session, board.view.total_seconds)), default=0.0)
        board.busiest = max(announced, board.snapshot.signals.attempt_rate)
        board.refresh_slow()
        return board

    @property
    def snapshot(self) -> Snapshot:
        return self.view.snapshot

    @property
    def roster(self) -> Roster:
        """The snapshot's machines and pools by name."""
        if self._roster is None or self._roster.snapshot is not self.view.snapshot:
            self._roster = Roster(self.view.snapshot, self._roster)
        return self._roster

    def refresh(self) -> None:
        """Read the session again; what stood selected and is gone gives way to its neighbour."""
        before, gone = self.stops(), self.selected
        # Whose box is gone has neighbours in the whole picture alone.
        around = (self.places(), self._crowd_of(gone) or gone) if self.zoomed else (before, gone)
        self.view = self.session.view()
        self.busiest = max(self.busiest, self.snapshot.signals.attempt_rate)
        if self.zoomed and not self.within():
            self.zoomed = ""
            before, gone = around
        stops = self.stops()
        if self.selected not in stops:
            at = before.index(gone) if gone in before else 0
            self.selected = self._crowd_of(self.selected) or stops[min(at, len(stops) - 1)]
            self.menu = self.menu if self.orders_open else None
            self.refresh_slow()
        self.toasts.hear(self.session.log)

    def refresh_slow(self) -> None:
        """Read what is dear and changes slowly."""
        self.refresh_options()
        self.refresh_forecast()

    def refresh_forecast(self) -> None:
        """The traffic of the level, or of as much of it as the plots show, as it is expected now."""
        self.forecast = _forecast(self.session, *shown_span(self.view))

    def refresh_options(self) -> None:
        """What can be done at the selected place, with its price."""
        chosen = self.chosen
        self.options = self._options()
        if self.menu is not None:
            # A list that changes under the player's hand keeps the choice that was made.
            same = (at for at, option in enumerate(self.options) if chosen is not None and option.label == chosen.label)
            # An order that is done gives its place to no other: Enter would cancel what nobody chose.
            other = min(self.menu, len(self.options) - 1) if self.options and not self.orders_open else None
            self.menu = next(same, other)
        if self.orders_open and self.menu is None:
            self.close_menu()
            self.options = self._options()

    @property
    def chosen(self) -> Option | None:
        """The highlighted option, while a list has the keys."""
        return self.options[self.menu] if self.menu is not None and self.menu < len(self.options) else None

    def _options(self) -> tuple[Option, ...]:
        if self.orders_open:
            return ways_back(self.roster, self.session.weigh)
        if self.selected in TO_BE_PLACED and not self._stands(self.selected):
            # What does not stand yet is placed from the system's own list.
            verb = f"place {self.selected}"
            return tuple(option for option in self.session.options(USERS) if option.command.startswith(verb))
        return tuple(self.session.options(self.selected))

    @property
    def peak(self) -> float:
        """The most requests a second that there have been or that are forecast: what the thickest line stands for."""
        return max(self.busiest, max((point.high for point in self.forecast), default=0.0))

    def pool(self, name: str) -> PoolView | None:
        return self.roster.pools.get(name)

    def machines(self, pool: str) -> list[MachineView]:
        return self.roster.by_pool.get(pool, [])

    def tier_of(self, pool: str) -> TierName | None:
        """Where on a request's way a pool stands."""
        found = self.pool(pool)
        return found.tier if found is not None else None

    @property
    def several_zones(self) -> bool:
        """Machines stand in more than one zone."""
        return self.roster.several_zones

    def machine(self, name: str) -> MachineView | None:
        return self.roster.by_name.get(name)

    def _stands(self, name: str) -> bool:
        return any(spot.name == name and spot.placed for column in self.spots() for spot in column)

    def spots(self) -> list[list[Spot]]:
        """The boxes of the picture, in columns from left to right."""
        return spots(self.snapshot, self.session.level)

    def inside(self, spot: Spot) -> list[MachineView]:
        """The machines of a box."""
        if len(spot.pools) == 1:
            return self.machines(spot.pools[0].name)
        return [machine for pool in spot.pools for machine in self.machines(pool.name)]

    def columns(self) -> list[list[str]]:
        """Places of the picture that can be selected, in columns from left to right: 'users', pools, machines, tiers to
        be placed. A crowd is one stop: nobody walks past a thousand machines to the next box."""
        columns = [[USERS]]
        for group in self.spots():
            column: list[str] = []
            for spot in group:
                # What is placed as a whole is selected as a whole, also where it is a single machine.
                whole = not spot.pools or spot.tier in OFFERED or spot.size > 1
                column += [spot.name] if whole else []
                for pool in spot.pools:
                    if crowded(pool):
                        column += [pool.name] if pool.name != spot.name else []
                    elif spot.size > 1 or not whole:
                        column += [machine.name for machine in self.machines(pool.name)]
            columns.append(column)
        return columns

    def places(self) -> list[str]:
        return [place for column in self.columns() for place in column]

    def within(self) -> list[MachineView]:
        """The machines of what is zoomed into."""
        if not self.zoomed:
            return []
        spot = next((spot for column in self.spots() for spot in column if spot.name == self.zoomed), None)
        return self.inside(spot) if spot is not None else self.machines(self.zoomed)

    def stops(self) -> list[str]:
        """Where the selection can be now: in the zoomed pool, or in the whole picture."""
        return [machine.name for machine in self.within()] if self.zoomed else self.places()

    def box_of(self, place: str) -> str:
        """The box that a place is drawn in; users, where it is in none."""
        machine = self.machine(place)
        pool = machine.pool if machine is not None else place
        boxes = [spot for column in self.spots() for spot in column]
        return next((box.name for box in boxes if pool in (box.name, *(one.name for one in box.pools))), USERS)

    def _crowd_of(self, place: str) -> str:
        """The stop of the crowd that a machine stands in; empty where it stands for itself."""
        machine = self.machine(place)
        pool = self.pool(machine.pool) if machine is not None else None
        return pool.name if pool is not None and crowded(pool) else ""

    def select(self, place: str) -> None:
        """Select a place and go where it is seen, into its crowd or out of another; an unknown one changes nothing."""
        zoomed = self.zoomed
        if place not in self.stops():
            crowd = self._crowd_of(place)
            if not crowd and place not in self.places():
                return
            zoomed = crowd
        if place != self.selected or self.orders_open:
            self.selected, self.zoomed = place, zoomed
            self.menu, self.orders_open = None, False
            self.refresh_slow()

    def zoom(self) -> bool:
        """Give the selected box, or the box of the selected machine, the whole picture; or give it back. False where
        there are no machines to be seen."""
        if self.zoomed:
            self.unzoom()
            return True
        self.zoomed = self.box_of(self.selected) if self.machine(self.selected) is not None else self.selected
        inside = [one.name for one in self.within()]
        if not inside:
            self.zoomed = ""
            return False
        if self.selected not in inside:
            self.selected = inside[0]
            self.menu = None
            self.refresh_slow()
        return True

    def unzoom(self) -> None:
        """Back to the whole picture; of a crowd the whole is selected again."""
        self.zoomed = ""
        if self.selected not in self.places():
            self.selected = self._crowd_of(self.selected) or self.box_of(self.selected)
            self.menu = None
            self.refresh_slow()

    def move(self, across: int, down: int) -> None:
        """Select the neighbour in a direction; at an edge nothing changes."""
        if self.zoomed:
            self._move_within(down + across * self.table[0])
            return
        columns = self.columns()
        column, row = next(
            (at, names.index(self.selected)) for at, names in enumerate(columns) if self.selected in names
        )
        if across:
            beside = min(max(column + across, 0), len(columns) - 1)
            if beside != column:
                row = self._straight(columns[beside], row)
            column = beside
        row = min(max(row + down, 0), len(columns[column]) - 1)
        self.select(columns[column][row])

    def _straight(self, names: list[str], row: int) -> int:
        """Which of the neighbouring column lies straight across; where nothing was drawn yet, the one as far down."""
        here = self.rows.get(self.selected)
        drawn = [at for at, name in enumerate(names) if name in self.rows]
        if here is None or not drawn:
            return min(row, len(names) - 1)
        return min(drawn, key=lambda at: abs(self.rows[names[at]] - here))

    def _move_within(self, by: int) -> None:
        """So many machines on in the zoomed pool; a column's worth beyond the end goes to the last one, if that is in
        another."""
        names = self.stops()
        at, last = names.index(self.selected), len(names) - 1
        rows = max(self.table[0], 1)
        if abs(by) >= rows and not 0 <= at + by <= last and at // rows == (last if by > 0 else 0) // rows:
            return
        self.select(names[min(max(at + by, 0), last)])

    def turn_page(self, pages: int) -> None:
        """A page of the zoomed pool on or back; in the whole picture to the column's end."""
        if self.zoomed:
            names = self.stops()
            self.select(names[min(max(names.index(self.selected) + pages * self.table[1], 0), len(names) - 1)])
        else:
            self.move(0, pages * len(self.places()))

    def open_menu(self) -> bool:
        """Give the inspector the keys; False where nothing can be done here."""
        self.refresh_slow()
        if not self.options:
            return False
        self.menu, self.said = 0, None
        return True

    def open_orders(self) -> bool:
        """Show what is under way, to be chosen from; False where nothing is."""
        orders = ways_back(self.roster, self.session.weigh)
        if orders:
            self.orders_open, self.menu, self.options = True, 0, orders
        return bool(orders)

    def close_menu(self) -> None:
        """The keys go back to the picture."""
        reread, self.menu, self.orders_open = self.orders_open, None, False
        if reread:
            self.options = self._options()

    def move_menu(self, down: int) -> None:
        """The next row in a direction, around the ends."""
        if self.menu is not None and self.options:
            self.said = None
            self.menu = (self.menu + down) % len(self.options)

    def leap_menu(self, rows: int) -> None:
        """So many rows further, to the end at most."""
        if self.menu is not None and self.options:
            self.said = None
            self.menu = min(max(self.menu + rows, 0), len(self.options) - 1)

    def order(self, line: str) -> bool:
        """Give a command; what comes of it is said. Returns whether it was taken."""
        refusal = self.session.do(line)
        self.said = Said(f"ordered: {line}", 3) if refusal is None else Said(f"{line}: {refusal}", 4)
        self.refresh()
        self.refresh_slow()
        return refusal is None
