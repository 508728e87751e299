"""The same service in SimPy and in Ciw, written as their manuals teach it: nothing recorded but the response times.

SimPy: a process a request, a Resource a machine (https://simpy.readthedocs.io, the example 'Bank Renege').
Ciw: a network of nodes with exponential clocks (https://ciw.readthedocs.io, the tutorial 'A Network of Queues'); a
balancer that picks at random from a Poisson stream is three Poisson streams, which spares Ciw a node.
"""

from __future__ import annotations

import importlib.util
import random
import statistics
from collections.abc import Generator
from typing import Any, Protocol

from scalegame.bench.section import HOW_TO_GET
from scalegame.bench.service import Service

PEERS = {"simpy": "SimPy", "ciw": "Ciw"}
"""Package -> name."""


class Peer(Protocol):
    """An engine at work on a service."""

    def run(self, seconds: float) -> None:
        """Simulate so many seconds of the service's time."""

    def mean_response(self) -> float:
        """Mean seconds from end to end of all requests answered so far."""


class SimpyService:
    """The service in SimPy. It goes on where the last ``run`` ended, so only the first begins with empty queues."""

    def __init__(self, service: Service, seed: int) -> None:
        import simpy

        self._service = service
        self._random = random.Random(seed)  # noqa: S311 - a simulation, no secret
        self._env = simpy.Environment()
        self._servers = [simpy.Resource(self._env, service.app_cores) for _ in range(service.servers)]
        self._database = simpy.Resource(self._env, service.database_cores)
        self._responses: list[float] = []
        self._env.process(self._source())

    def run(self, seconds: float) -> None:
        self._env.run(until=self._env.now + seconds)

    def mean_response(self) -> float:
        return statistics.fmean(self._responses)

    def _source(self) -> Generator[Any, Any, None]:
        env, draw, rate = self._env, self._random.expovariate, self._service.rate
        while True:
            yield env.timeout(draw(rate))
            env.process(self._request())

    def _request(self) -> Generator[Any, Any, None]:
        env, draw = self._env, self._random.expovariate
        arrived = env.now
        with self._random.choice(self._servers).request() as core:
            yield core
            yield env.timeout(draw(1.0 / self._service.app_seconds))
        with self._database.request() as core:
            yield core
            yield env.timeout(draw(1.0 / self._service.database_seconds))
        self._responses.append(env.now - arrived)


class CiwService:
    """The service in Ciw. A simulation of Ciw runs once, so each ``run`` is a new one that begins with empty queues."""

    def __init__(self, service: Service, seed: int) -> None:
        import ciw

        self._ciw = ciw
        self._seed = seed
        work = [ciw.dists.Exponential(1.0 / service.app_seconds) for _ in range(service.servers)]
        arrivals = [ciw.dists.Exponential(service.rate / service.servers) for _ in range(service.servers)]
        to_database = [0.0] * service.servers + [1.0]
        self._network = ciw.create_network(
            arrival_distributions=[*arrivals, None],
            service_distributions=[*work, ciw.dists.Exponential(1.0 / service.database_seconds)],
            routing=[*([to_database] * service.servers), [0.0] * (service.servers + 1)],
            number_of_servers=[*([service.app_cores] * service.servers), service.database_cores],
        )
        self._simulation: Any = None

    def run(self, seconds: float) -> None:
        self._seed += 1
        self._ciw.seed(self._seed)
        self._simulation = self._ciw.Simulation(self._network)
        self._simulation.simulate_until_max_time(seconds)

    def mean_response(self) -> float:
        """Of the last ``run``."""
        served = [person for person in self._simulation.nodes[-1].all_individuals if person.data_records]
        return statistics.fmean(
            person.data_records[-1].exit_date - person.data_records[0].arrival_date for person in served
        )


def peers(service: Service, seed: int) -> dict[str, Peer]:
    """The peers that are installed, by package name, ready to run."""
    makers: dict[str, type[SimpyService | CiwService]] = {"simpy": SimpyService, "ciw": CiwService}
    return {name: make(service, seed) for name, make in makers.items() if is_installed(name)}


def is_installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


def missing() -> list[str]:
    """A sentence for each peer that is not installed."""
    return [
        f"{name} is not installed: its figures are left out ({HOW_TO_GET})"
        for package, name in PEERS.items()
        if not is_installed(package)
    ]
