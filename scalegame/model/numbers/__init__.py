"""Exact numbers: functions and draws that are the same to the bit on every machine."""
