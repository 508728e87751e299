"""The themes: one small table of colours each, which the inks and Textual's own widgets are made from.

tests/tui/test_theme.py measures them: contrast of every text on its ground, also in 256 colours, and that calm, amber
and red stay apart for eyes that lack a cone.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by what they stand for, as Rich writes them: #rrggbb, or a name of the terminal's own sixteen."""

    name: str
    says: str
    """What it is for, in a few words."""
    dark: bool
    ground: str
    panel: str
    """Ground of the command line and of what Textual lays over a screen."""
    text: str
    strong: str
    dim: str
    faint: str
    track: str
    calm: str
    amber: str
    red: str
    plan: str
    own: str
    money: str
    heading: str
    chosen: str
    chosen_dim: str
    chosen_ground: str
    lit: str
    lit_ground: str

    @property
    def named(self) -> bool:
        """Made of the terminal's own sixteen colours: what they look like is for the terminal to say."""
        return not self.ground.startswith("#")


NIGHT = Theme(
    name="night",
    says="blue, amber and rose on dark; safe for colour-blind eyes",
    dark=True,
    ground="#0e131b",
    panel="#18212e",
    text="#c3ccd8",
    strong="#e9eef5",
    dim="#8b97a8",
    faint="#3a4759",
    track="#2a3545",
    calm="#5ab4f0",
    amber="#ffcc55",
    red="#ff6060",
    plan="#9d90d8",
    own="#9cd3ff",
    money="#e6d7a8",
    heading="#a9c7e8",
    chosen="#ffffff",
    chosen_dim="#ccd6e4",
    chosen_ground="#24405e",
    lit="#0e131b",
    lit_ground="#ffcc55",
)

DAY = Theme(
    name="day",
    says="dark on light, for a projector or a bright room",
    dark=False,
    ground="#fbfaf7",
    panel="#ebe9e2",
    text="#2b323b",
    strong="#0b0f14",
    dim="#5b6470",
    faint="#b3b8c0",
    track="#d5d8dc",
    calm="#0a5fa8",
    amber="#8a5500",
    red="#a3063f",
    plan="#6a4fb0",
    own="#00507a",
    money="#5f5100",
    heading="#1f4a75",
    chosen="#ffffff",
    chosen_dim="#c8d8ea",
    chosen_ground="#1c4f84",
    lit="#1a1200",
    lit_ground="#ffb52e",
)

CONTRAST = Theme(
    name="contrast",
    says="black, white, yellow and cyan; everything at least 7:1",
    dark=True,
    ground="#000000",
    panel="#000000",
    text="#ffffff",
    strong="#ffffff",
    dim="#d0d0d0",
    faint="#8a8a8a",
    track="#6c6c6c",
    calm="#00e5ff",
    amber="#ffff00",
    red="#ff7070",
    plan="#d7a8ff",
    own="#afffff",
    money="#ffffaf",
    heading="#ffffff",
    chosen="#000000",
    chosen_dim="#404040",
    chosen_ground="#ffffff",
    lit="#000000",
    lit_ground="#ffff00",
)

PHOSPHOR = Theme(
    name="phosphor",
    says="one green, as on an old tube; the brighter, the worse",
    dark=True,
    ground="#06120a",
    panel="#0c2013",
    text="#7fd492",
    strong="#c9f7d2",
    dim="#55a06a",
    faint="#24502f",
    track="#193a22",
    calm="#3fae5a",
    amber="#b4e05c",
    red="#ffffff",
    plan="#5f9c8a",
    own="#8fe8c0",
    money="#b8dc90",
    heading="#a6ecb6",
    chosen="#06120a",
    chosen_dim="#1c4a28",
    chosen_ground="#7fd492",
    lit="#06120a",
    lit_ground="#d8ff80",
)

TERMINAL = Theme(
    name="terminal",
    says="your terminal's own sixteen colours, on its own ground",
    dark=True,
    ground="default",
    panel="default",
    text="default",
    strong="default",
    dim="default",
    faint="bright_black",
    track="bright_black",
    calm="cyan",
    amber="yellow",
    red="red",
    plan="magenta",
    own="blue",
    money="yellow",
    heading="cyan",
    chosen="bright_white",
    chosen_dim="white",
    chosen_ground="blue",
    lit="black",
    lit_ground="yellow",
)

THEMES = {theme.name: theme for theme in (NIGHT, DAY, CONTRAST, PHOSPHOR, TERMINAL)}
"""By name, the default first."""

SIXTEEN_DARK = Theme(
    name="sixteen-dark",
    says="what dark themes become where there are 16 colours",
    dark=True,
    ground="black",
    panel="black",
    text="white",
    strong="bright_white",
    dim="white",
    faint="bright_black",
    track="bright_black",
    calm="bright_cyan",
    amber="bright_yellow",
    red="bright_red",
    plan="bright_magenta",
    own="cyan",
    money="yellow",
    heading="cyan",
    chosen="bright_white",
    chosen_dim="white",
    chosen_ground="blue",
    lit="black",
    lit_ground="bright_yellow",
)
"""On a black of its own: what suits it cannot be read on the ground of a terminal that is light."""

SIXTEEN_LIGHT = Theme(
    name="sixteen-light",
    says="what light themes become where there are 16 colours",
    dark=False,
    ground="bright_white",
    panel="white",
    text="black",
    strong="black",
    dim="black",
    faint="white",
    track="white",
    calm="blue",
    amber="magenta",
    red="red",
    plan="bright_black",
    own="blue",
    money="black",
    heading="blue",
    chosen="bright_white",
    chosen_dim="white",
    chosen_ground="blue",
    lit="black",
    lit_ground="bright_yellow",
)
"""Yellow cannot be read on white: what would be amber is magenta."""
