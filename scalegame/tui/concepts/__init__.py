"""The learn pages: what each concept is, its numbers out of the catalogue, and where it bites. No Textual here."""
