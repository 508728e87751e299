"""What a wait is against the model's plain one, for arrivals and algorithms that are not plain: factors by utilisation.

Least connections and two choices have no closed form for a few machines. Their factors were measured once, by
simulating the Markov chain of N machines with c cores each (4 to 12 million events a point, ties broken evenly), and
stand here as data; between the points they are read on logarithmic scales. The oracle's own simulations are the test.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scalegame.model.numbers.exact import Floats, exp, ln
from scalegame.model.queueing.waiting import curve_at, utilisations

_MACHINES = (2, 3, 5, 10, 30, 100)
_UTILISATIONS = np.array([0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98])

# Mean wait over that of one common queue, M/M/(N c).
_LEAST_CORES = (1, 2, 4, 8, 16)
_LEAST = (
    (1.28, 1.21, 1.16, 1.1, 1.06, 1.03, 1.01),  # 2 machines x 1
    (1.24, 1.18, 1.13, 1.09, 1.04, 1, 1.02),  # 2 machines x 2
    (1.23, 1.15, 1.12, 1.08, 1.02, 1, 1.01),  # 2 machines x 4
    (1.13, 1.14, 1.09, 1.06, 1.03, 1.05, 1.11),  # 2 machines x 8
    (1.16, 1.16, 1.09, 1.06, 1, 1, 1.02),  # 2 machines x 16
    (1.55, 1.41, 1.29, 1.2, 1.1, 1.06, 1.02),  # 3 machines x 1
    (1.49, 1.36, 1.24, 1.16, 1.07, 1.06, 1),  # 3 machines x 2
    (1.45, 1.3, 1.21, 1.11, 1.05, 1.09, 1.03),  # 3 machines x 4
    (1.4, 1.31, 1.14, 1.09, 1.03, 1, 1),  # 3 machines x 8
    (1.56, 1.56, 1.14, 1.1, 1.03, 1, 1),  # 3 machines x 16
    (2.07, 1.8, 1.57, 1.35, 1.18, 1.09, 1.03),  # 5 machines x 1
    (1.97, 1.68, 1.46, 1.28, 1.15, 1.05, 1),  # 5 machines x 2
    (1.93, 1.6, 1.38, 1.22, 1.1, 1.1, 1.01),  # 5 machines x 4
    (1.42, 1.42, 1.29, 1.18, 1.08, 1.08, 1),  # 5 machines x 8
    (1.37, 1.37, 1.37, 1.14, 1.08, 1, 1),  # 5 machines x 16
    (3.34, 2.7, 2.16, 1.74, 1.36, 1.17, 1.11),  # 10 machines x 1
    (3.26, 2.5, 1.98, 1.58, 1.28, 1.15, 1.06),  # 10 machines x 2
    (2.34, 2.34, 1.91, 1.47, 1.22, 1.09, 1.06),  # 10 machines x 4
    (1.62, 1.62, 1.62, 1.33, 1.14, 1.12, 1),  # 10 machines x 8
    (1.32, 1.32, 1.32, 1.32, 1.27, 1.04, 1),  # 10 machines x 16
    (8.78, 5.17, 4.03, 2.89, 1.95, 1.58, 1.22),  # 30 machines x 1
    (3.73, 3.73, 3.73, 2.43, 1.69, 1.38, 1.28),  # 30 machines x 2
    (2.17, 2.17, 2.17, 2.17, 1.59, 1.25, 1.08),  # 30 machines x 4
    (1.74, 1.74, 1.74, 1.74, 1.58, 1.24, 1.16),  # 30 machines x 8
    (1.29, 1.29, 1.29, 1.29, 1.29, 1.15, 1.15),  # 30 machines x 16
    (9.8, 9.8, 9.8, 5.48, 3.1, 2.24, 1.85),  # 100 machines x 1
    (4.29, 4.29, 4.29, 4.29, 2.45, 1.77, 1.5),  # 100 machines x 2
    (2.16, 2.16, 2.16, 2.16, 2.16, 1.96, 1.21),  # 100 machines x 4
    (2.13, 2.13, 2.13, 2.13, 2.13, 1.72, 1.37),  # 100 machines x 8
    (1.26, 1.26, 1.26, 1.26, 1.26, 1.26, 1.22),  # 100 machines x 16
)

# Mean wait x N c (1 - rho) over the chance that two given machines are both full, Erlang's C squared.
_TWO_CORES = (1, 2, 4, 8, 16, 32)
_TWO = (
    (1.7, 1.51, 1.35, 1.22, 1.11, 1.08, 1.02),  # 2 machines x 1
    (1.95, 1.68, 1.45, 1.28, 1.12, 1.06, 1),  # 2 machines x 2
    (2.38, 1.96, 1.64, 1.37, 1.17, 1.09, 1.01),  # 2 machines x 4
    (3.12, 2.43, 1.94, 1.51, 1.24, 1.11, 1.05),  # 2 machines x 8
    (2.99, 2.99, 2.48, 1.74, 1.34, 1.23, 1.09),  # 2 machines x 16
    (2.99, 2.99, 2.99, 2.28, 1.51, 1.2, 1.07),  # 2 machines x 32
    (2.12, 1.85, 1.62, 1.42, 1.23, 1.07, 1.01),  # 3 machines x 1
    (2.05, 1.8, 1.59, 1.38, 1.21, 1.1, 1.04),  # 3 machines x 2
    (1.79, 1.66, 1.52, 1.34, 1.18, 1.07, 0.98),  # 3 machines x 4
    (1.12, 1.33, 1.38, 1.29, 1.17, 1.11, 0.97),  # 3 machines x 8
    (0.69, 0.69, 1.03, 1.2, 1.16, 1.13, 0.98),  # 3 machines x 16
    (0.61, 0.61, 0.61, 1.02, 1.14, 1.16, 1.09),  # 3 machines x 32
    (3.1, 2.69, 2.31, 1.94, 1.52, 1.31, 1.08),  # 5 machines x 1
    (2.56, 2.34, 2.08, 1.78, 1.43, 1.25, 1.07),  # 5 machines x 2
    (1.46, 1.64, 1.66, 1.53, 1.3, 1.18, 1.13),  # 5 machines x 4
    (0.29, 0.68, 1.02, 1.19, 1.19, 1.11, 1.08),  # 5 machines x 8
    (0.36, 0.36, 0.36, 0.77, 1.03, 1.06, 0.99),  # 5 machines x 16
    (0.37, 0.37, 0.37, 0.37, 0.79, 0.92, 0.92),  # 5 machines x 32
    (5.74, 4.9, 4.16, 3.35, 2.46, 1.81, 1.43),  # 10 machines x 1
    (4.11, 3.87, 3.46, 2.91, 2.23, 1.72, 1.31),  # 10 machines x 2
    (1.38, 1.92, 2.24, 2.23, 1.88, 1.56, 1.21),  # 10 machines x 4
    (0.26, 0.26, 0.76, 1.28, 1.43, 1.37, 1.18),  # 10 machines x 8
    (0.05, 0.05, 0.05, 0.38, 0.99, 1.13, 1.05),  # 10 machines x 16
    (0.04, 0.04, 0.04, 0.04, 0.47, 0.76, 0.94),  # 10 machines x 32
    (16.4, 13.9, 11.6, 9.3, 6.37, 4.49, 2.97),  # 30 machines x 1
    (10.6, 10.2, 9.22, 7.65, 5.51, 3.87, 2.57),  # 30 machines x 2
    (2.01, 3.73, 4.98, 5.26, 4.46, 3.39, 2.31),  # 30 machines x 4
    (0.11, 0.11, 0.73, 2.06, 2.84, 2.61, 1.92),  # 30 machines x 8
    (0.15, 0.15, 0.15, 0.15, 1.33, 1.72, 1.54),  # 30 machines x 16
    (0.18, 0.18, 0.18, 0.18, 0.18, 0.91, 1.09),  # 30 machines x 32
    (53.8, 45.7, 38, 29.7, 20.3, 13.4, 7.62),  # 100 machines x 1
    (33.5, 32.5, 29.2, 24.9, 17.6, 12, 6.7),  # 100 machines x 2
    (4.78, 10.2, 15, 16, 13.3, 9.9, 6.13),  # 100 machines x 4
    (0.04, 0.04, 1.22, 5, 8.17, 7.28, 5.08),  # 100 machines x 8
    (0.11, 0.11, 0.11, 0.11, 2.65, 4.5, 3.73),  # 100 machines x 16
    (0.11, 0.11, 0.11, 0.11, 2.65, 4.5, 3.73),  # 100 machines x 32
)


def dealt_in_turn(arrival_scv: float, service_scv: float) -> Floats:
    """Kraemer and Langenbach-Belz (1976): regular arrivals wait less than (ca² + cs²)/2 says, the emptier the less."""
    rho = utilisations()
    gap = (1.0 - arrival_scv) * (1.0 - arrival_scv)
    return exp(np.maximum(-2.0 * (1.0 - rho) * gap / (3.0 * rho * (arrival_scv + service_scv)), -600.0))


def several_cores(cores: int, service_scv: float) -> Floats:
    """Kimura (1986): M/G/c's wait against (1 + cs²)/2 of M/M/c's, by way of Cosmetatos' (1976) M/D/c."""
    rho = utilisations()
    constant = 0.5 * (1.0 + (1.0 - rho) * (cores - 1) * (np.sqrt(4.0 + 5.0 * cores) - 2.0) / (16.0 * rho * cores))
    constant = np.minimum(constant, 1.0)
    result: Floats = 2.0 * constant / (2.0 * service_scv * constant + (1.0 - service_scv))
    return np.minimum(np.maximum(result, 0.2), 2.0)


