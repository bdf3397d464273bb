"""Made-up photographs of QR codes, damaged as telephones and walls damage them, and how well they are read."""

import os

from bot.pictures.reader import ENVIRONMENT

# Before numpy is there: many threads for small tables cost many times the processor, so the reading process has one.
os.environ |= {name: value for name, value in ENVIRONMENT.items() if name.endswith("_NUM_THREADS")}
