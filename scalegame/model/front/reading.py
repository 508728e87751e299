"""What it costs to read requests at the door: by what the balancer is, by protocol, and where TLS ends.

L4 passes packets on as they are, sealed or not, so TLS ends at the servers. L7 reads requests, and must open what is
sealed; if it seals them again for the way on, the servers pay as well.
"""

from __future__ import annotations

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.numbers.exact import Floats
from scalegame.model.site import Site
from scalegame.model.state import Mask

L7 = 2
"""As Doors.kind has it."""
TO_SERVERS = 0.0
"""Of the setting tls."""


def read_ms(site: Site) -> list[float]:
    """What an L7 balancer's core does for a request of each class, without TLS."""
    return [cat.L7_CPU_MS if kind.protocol == "http" else cat.TCP_TUNNEL_CPU_MS for kind in site.scenario.classes]


def door_ms(site: Site) -> Floats:
    """What the balancer's core does for a request of each class, (runs, classes)."""
    reads = (site.doors.kind == L7)[:, None]
    opened = np.array(read_ms(site)) + (cat.TLS_CPU_MS if site.scenario.start.tls else 0.0)
    result: Floats = np.where(reads, opened, cat.L4_CPU_MS)
    return result


def sealed_to_servers(site: Site) -> Mask:
    """Runs whose servers open what users encrypted, (runs,)."""
    result: Mask = (site.doors.kind != L7) | (site.knob("tls") == TO_SERVERS)
    return result & site.scenario.start.tls


def mixes_protocols(site: Site) -> bool:
    """Some classes are plain TCP and some are not."""
    return len(dict.fromkeys(kind.protocol for kind in site.scenario.classes)) > 1


def tls_ends(site: Site, run: int) -> tuple[str, ...]:
    """Who reads what users encrypted."""
    if not site.scenario.start.tls:
        return ()
    balancer = ("balancer",) if site.doors.kind[run] == L7 else ()
    return balancer + (("servers",) if sealed_to_servers(site)[run] else ())