def least_connections(machines: int, cores: int) -> Floats:
    """Against the one common queue."""
    return _between(_LEAST, _LEAST_CORES, machines, cores)


def two_choices(machines: int, cores: int) -> Floats:
    """Against a common queue whose chance of waiting is Erlang's C of one machine, squared (see Shifts.choice_row)."""
    return _between(_TWO, _TWO_CORES, machines, cores)


def _between(table: tuple[tuple[float, ...], ...], core_counts: tuple[int, ...], machines: int, cores: int) -> Floats:
    """The curve over the grid of utilisations, linear in the logarithms of machines and cores; the edges go on."""
    if machines <= 1:
        return np.ones_like(utilisations())
    values = np.array(table).reshape(len(_MACHINES), len(core_counts), len(_UTILISATIONS))
    i, along_machines = _place(_MACHINES, machines)
    j, along_cores = _place(core_counts, cores)
    low = values[i, j] + (values[i, j + 1] - values[i, j]) * along_cores
    high = values[i + 1, j] + (values[i + 1, j + 1] - values[i + 1, j]) * along_cores
    curve = low + (high - low) * along_machines
    rho = utilisations()
    right = np.minimum(np.maximum(_UTILISATIONS.searchsorted(rho), 1), len(_UTILISATIONS) - 1)
    left = right - 1
    share = (rho - _UTILISATIONS[left]) / (_UTILISATIONS[right] - _UTILISATIONS[left])
    share = np.minimum(np.maximum(share, 0.0), 1.6)
    result: Floats = np.maximum(curve[left] + (curve[right] - curve[left]) * share, 0.01)
    return result


