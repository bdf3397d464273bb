"""The process that opens pictures and lists: it holds no secret, writes nothing, and may die of what it is given.

Frames on standard input and output: four bytes of length, then the bytes. In: a picture, or else a spreadsheet. Out:
once "ready", then for each what was read of it, as JSON.
"""

import json
import os
import resource
import struct
import sys
import time
from typing import BinaryIO, Final

from bot.pictures.kinds import kind_of

MEMORY: Final = 768 * 1024**2
"""Bytes of addresses: a bomb meets this before it meets the machine."""
WORK: Final = 1.0
"""Seconds of processor after which nothing new is tried."""
WAIT: Final = 4.0
"""The same in seconds on the clock, for a busy machine."""
DEATH: Final = 3
"""Whole seconds of processor after which the system ends a decoder that does not come back."""
DEATH_OF_LIST: Final = 10
"""The same for a list: a sheet whose million rows somebody framed is read in these."""


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next frame; None at the end."""
    head = stream.read(4)
    return stream.read(struct.unpack(">I", head)[0]) if len(head) == 4 else None


def write_frame(stream: BinaryIO, body: bytes) -> None:
    """Hands a frame over."""
    stream.write(struct.pack(">I", len(body)) + body)
    stream.flush()


def look_into(data: bytes) -> dict[str, object]:
    """What is read of a picture, within the time there is."""
    from bot.pictures.opening import Opened, Refused
    from bot.pictures.reading import Found, read

    work, wait = time.process_time() + WORK, time.monotonic() + WAIT
    try:
        found = read(Opened(data), lambda: time.process_time() < work and time.monotonic() < wait)
    except Refused as e:
        found = Found(problem=e.problem)
    except MemoryError:
        found = Found(problem="too_large")
    return {"codes": found.codes, "problem": found.problem}


def read_list(data: bytes) -> dict[str, object]:
    """The list in a spreadsheet, as `import members` reads it."""
    from content import roster
    from content.knowledge import FOLDER

    try:
        return {"roster": roster.packed(roster.read_roster(data, roster.Words.load(FOLDER))), "problem": None}
    except roster.Refused as e:
        return {"roster": None, "problem": e.args[0]}
    except MemoryError:
        return {"roster": None, "problem": "too_big"}


def _bounded() -> None:
    """No memory without end, no files, and no picture of this memory when it dies: a limit of one byte, unlike none,
    also keeps a collector of crashes that reads from a pipe away (core(5))."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (1, 1))
    os.nice(5)


def main() -> None:
    """Reads until there is no more."""
    _bounded()

    came, goes = sys.stdin.buffer, sys.stdout.buffer
    write_frame(goes, b'"ready"')
    while (data := read_frame(came)) is not None:
        look, death = (look_into, DEATH) if kind_of(data) else (read_list, DEATH_OF_LIST)
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + death, resource.RLIM_INFINITY))
        write_frame(goes, json.dumps(look(data)).encode())


if __name__ == "__main__":
    main()
