"""`python -m bot VERB`."""

import sys

from bot.cli.main import run

if __name__ == "__main__":
    sys.exit(run())
