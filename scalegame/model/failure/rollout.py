"""A machine gets the release that its pool is at, and the log says so where it goes wrong."""

from __future__ import annotations

from scalegame.model.site import Site
from scalegame.model.texts import share_text


def run_release(site: Site, run: int, column: int) -> None:
    """Give a machine its pool's release. Of a bad one only the first machine is news."""
    table, releases, pool = site.table, site.releases, site.pool_of(column)
    wrong, factor = float(releases.wrong[run, pool]), float(releases.factor[run, pool])
    before = float(table.release_factor[run, column])
    others = site.machines(run, pool)
    first = not any(table.wrong[run, c] == wrong and table.release_factor[run, c] == factor for c in others)
    table.wrong[run, column] = wrong
    table.release_factor[run, column] = factor
    table.slow[run, column] *= factor / before
    harm = [f"answers {share_text(wrong, 1.0)} of its requests wrongly"] if wrong > 0.0 else []
    harm += [f"takes {factor:g} times as long for everything"] if factor > 1.0 else []
    if first and harm:
        name = site.name(run, column)
        remedy = f"; deploy {site.pool_name(run, pool)} rollback goes back" if releases.kept[run, pool] else ""
        site.say(run, 2, name, "bad release", f"with its new release {name} {' and '.join(harm)}{remedy}")
