"""Packages, so that tests share what stands beside them, and no other `tests` on the path is taken for these."""
