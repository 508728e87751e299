"""``python -m scalegame`` is the command ``scalegame``."""

import sys

from scalegame.cli import main

if __name__ == "__main__":  # a worker process imports this module, too
    sys.exit(main())
