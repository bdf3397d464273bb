"""`python -m bot VERB`."""

import gc
import sys

gc.set_threshold(50_000, 20, 50)  # what a start makes nearly all stays: looking through it again and again is wasted

from bot.cli.main import run  # noqa: E402

if __name__ == "__main__":
    sys.exit(run())
