"""A session that plays nothing: views as they could come from the game, set by hand, so that a test says what its panel
looks at. Whether the screen plays the real game is tested in test_play.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scalegame.game.history import History
from scalegame.game.level import Level, Stage
from scalegame.game.progress import Progress
from scalegame.game.score import Result
from scalegame.game.view import (
    BudgetView,
    ForecastPoint,
    LogLine,
    Option,
    PostMortem,
    PurseView,
    Quote,
    StageView,
    View,
)
from scalegame.game.xray import Finding
from scalegame.model.scenario import PoolPlan, RequestClass, Scenario, Start, Traffic
from scalegame.model.snapshot import (
    ClassView,
    Latency,
    Loss,
    MachineState,
    MachineView,
    OrderView,
    PoolView,
    Signals,
    Snapshot,
    TierName,
)
from scalegame.tui.cells.glyphs import UNICODE, Glyphs
from scalegame.tui.cells.theme import Depth, Look

CALM = Latency(24.0, 18.0, 61.0, 140.0)


def look(glyphs: Glyphs = UNICODE, depth: Depth = Depth.FULL) -> Look:
    return Look.of(glyphs, depth, animated=False)


def machine(name: str, pool: str, utilisation: float = 0.4, state: MachineState = "up", **more: object) -> MachineView:
    plain = MachineView(
        name, pool, "small", 2, 32, 32, state, 0.0, utilisation, 0.0, 0.0, 0.0, 120.0, True, 0.26, 1.0
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]  # the keywords are MachineView's own fields


TIERS: dict[str, TierName] = {
    "balancer": "door",
    "app": "servers",
    "images": "servers",
    "cache": "cache",
    "database": "data",
    "replica": "data",
    "standby": "data",
    "worker": "workers",
}


def pool(name: str, machines: Sequence[MachineView]) -> PoolView:
    mine = [one for one in machines if one.pool == name]
    busy = sum(one.utilisation for one in mine) / len(mine)
    up = sum(one.state in ("up", "slow") for one in mine)
    rate = sum(one.arrival_rate for one in mine)
    return PoolView(name, TIERS[name], len(mine), up, busy, 0.0, rate, busy, 0.0, CALM)


def snapshot(machines: Sequence[MachineView], seconds: float = 74.0, **more: object) -> Snapshot:
    names = [name for name in TIERS if any(one.pool == name for one in machines)]
    tightest = max(machines, key=lambda one: one.utilisation)
    plain = Snapshot(
        tick=round(seconds * 10),
        seconds=seconds,
        offered=8000,
        good=7980,
        lost=20,
        in_flight=9,
        signals=Signals(240.0, 240.0, 239.0, 1.0, CALM, tightest.utilisation, tightest.name),
        latency=CALM,
        classes=(ClassView("page", 8000, 7980, 20, CALM),),
        pools=tuple(pool(name, machines) for name in names),
        machines=tuple(machines),
        losses=(Loss("late", "app-1", 20),),
        cost_micro=1_840_000,
        money_micro=(("served", 900_000), ("headroom", 940_000), ("redundancy", 0), ("waste", 0)),
        price=1.3,
        orders=(),
        sessions="memory",
        balancer_kind="l7" if "balancer" in names else None,
        balancer_algorithm="least-connections" if "balancer" in names else None,
        lost_by_cause_rate=(("late", 1.0),),
        retry_share=0.0,
    )
    return replace(plain, **more)  # type: ignore[arg-type]  # the keywords are Snapshot's own fields


def view(shot: Snapshot, **more: object) -> View:
    plain = View(
        snapshot=shot,
        level_id="one-box",
        title="One box",
        total_seconds=210.0,
        draining=False,
        stage=StageView(2, 4, "Word gets around", 50.0, 100.0, 0.58, 300),
        slo_uptime=0.99,
        slo_latency_ms=1000.0,
        uptime=0.9975,
        purse=3.18,
        burn=1.3,
        outcome="running",
        reason="",
        warning="",
        warning_level=0,
        can_launch="the stage has to run for 10 s first",
        budget=BudgetView(174, 0.15, None),
        purse_ahead=PurseView(None, 0.0, None),
    )
    return replace(plain, **more)  # type: ignore[arg-type]  # the keywords are View's own fields


def level(**more: object) -> Level:
    scenario = Scenario(
        seconds=210.0,
        classes=(RequestClass("page", cpu_ms=8.0),),
        traffic=(Traffic("page", ((0.0, 60.0), (210.0, 400.0)), band=0.1),),
        start=Start(PoolPlan("small"), PoolPlan("small")),
    )
    stages = tuple(Stage(title, 52.5, 52.5 * at) for at, title in enumerate(("Quiet", "Word", "Press", "Front page")))
    plain = Level(
        id="one-box", title="One box", pack="campaign", path="", text="", level_id="sha256:0", scenario=scenario,
        stages=stages, slo_uptime=0.99, money=4.5, unlocked=("resize", "restart"),
        story="Your shop runs on one small machine. A newsletter goes out tonight. There is money for one step.",
        new="A bigger machine does more, but changing its size means a reboot.",
        lesson="Scaling up is simple, has a ceiling, and costs downtime.",
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]  # the keywords are Level's own fields


OPTIONS = (
    Option("u", "resize to medium", "resize app-1 medium", Quote(0.26, 0.0, 8.0, 8.0, "drops 9 under way"), None),
    Option("", "resize to large", "resize app-1 large", Quote(0.78, 0.0, 8.0, 8.0, "drops 9 under way"),
           "large costs more than the purse holds for 30 s"),
    Option("r", "restart", "restart app-1", Quote(0.0, 0.0, 6.0, 6.0, "logs out 100 % of the users"), None),
    Option("+", "add one", "add app", Quote(0.26, 0.0, 6.0, 0.0, ""), "without a balancer nobody sends it traffic"),
)  # fmt: skip


FOUND = Finding(
    machine="app-1", tick=740, seconds=30.0, uptime=0.998, uptime_without=0.621, lost=2310, budget_share=0.43,
    cause="refused", place="app", by_second=(120, 80, *[70] * 28), ends="",
)  # fmt: skip


class StandInXRay:
    """Two steps, then FOUND."""

    def __init__(self, machine: str, tick: int, found: Finding = FOUND) -> None:
        self.machine = machine
        self.tick = tick
        self.finding: Finding | None = None
        self.done = 0.0
        self._found = replace(found, machine=machine, tick=tick)

    def step(self) -> bool:
        self.done += 0.5
        if self.done >= 1.0:
            self.finding = self._found
        return self.finding is None


class StandIn:
    """A Playable whose time moves and whose world does not, until a test sets ``shown``."""

    def __init__(
        self, shown: View | None = None, options: Sequence[Option] = OPTIONS, played: Level | None = None
    ) -> None:
        self.level = played or level()
        self.seed = 7
        self.commands: list[tuple[int, str]] = []
        self.shown = shown or view(snapshot([machine("app-1", "app", 0.71), machine("db-1", "database", 0.35)]))
        self.log: list[LogLine] = [
            LogLine(0.0, 0, "One box opens: 60 requests a second."),
            LogLine(50.0, 1, "stage 2: the newsletter went out, +60/s"),
        ]
        self.history = History()
        self.over = False
        self.given: list[str] = []
        self.refuse: str | None = None
        self._options = tuple(options)

    def allow(self, line: str) -> None:
        """From now on this option is refused no more."""
        self._options = tuple(replace(one, refusal=None) if one.command == line else one for one in self._options)

    def do(self, line: str) -> str | None:
        self.given.append(line)
        return self.refuse

    def step(self) -> None:
        shot = self.shown.snapshot
        self.shown = replace(self.shown, snapshot=replace(shot, tick=shot.tick + 1, seconds=(shot.tick + 1) / 10))

    def view(self) -> View:
        return self.shown

    def options(self, place: str) -> Sequence[Option]:
        return self._options if place.startswith("app") else ()

    def weigh(self, line: str) -> Option:
        known = next((option for option in self._options if option.command == line), None)
        return known or Option("", line, line, Quote(0.0, 0.0, 0.0, 0.0, ""), f'there is no "{line}"')

    def xray(self, machine: str) -> StandInXRay:
        return StandInXRay(machine, self.shown.snapshot.tick)

    def forecast(self, seconds: Sequence[float]) -> Sequence[ForecastPoint]:
        known = self.shown.snapshot.seconds + 15
        return [ForecastPoint(at, 180.0 + at, 260.0 + 1.4 * at, 230.0 + at if at < known else None) for at in seconds]

    def stages(self) -> Sequence[StageView]:
        return [self.shown.stage]

    def result(self) -> Result:
        return Result("running", 997_500, 1_840_000, 740, 8000, 7980, 20, 0, 0)

    def state(self) -> str:
        return "0" * 64

    def post_mortem(self) -> PostMortem:
        raise NotImplementedError("this session never ends")


CROWD = [
    machine("balancer-1", "balancer", 0.22),
    machine("app-1", "app", 0.71, waiting=6.0),
    machine("app-2", "app", 0.88, waiting=17.0),
    machine("app-3", "app", 0.98, waiting=61.0),
    machine("app-4", "app", 0.0, "booting", seconds_left=4.0),
    machine("cache-1", "cache", 0.12),
    machine("db-1", "database", 0.58),
]


def crowd() -> StandIn:
    """A system with every tier."""
    shot = snapshot(CROWD, orders=(OrderView(3, "add app", "app", 4.0, 6.0),), sessions="cache", retry_share=0.14)
    return StandIn(view(shot, warning="app-3 is at 98 %: it will refuse soon", warning_level=2))


class StandInRuns:
    """Opens the sessions it was given, in turn, and keeps nothing."""

    def __init__(self, *sessions: StandIn) -> None:
        self.waiting = list(sessions)
        self.asked: list[tuple[str, int | None]] = []
        self.begun: list[object] = []
        self.over: list[object] = []
        self.left: str | None = None
        self.first_loss = False
        """Of the next run that ends."""
        self.known = True
        """Somebody played here before."""

    def open(self, level: Level, seed: int | None) -> StandIn:
        self.asked.append((level.id, seed))
        return self.waiting.pop(0)

    def unfinished(self) -> str | None:
        return self.left

    def resume(self) -> StandIn:
        return self.waiting.pop(0)

    def adopt(self, session: object) -> None:
        self.begun.append(session)

    def begin(self, session: object) -> None:
        self.begun.append(session)

    def ended(self, session: object) -> tuple[bool, str]:
        self.over.append(session)
        return self.first_loss, ""

    def progress(self) -> tuple[Progress, str]:
        return {}, ""

    def played_before(self) -> bool:
        return self.known

    def close(self) -> None:
        self.begun.append(None)
