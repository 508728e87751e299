"""The part of a snapshot that is about the front door: paths, encryption, zones."""

from __future__ import annotations

from scalegame.model import catalogue as cat
from scalegame.model.front.reading import L7, tls_ends
from scalegame.model.site import Site
from scalegame.model.snapshot import FrontView


def look_at_front(site: Site, run: int) -> FrontView:
    """How requests find their machine in a run, and what zones cost it."""
    rate = float(site.books.state.crossing[run])
    # L4 reads no path; those that L7 had are not forgotten, it may stand here again.
    routes = site.paths[run] if site.doors.kind[run] == L7 else {}
    paths = sorted(routes.items(), key=lambda item: (-len(item[0]), item[0]))
    return FrontView(
        routes=tuple((path, site.pool_name(run, pool)) for path, pool in paths),
        tls=tls_ends(site, run),
        crossing_rate=rate,
        crossing_price=rate * 60.0 * cat.CROSS_ZONE_PRICE / 1e6,
    )
