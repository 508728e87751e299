"""What fails by chance: what each kind is called, and where it strikes. How often stands in the catalogue."""

from __future__ import annotations

CHANCES: dict[str, tuple[str, str]] = {
    "disk-loss": ("lost disk", "machine"),
    "slow": ("slow node", "machine"),
    "blip": ("network blip", "machine"),
    "cache-flush": ("cache flush", "cache machine"),
    "zone-outage": ("zone outage", "zone"),
}
"""Kinds of model.catalogue.FAULT_SECONDS -> (name, what each of may be struck)."""
