"""``python -m scalegame`` is the command ``scalegame``."""

import sys

from scalegame.cli import main

sys.exit(main())
