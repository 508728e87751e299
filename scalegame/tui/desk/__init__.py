"""The operator's desk: what is known around a session while it is played, without any Textual: what is selected, which
list is open, how fast time goes, what is under way, which incidents are held up. Panels read it, keys change it."""
