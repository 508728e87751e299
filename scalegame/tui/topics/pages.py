"""The pages of the help that are the same wherever it is opened: each made from the table that the game works by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalegame.tui.keys import EVERYWHERE, GAME, told
from scalegame.tui.topics.chances import CHANCES
from scalegame.tui.topics.contract import Part, Rows, Topic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scalegame.tui.cells.glyphs import Glyphs


def pages(glyphs: Glyphs) -> tuple[Topic, ...]:
    """All of them, in the order of the contents."""
    letters = ("letters", "what stands beside a choice in the inspector does it at once")
    return (
        Topic(
            "Keys",
            (
                Part("On the board", rows=(*told(GAME, glyphs), letters)),
                Part("Everywhere", rows=told(EVERYWHERE, glyphs)),
            ),
        ),
        Topic("Rules", (*(Part(heading, (prose,)) for heading, prose in rules().items()), Part("Sizes", rows=sizes()))),
        Topic(
            "Marks",
            (Part("Of a machine, and of what waits", rows=marks(glyphs)), Part("Of the rest", rows=signs(glyphs))),
        ),
        Topic("Failures", (Part("Where a level lets chance in; some bring their own", rows=_rows(failures())),)),
        Topic("Commands", (Part("Every line that can be typed", rows=_rows(commands())),)),
        Topic("Signals", (Part("For rules: when POOL.SIGNAL > N for SECONDS do COMMAND", rows=_rows(signals())),)),
        Topic("Knobs", (Part("What set reaches", rows=_rows(knobs())),)),
        Topic("Out there", (Part("What the things of the game are called outside it", rows=_rows(out_there())),)),
    )


def _rows(told: Mapping[str, str]) -> Rows:
    return tuple(told.items())


def rules() -> dict[str, str]:
    """Prose about time and money by its heading, with the catalogue's own numbers."""
    from scalegame.model import catalogue as numbers

    waits = {"boot": numbers.BOOT_SECONDS, "resize": numbers.RESIZE_SECONDS, "restart": numbers.RESTART_SECONDS}
    amber, red = numbers.AMBER_SATURATION * 100, numbers.RED_SATURATION * 100
    return {
        "Time": "At 1x a second of the game is a second. Requests queue in true milliseconds; what operators wait for"
        f" ({', '.join(f'{name} {seconds:g} s' for name, seconds in waits.items())}) is {numbers.OPERATIONS_FACTOR}"
        " times faster than outside, all by the same factor. Speed never changes an outcome.",
        "Uptime": "A request is good when it is answered in time and correctly. It is lost when it is late, refused or"
        " dropped, its user is logged out, its answer is wrong or out of date, or its job is late or done twice. Each"
        " stage allows so many lost requests: the budget bar. When it is spent, the level ends.",
        "Money": "A machine is paid by the minute from the moment it is ordered, for"
        f" {numbers.MINIMUM_BILLED_SECONDS:g} s at least. A stage may bring money. An empty purse ends the level.",
        "Medals": "One for uptime and one for cost, in a level that is won. To launch a stage early costs the one for"
        " cost; a run that went back in another is practice, and earns none. Without end there are none: what"
        " counts is how long it lasts and how many answers were good.",
        "This terminal": "F2 has theme, marks and manners. --ascii, --no-mouse, NO_COLOR and TEXTUAL_ANIMATIONS=none"
        " win over what is set there. In tmux the clock stops when you look away, after 'set -g focus-events on'; over"
        " ssh without COLORTERM the game draws in 256 colours.",
        "Warnings": f"Amber from {amber:g} %, red from {red:g} % of the tightest place. Amber drops the speed to 1x.",
    }


def commands() -> dict[str, str]:
    """Every line that can be typed: how it goes, and what it does."""
    from scalegame.game.command import VERBS

    return {verb.usage: verb.meaning for verb in VERBS}


def knobs() -> dict[str, str]:
    """What `set` reaches, and what it stands at before anybody turns it."""
    from scalegame.model.catalogue import SETTINGS

    told: dict[str, str] = {}
    for key, setting in SETTINGS.items():
        goes = f"{setting.range_text}, at first {setting.told(setting.start)}"
        told[f"set {key}{'.CLASS' if setting.per_class else ''}"] = f"{setting.meaning}; {goes}"
    return told


def signals() -> dict[str, str]:
    """What a rule can watch."""
    from scalegame.game.watched import GAME_FIGURES
    from scalegame.model.automation.figures import POOL_FIGURES, RUN_FIGURES

    of_pools = {f"POOL.{name}": figure for name, figure in POOL_FIGURES.items()}
    figures = {**of_pools, **RUN_FIGURES, **GAME_FIGURES}
    return {name: f"{figure.meaning}; {figure.unit}" for name, figure in figures.items()}


