"""CPU seconds for a second of the service's time, at rates from 10 to a million requests a second, beside the peers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from scalegame.bench import peers
from scalegame.bench.rounds import cpu_seconds, interleaved
from scalegame.bench.section import Figure, Progress, Section, Settings, plain
from scalegame.bench.service import WARMUP, Service

if TYPE_CHECKING:
    from scalegame.game.session import Session
    from scalegame.model.world import World

RATES = (10, 100, 1_000, 10_000, 1_000_000)
PEER_RATES = (100, 1_000, 10_000)
PEER_REQUESTS = 5_000
"""Of a repeat, at any rate: the peers' work is a request's, ours is a tick's."""
TICKS = 320
"""Of a repeat: whole blocks of what the world draws ahead, so that no repeat pays for another's."""
SEED = 1

_WORLD, _SESSION, _PLAYED = "world", "session", "played"
"""The model alone; the rules of the game around it; the model again, with finite rooms and a balancer that works."""
AS_PLAYED = (
    "World is World.step, Session the rules around it; as played is World.step with the catalogue's slots and backlogs"
    " and a balancer that takes time, both of which the peers are spared"
)
_OURS = (_WORLD, _SESSION, _PLAYED)


def measure(settings: Settings, progress: Progress) -> Section:
    """Measure all contenders at all rates in turns."""
    progress.begin("CPU of a simulated second", (settings.repeats + 1) * 2)
    # The peers have rounds of their own with our world in them: what is set in a ratio is taken side by side.
    beside = _Bench(PEER_RATES, with_peers=True)
    against_peers = beside.measure(settings.repeats, lambda turn: progress.step(f"peers, round {turn}"))
    alone = _Bench(RATES, with_peers=False).measure(
        settings.repeats, lambda turn: progress.step(f"all rates, round {turn}")
    )
    rows = [_row(rate, alone, against_peers) for rate in RATES]
    return _section(rows, alone)


class _Bench:
    """Warm contenders by (name, rate)."""

    def __init__(self, rates: tuple[int, ...], *, with_peers: bool) -> None:
        self._answers: dict[str, Callable[[], float]] = {}
        self._contenders: dict[str, Callable[[], float]] = {}
        for rate in rates:
            service = Service(float(rate))
            world, session, played = _world(service), _session(service), _world(service, as_played=True)
            self._add(_WORLD, rate, partial(_step, world), 0.1 * TICKS)
            self._add(_SESSION, rate, partial(_step, session), 0.1 * TICKS)
            self._add(_PLAYED, rate, partial(_step, played), 0.1 * TICKS)
            self._answers[_key(_WORLD, rate)] = partial(_mean_response, world)
            for name, peer in peers.peers(service, SEED).items() if with_peers else ():
                seconds = PEER_REQUESTS / rate
                self._add(name, rate, partial(peer.run, seconds), seconds)
                self._answers[_key(name, rate)] = peer.mean_response

    def _add(self, name: str, rate: int, work: Callable[[], None], seconds: float) -> None:
        self._contenders[_key(name, rate)] = lambda: cpu_seconds(work) / seconds

    def measure(self, repeats: int, after_round: Callable[[int], None]) -> dict[str, float]:
        """Medians in CPU seconds a simulated second, and under 'mean NAME RATE' mean responses in seconds."""
        medians = interleaved(self._contenders, repeats, after_round)
        return medians | {f"mean {key}": answer() for key, answer in self._answers.items()}


def _key(name: str, rate: int) -> str:
    return f"{name} {rate}"


def _world(service: Service, *, as_played: bool = False) -> World:
    from scalegame.model.world import World

    world = World(service.level(as_played=as_played).scenario, [SEED])
    for _ in range(10 * WARMUP):
        world.step()
    return world


def _session(service: Service) -> Session:
    from scalegame.game.session import Session

    session = Session(service.level(), SEED)
    for _ in range(10 * WARMUP):
        session.step()
    return session


def _step(ours: World | Session) -> None:
    for _ in range(TICKS):
        ours.step()


def _mean_response(world: World) -> float:
    """Seconds."""
    return world.snapshot().latency.mean / 1000.0


def _row(rate: int, alone: dict[str, float], against_peers: dict[str, float]) -> dict[str, float | None]:
    """A rate's figures; None where it was not measured."""
    beside = against_peers if rate in PEER_RATES else alone
    row: dict[str, float | None] = {
        "rate": float(rate),
        **{ours: beside[_key(ours, rate)] for ours in _OURS},
        "theory_response_s": Service(float(rate)).mean_response,
        "world_response_s": beside[f"mean {_key(_WORLD, rate)}"],
    }
    for peer in peers.PEERS:
        cost = against_peers.get(_key(peer, rate))
        row[peer] = cost
        row[f"{peer}_response_s"] = against_peers.get(f"mean {_key(peer, rate)}")
        for ours in _OURS:
            row[f"{ours}_to_{peer}"] = None if cost is None else beside[_key(ours, rate)] / cost
    return row


def _section(rows: list[dict[str, float | None]], alone: dict[str, float]) -> Section:
    spread = {ours: alone[_key(ours, RATES[-1])] / alone[_key(ours, RATES[0])] for ours in _OURS}
    at_10k = next(row for row in rows if row["rate"] == PEER_RATES[-1])
    return Section(
        title="CPU seconds for a simulated second: balancer, three servers, database, each 70 % busy",
        columns=(
            "requests/s",
            "World",
            "Session",
            "as played",
            "SimPy",
            "Ciw",
            "World : SimPy",
            "Session",
            "as played",
        ),
        rows=tuple(
            (
                f"{row['rate']:,.0f}",
                *(_seconds(row[name]) for name in (*_OURS, *peers.PEERS)),
                *(_part(row[f"{name}_to_simpy"]) for name in _OURS),
            )
            for row in rows
        ),
        figures=(
            *(
                Figure(f"{name} : SimPy at 10,000 requests/s", at_10k[f"{ours}_to_simpy"], target, True, one_in)
                for ours, name, target in (
                    (_WORLD, "World", 1 / 100),
                    (_SESSION, "Session", 1 / 50),
                    (_PLAYED, "World as played", 1 / 50),
                )
            ),
            *(
                Figure(f"{name} at 1,000,000 : at 10 requests/s", spread[ours], 1.5, True, plain(2, "x"))
                for ours, name in ((_WORLD, "World"), (_PLAYED, "World as played"))
            ),
        ),
        data={
            "unit": "CPU seconds a simulated second, median",
            "ticks_a_repeat": TICKS,
            "peer_requests_a_repeat": PEER_REQUESTS,
            "rates": rows,
            "million_to_ten": spread,
        },
        notes=(
            *peers.missing(),
            _agreement(at_10k),
            AS_PLAYED,
        ),
    )


def _agreement(row: dict[str, float | None]) -> str:
    """That all of them simulate the same system: mean responses in units of what theory says."""
    theory = row["theory_response_s"] or 1.0
    found = [
        f"{name} {value / theory:.3f}"
        for name, key in (("scalegame", _WORLD), ("SimPy", "simpy"), ("Ciw", "ciw"))
        if (value := row[f"{key}_response_s"]) is not None
    ]
    return f"mean response at 10,000 requests/s, Jackson's exact value being 1: {', '.join(found)}"


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.5f}"


def one_in(ratio: float) -> str:
    """A ratio as a part: .0125 is '1/80'."""
    return f"1/{1 / ratio:,.0f}" if 0.0 < ratio < 0.5 else f"{ratio:.2f}x"


def _part(value: float | None) -> str:
    return "-" if value is None else one_in(value)
