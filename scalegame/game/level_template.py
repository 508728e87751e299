"""The level that an author starts from: small, commented, and sound, so that each change shows what it does."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from scalegame.game.atomic_file import write_whole
from scalegame.game.level import LevelError
from scalegame.game.run_file import NAME
from scalegame.model.catalogue import SIZES

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_ID = 40


def write_template(path: Path, level_id: str | None = None) -> str:
    """Write it to a file that is not there yet; gives the level's id, which is ``level_id``, else made from the file's
    name.

    LevelError: the file exists or cannot be written, or that is no id.
    """
    if level_id is not None and not NAME.fullmatch(level_id):
        raise LevelError(f'"{level_id[:60]}" is no id: up to {LONGEST_ID} small letters, digits and hyphens')
    if os.path.lexists(path):
        raise LevelError(f"{path}: is there already, and stays as it is: take another name")
    level_id = level_id or id_from(path)
    try:
        write_whole(path, template(level_id).encode())
    except OSError as error:
        raise LevelError(f"{path}: cannot be written: {error.strerror or error}") from error
    return level_id


def id_from(path: Path) -> str:
    """An id that resembles a file's name."""
    return re.sub(r"[^a-z0-9]+", "-", path.stem.lower())[:LONGEST_ID].strip("-") or "my-level"


def template(level_id: str) -> str:
    """The text of the level."""
    title = level_id.replace("-", " ").strip() or level_id
    words = {
        "LEVEL_ID": level_id,
        "LEVEL_TITLE": title[:1].upper() + title[1:],
        "SMALL_CORES": str(SIZES["small"].cores),
    }
    return re.sub("|".join(words), lambda found: words[found[0]], _TEMPLATE)


_TEMPLATE = """\
# "scalegame level schema > level.schema.json" beside this file lets an editor complete and explain every key.
#:schema ./level.schema.json
# "scalegame level check" finds what is wrong, "level show" draws it, "level par" proposes pars; "scalegame prove"
# plays it over many seeds, and says whether it teaches what it wants to.
format = 1
id = "LEVEL_ID"
title = "LEVEL_TITLE"
# The briefing: who, what, and what is at stake, in three sentences.
story = \"\"\"
A bakery takes orders by web. One small server has been enough for years, and nobody remembers who set it up. This
morning the local paper wrote about the cinnamon rolls.
\"\"\"
# The one idea that is new here, with the command that it is done by.
new = \"\"\"
Scaling out: `place balancer l4` puts a front door before the servers, and `add app` puts more of them behind it.
\"\"\"
# What the player should take home; the post-mortem closes with it.
lesson = \"\"\"
The biggest machine is not big enough for ever. Several small ones behind a balancer can be added without a reboot,
one by one, as the money for them comes in.
\"\"\"
# Each tells a little more, never the solution.
hints = [
    "Compare the forecast's peak with what the biggest size could carry.",
    "A server needs time to boot: what is ordered at the rush comes after it.",
]
# What may be typed here; leave it out, and everything may.
unlocked = ["resize", "restart", "add", "remove", "place balancer"]
# The tools that the lesson is about: "scalegame prove" makes sure that no build wins without one of them.
teaches = ["place balancer"]
# The sizes to choose from; the last one is the ceiling.
ladder = ["small", "medium"]

# What is promised: answers within so many milliseconds, to such a share of the requests of each stage.
[slo]
latency_ms = 500
uptime = 0.85

# Dollars in the purse at the start; each stage may bring a grant.
[budget]
money = 0.6

# What gold asks for. "scalegame level par" makes these two from many seeds.
[par]
uptime = 0.975
cost = 1.5

# A kind of request, and its mean work in milliseconds of one core. A small machine has SMALL_CORES cores.
[classes.order]
cpu_ms = 10
timeout_ms = 4000

# A stage: its length, what it brings, and its traffic in [second of the stage, requests a second], straight lines
# between. The seed picks the true curve within the band.
[[stage]]
title = "A morning like any other"
seconds = 50
news = "The oven is hot."
[[stage.traffic]]
class = "order"
rate = [[0, 70], [50, 150]]
band = 0.05

[[stage]]
title = "The paper is read"
seconds = 70
grant = 1.5
news = "The paper is out: everybody wants cinnamon rolls."
[[stage.traffic]]
class = "order"
rate = [[0, 150], [25, 480], [70, 540]]
band = 0.08

# What stands at second 0.
[start.pools.app]
size = "small"

# Something that breaks, with a warning. Without a second server behind the balancer it takes all orders along.
[[fault]]
kind = "crash"
seconds = 100
target = "app"
warning = "a fan in the rack rattles: one of the servers will not last"
warning_seconds = 20

# Builds that prove what the level teaches: the lines of a command file, and what must come of them on every seed.
[[proof]]
name = "a front door in time, and servers as the money comes in"
reference = true
commands = ["30 place balancer l4 algorithm=least-connections", "38 add app", "50.1 add app 2"]
outcome = "won"
uptime = "gold"

[[proof]]
name = "fewer servers, later"
commands = ["44 place balancer l4 algorithm=least-connections", "50.1 add app 2"]
outcome = "won"
cost = "gold"

[[proof]]
name = "do nothing"
outcome = "lost"

[[proof]]
name = "the biggest box"
commands = ["5 resize app medium"]
outcome = "lost"

[[proof]]
name = "everything at second 0: the purse cannot bear it"
commands = ["0 place balancer l4 algorithm=least-connections", "0 add app 3"]
outcome = "lost"
"""
