"""scalegame: the game about scaling, in a terminal."""

__version__ = "0.1.0"
