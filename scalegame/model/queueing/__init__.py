"""Queueing: the walks of machines, what waits there, and how long it takes."""
