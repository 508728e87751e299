"""What the game screen knows beside the session: what is selected, which menu is open, what was last said.

No Textual here: panels read a board, keys change it, and tests drive both without a terminal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from scalegame.tui.course import shown_span
from scalegame.tui.figures import count, duration, percent
from scalegame.tui.pace import Pace

if TYPE_CHECKING:
    from scalegame.game.history import History
    from scalegame.game.level import Level
    from scalegame.game.score import Result
    from scalegame.game.view import ForecastPoint, LogLine, Option, PostMortem, StageView, View
    from scalegame.model.snapshot import MachineView, PoolView, Snapshot, TierName

USERS = "users"
"""The place that stands for the whole system."""
COLUMNS: tuple[tuple[TierName, ...], ...] = (("door",), ("servers",), ("cache", "data", "workers"))
"""The tiers, from left to right in a request's order; the cache stands above the database, the workers below it."""
OFFERED: dict[TierName, str] = {"door": "balancer", "cache": "cache"}
"""What has a place in the picture before it stands."""
TO_BE_PLACED = ("balancer", "cache", "cdn", "queue")
"""What a `place` line puts there as a whole."""
BACKLOG_SECONDS = 5.0
"""A message that is older makes the queue's box amber."""
FORECAST_POINTS = 120
"""Over a whole level, or as much of it as the plots show."""


class Playable(Protocol):
    """What the screen needs of a session: game.session.Session, or a stand-in that plays a run back."""

    @property
    def level(self) -> Level: ...
    @property
    def seed(self) -> int: ...
    @property
    def log(self) -> Sequence[LogLine]: ...
    @property
    def history(self) -> History: ...
    @property
    def over(self) -> bool: ...
    def do(self, line: str) -> str | None: ...
    def step(self) -> None: ...
    def view(self) -> View: ...
    def options(self, place: str) -> Sequence[Option]: ...
    def weigh(self, line: str) -> Option: ...
    def forecast(self, seconds: Sequence[float]) -> Sequence[ForecastPoint]: ...
    def stages(self) -> Sequence[StageView]: ...
    def result(self) -> Result: ...
    def post_mortem(self) -> PostMortem: ...


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


