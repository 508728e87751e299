"""Players that are programmes: what they are shown, those that come with the game, and what their play is good for."""
