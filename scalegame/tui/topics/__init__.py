"""What the help says: first of what has the focus, then the pages that are the same everywhere."""