@dataclass(frozen=True, slots=True)
class Spot:
    """A box of the picture: a pool, the pools that hold the data together, or a service without machines of ours. No
    pools and no note where nothing stands yet."""

    name: str
    tier: TierName
    pools: tuple[PoolView, ...] = ()
    note: str = ""
    """What a service is at, in a few words."""
    flow: float = 0.0
    """Requests a second that a service takes."""
    troubled: bool = False

    @property
    def placed(self) -> bool:
        return bool(self.pools or self.note)

    @property
    def up(self) -> int:
        """Machines that answer."""
        return sum(pool.up for pool in self.pools)

    @property
    def size(self) -> int:
        """All machines."""
        return sum(pool.machines for pool in self.pools)

    @property
    def utilisation(self) -> float:
        """Mean over the machines that answer."""
        return sum(pool.utilisation * pool.up for pool in self.pools) / max(self.up, 1)

    @property
    def inflow(self) -> float:
        """Requests a second."""
        return self.flow + sum(pool.arrival_rate for pool in self.pools)

    @property
    def answers(self) -> bool:
        """Something takes what comes: a service always does."""
        return self.up > 0 or not self.pools


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
    """Of what is selected."""

    @classmethod
    def of(cls, session: Playable) -> Board:
        board = cls(session, session.view())
        app = board.machines("app")
        board.selected = app[0].name if app else USERS
        board.refresh_slow()
        return board

    @property
    def snapshot(self) -> Snapshot:
        return self.view.snapshot

    def refresh(self) -> None:
        """Read the session again; what stood selected and is gone gives way to its neighbour."""
        before = self.places()
        self.view = self.session.view()
        places = self.places()
        if self.selected not in places:
            at = before.index(self.selected) if self.selected in before else 0
            self.selected = places[min(at, len(places) - 1)]
            self.menu = None
            self.refresh_slow()

    def refresh_slow(self) -> None:
        """Read what is dear and changes slowly."""
        self.refresh_options()
        self.refresh_forecast()

    def refresh_forecast(self) -> None:
        """The traffic of the level, or of as much of it as the plots show, as it is expected now."""
        self.forecast = _forecast(self.session, *shown_span(self.view))

    def refresh_options(self) -> None:
        """What can be done at the selected place, with its price."""
        self.options = self._options()
        if self.menu is not None:
            self.menu = min(self.menu, len(self.options) - 1) if self.options else None

    def _options(self) -> tuple[Option, ...]:
        if self.selected in TO_BE_PLACED and not self._stands(self.selected):
            # What does not stand yet is placed from the system's own list.
            verb = f"place {self.selected}"
            return tuple(option for option in self.session.options(USERS) if option.command.startswith(verb))
        return tuple(self.session.options(self.selected))

    def pool(self, name: str) -> PoolView | None:
        return next((pool for pool in self.snapshot.pools if pool.name == name), None)

    def machines(self, pool: str) -> list[MachineView]:
        return [machine for machine in self.snapshot.machines if machine.pool == pool]

    def tier_of(self, pool: str) -> TierName | None:
        """Where on a request's way a pool stands."""
        found = self.pool(pool)
        return found.tier if found is not None else None

    @property
    def several_zones(self) -> bool:
        """Machines stand in more than one zone."""
        return len({machine.zone for machine in self.snapshot.machines}) > 1

    def machine(self, name: str) -> MachineView | None:
        return next((machine for machine in self.snapshot.machines if machine.name == name), None)

    def offered(self, name: str) -> bool:
        """Whether this level lets the player place what does not stand yet."""
        unlocked = self.session.level.unlocked
        return unlocked is None or "place" in unlocked or f"place {name}" in unlocked

    def _stands(self, name: str) -> bool:
        return any(spot.name == name and spot.placed for column in self.spots() for spot in column)

    def spots(self) -> list[list[Spot]]:
        """The boxes of the picture, in columns from left to right."""
        columns = [[spot for tier in group for spot in self._spots(tier)] for group in COLUMNS]
        return [column for column in columns if column]

    def _spots(self, tier: TierName) -> list[Spot]:
        pools = tuple(pool for pool in self.snapshot.pools if pool.tier == tier)
        if tier == "servers":
            return [Spot(pool.name, tier, (pool,)) for pool in pools]
        return [*self._services(tier), *self._standing(tier, pools)]

    def _standing(self, tier: TierName, pools: tuple[PoolView, ...]) -> list[Spot]:
        if pools:
            return [Spot(pools[0].name, tier, pools)]
        name = OFFERED.get(tier)
        return [Spot(name, tier)] if name is not None and self.offered(name) else []

    def _services(self, tier: TierName) -> list[Spot]:
        """What does its work without a machine of ours."""
        classes, snapshot = self.session.level.scenario.classes, self.snapshot
        if tier == "door" and any(kind.static for kind in classes):
            edge = next((store for store in snapshot.copies if store.place == "cdn"), None)
            if edge is not None:
                return [Spot("cdn", tier, note=f"{percent(edge.hit_share)} hits", flow=edge.asked_rate)]
            return [Spot("cdn", tier)] if self.offered("cdn") else []
        if tier == "data" and snapshot.uploads == "object":
            return [Spot("storage", tier, note=f"{count(snapshot.files_stored)} files")]
        if tier == "workers" and any(kind.job_ms for kind in classes):
            queue = snapshot.queue
            if queue is not None:
                old = queue.oldest_seconds >= BACKLOG_SECONDS
                age = f", {duration(queue.oldest_seconds)} old" if old else ""
                return [Spot("queue", tier, note=f"{count(queue.depth)} wait{age}", troubled=old)]
            return [Spot("queue", tier)] if self.offered("queue") else []
        return []

    def inside(self, spot: Spot) -> list[MachineView]:
        """The machines of a box."""
        names = {pool.name for pool in spot.pools}
        return [machine for machine in self.snapshot.machines if machine.pool in names]

    def columns(self) -> list[list[str]]:
        """Places that can be selected, in columns from left to right: 'users', pools, machines, tiers to be placed."""
        columns = [[USERS]]
        for group in self.spots():
            column: list[str] = []
            for spot in group:
                names = [machine.name for machine in self.inside(spot)]
                # What is placed as a whole is selected as a whole, also where it is a single machine.
                whole = not spot.pools or spot.tier in OFFERED or len(names) > 1
                column += [spot.name] if whole else []
                column += names if len(names) > 1 or not whole else []
            columns.append(column)
        return columns

    def places(self) -> list[str]:
        return [place for column in self.columns() for place in column]

    def select(self, place: str) -> None:
        """Select a place; an unknown one changes nothing."""
        if place in self.places() and place != self.selected:
            self.selected = place
            self.menu = None
            self.refresh_slow()

    def move(self, across: int, down: int) -> None:
        """Select the neighbour in a direction; at an edge nothing changes."""
        columns = self.columns()
        column, row = next(
            (at, names.index(self.selected)) for at, names in enumerate(columns) if self.selected in names
        )
        if across:
            column = min(max(column + across, 0), len(columns) - 1)
            row = min(row, len(columns[column]) - 1)
        row = min(max(row + down, 0), len(columns[column]) - 1)
        self.select(columns[column][row])

    def open_menu(self) -> bool:
        """Give the inspector the keys; False where nothing can be done here."""
        self.refresh_slow()
        if not self.options:
            return False
        self.menu = 0
        return True

    def move_menu(self, down: int) -> None:
        if self.menu is not None and self.options:
            self.menu = (self.menu + down) % len(self.options)

    def order(self, line: str) -> bool:
        """Give a command; what comes of it is said. Returns whether it was taken."""
        refusal = self.session.do(line)
        self.said = Said(f"ordered: {line}", 3) if refusal is None else Said(f"{line}: {refusal}", 4)
        self.refresh()
        self.refresh_slow()
        return refusal is None