def _place(points: tuple[int, ...], value: int) -> tuple[int, float]:
    bounded = min(max(value, points[0]), points[-1])
    i = max(k for k in range(len(points) - 1) if points[k] <= bounded)
    logs = ln(np.array([float(points[i]), float(points[i + 1]), float(bounded)]))
    return i, float((logs[2] - logs[0]) / (logs[1] - logs[0]))


class Factors:
    """Factor curves in use, as one flat table; row 0 is 1 everywhere."""

    def __init__(self) -> None:
        self._row: dict[tuple[str, float, float], int] = {}
        self._table = np.ones_like(utilisations())

    def row(self, kind: str, a: float, b: float) -> int:
        """Where a curve starts. kind: 'turn' (a machines, b service scv), 'cores' (a cores, b service scv), 'least' or
        'two' (a machines, b cores)."""
        key = (kind, a, b)
        if key not in self._row:
            if kind == "turn":
                curve = dealt_in_turn(1.0 / a, b)
            elif kind == "even":
                curve = dealt_in_turn(0.0, b) if b > 0.0 else np.ones_like(utilisations())
            elif kind == "cores":
                curve = several_cores(int(a), b)
            elif kind == "least":
                curve = least_connections(int(a), int(b))
            else:
                curve = two_choices(int(a), int(b))
            self._row[key] = self._table.size
            self._table = np.concatenate([self._table, curve])
        return self._row[key]

    def read(self, row: NDArray[np.float64], rho: Floats) -> Floats:
        """The factors at utilisations rho."""
        return curve_at(self._table, row, rho)
