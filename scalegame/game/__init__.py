"""The rules: level files, the command language, the session with its purse and error budget, run files, the coach.

Knows the model; never the screen.
"""
