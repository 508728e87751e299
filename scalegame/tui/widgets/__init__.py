"""The panels of the game screen. Each is one canvas and draws from the board."""
