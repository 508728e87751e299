"""Where state lives: sessions, uploaded files, the data itself, and how it moves."""
