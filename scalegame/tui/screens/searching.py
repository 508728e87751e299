"""What screens have in common that can be searched: while a search is typed, letters are letters."""

from __future__ import annotations

from textual import events

LONGEST_SEARCH = 30


class Searching:
    """Beside a Screen. What is shown follows ``wanted``."""

    wanted: str = ""
    searching: bool = False
    """The keys go into the search."""

    def searched(self) -> None:
        """Another search, or none: show what it finds, from the top."""
        raise NotImplementedError

    def search(self, wanted: str, *, searching: bool) -> None:
        """Look for this from now on."""
        self.wanted, self.searching = wanted, searching
        self.searched()

    def action_search(self) -> None:
        self.search("", searching=True)

    def on_key(self, event: events.Key) -> None:
        if not self.searching:
            return
        if event.key == "backspace":
            self.search(self.wanted[:-1], searching=True)
        elif event.key == "enter":
            self.search(self.wanted, searching=False)
        elif event.is_printable and event.character is not None:
            self.search((self.wanted + event.character)[:LONGEST_SEARCH], searching=True)
        else:
            return
        event.stop()
        event.prevent_default()