def failures() -> dict[str, str]:
    """What breaks by itself where a level lets chance in, how often, and what it does."""
    from scalegame.model import catalogue as numbers

    def often(seconds: float | None, where: str) -> str:
        return f"about once in {seconds / 60:g} min at each {where}" if seconds else "never"

    longer = f"{numbers.SLOW_FACTOR:g} times as long for everything"
    does = {
        "disk-loss": f"back after {numbers.DISK_REPAIR_SECONDS:g} s, without what was on it",
        "slow": f"{longer}, for {numbers.SLOW_SECONDS:g} s; health checks pass",
        "blip": f"nobody reaches it for {numbers.BLIP_SECONDS:g} s",
        "cache-flush": "it goes on empty",
        "zone-outage": f"all its machines are dead for {numbers.ZONE_OUTAGE_SECONDS:g} s",
    }
    sizes: dict[float | None, list[str]] = {}
    for size in numbers.LADDER:
        sizes.setdefault(size.mtbf_seconds, []).append(size.name)
    crashes = "; ".join(f"{often(mean, 'machine')} ({', '.join(names)})" for mean, names in sizes.items())
    return {
        "crash": f"{crashes}; back by itself after {numbers.REPAIR_SECONDS:g} s, after a restart in"
        f" {numbers.RESTART_SECONDS:g} s",
        **{
            name: f"{often(numbers.FAULT_SECONDS[kind], where)}; {does[kind]}"
            for kind, (name, where) in CHANCES.items()
        },
        "bad release": f"{100 * numbers.BAD_DEPLOYS:g} % of those that you deploy;"
        f" {100 * numbers.BAD_RELEASE_WRONG:g} % of its answers are wrong",
    }


def out_there() -> dict[str, str]:
    """What the things of the game are called outside it."""
    from scalegame.model.out_there import OUT_THERE

    return OUT_THERE


def sizes() -> Rows:
    """The machines that can be rented."""
    from scalegame.model.catalogue import LADDER

    return tuple(
        (
            size.name,
            f"{size.cores} cores, {size.memory_gb:g} GB, {size.slots} slots, ${size.price:.2f}/min; {size.known_as}",
        )
        for size in LADDER
    )


def marks(glyphs: Glyphs) -> Rows:
    """Of a machine's state."""
    from scalegame.model.catalogue import AMBER_SATURATION, RED_SATURATION

    return (
        (glyphs.up, "up, all is well"),
        (glyphs.busy, f"busy, from {AMBER_SATURATION * 100:g} % on; a warning"),
        (glyphs.full, f"full, from {RED_SATURATION * 100:g} % on"),
        (glyphs.idle, "up, and sent no traffic: its balancer leaves it out, or there is none"),
        (glyphs.cold, "cold: work takes longer for a while, nothing being warm yet; a database reads from its disk"),
        (glyphs.slow, "slow: everything takes longer here, and health checks pass all the same"),
        (glyphs.wrong, "wrong: a bad release, some of its answers are no good"),
        (glyphs.booting, "booting: ordered, and not ready yet"),
        (glyphs.resizing, "resizing: down, comes back in another size"),
        (glyphs.restarting, "restarting: down, comes back as it was"),
        (glyphs.deploying, "another release is put on it"),
        (glyphs.draining, "draining: it finishes what it has and takes nothing new"),
        (glyphs.unreachable, "cut off from the network: it is up, and nobody reaches it"),
        (glyphs.dead, "dead"),
        (glyphs.waiting, "requests that wait here"),
    )


def signs(glyphs: Glyphs) -> Rows:
    """Of the log, the plots and the list of choices."""
    return (
        (glyphs.note, "a line of the log: something to know"),
        (glyphs.own, "a line of the log: an order of yours"),
        (glyphs.refused, "refused, and why"),
        (glyphs.lost, "lost requests, and trouble in the log"),
        (glyphs.plan, "a forecast, not yet true"),
        (glyphs.limit, "the limit that was promised"),
        (glyphs.trace, "a plot's line: p99"),
        (glyphs.span, "a plot's column: from the median to p95"),
        (glyphs.shade, "the lost part of a plot's column; where it is less than a cell: " + glyphs.few),
        (glyphs.running, "the clock runs, so many times as fast as the wall clock"),
        (glyphs.paused, "the clock stands"),
        (glyphs.medal, "a medal; hollow where there is none yet"),
    )
