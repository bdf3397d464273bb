"""The weights by which questions are ranked: made from the content alone, the same wherever and whenever."""

import os
import subprocess
import sys
import zlib

from content.asking.ranker import ARTEFACT
from content.knowledge import FOLDER

BUILD = "import sys, content.asking.ranker as r, content.knowledge as k; sys.stdout.buffer.write(r.build(k.FOLDER))"


def test_two_builds_give_the_same_bytes_and_those_are_the_ones_in_use() -> None:
    """Each build has its own order of sets, and one has to do without the newer instructions of the processor."""
    plain = {**os.environ, "PYTHONHASHSEED": "1"}
    other = {**os.environ, "PYTHONHASHSEED": "77", "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3"}
    other["OPENBLAS_CORETYPE"] = "Nehalem"
    builds = [
        subprocess.Popen([sys.executable, "-W", "ignore", "-c", BUILD], env=env, stdout=subprocess.PIPE)
        for env in (plain, other)
    ]
    one, two = (build.communicate(timeout=100)[0] for build in builds)
    assert one == two
    # Compressed anew: libraries that compress differ from machine to machine, what is in the file does not.
    assert zlib.decompress(one) == zlib.decompress((FOLDER / ARTEFACT).read_bytes()), "python -m bot content build"
