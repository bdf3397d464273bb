"""`python -m tests.bench.photos`: how many damaged photos are read, by kind of damage, beside three bare decoders.

Every photo counts as read only when exactly its own text came out; any other text is counted as wrong.
"""

import argparse
import io
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Final

import cv2
import numpy as np
import zxingcpp
from PIL import Image
from pyzbar import pyzbar  # type: ignore[import-untyped]

from bot.pictures.child import WORK
from bot.pictures.opening import Opened
from bot.pictures.reading import read
from tests.bench.photos.sets import KINDS, Photo, photos

Decoder = Callable[[bytes], list[str]]


def ours(data: bytes) -> list[str]:
    """As the reading process does, with its second of processor."""
    end = time.process_time() + WORK
    return list(read(Opened(data), lambda: time.process_time() < end).codes)


def zxing(data: bytes) -> list[str]:
    """zxing-cpp as it comes."""
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(data)), zxingcpp.BarcodeFormat.QRCodeModel2)  # type: ignore[arg-type]
    return [bytes(code.bytes).decode("utf-8", "replace") for code in found]


def zbar(data: bytes) -> list[str]:
    """ZBar as it comes."""
    found = pyzbar.decode(Image.open(io.BytesIO(data)).convert("L"), symbols=[pyzbar.ZBarSymbol.QRCODE])
    return [code.data.decode("utf-8", "replace") for code in found]


def opencv(data: bytes) -> list[str]:
    """OpenCV's QRCodeDetector as it comes."""
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        return []
    try:
        _, texts, _, _ = cv2.QRCodeDetector().detectAndDecodeMulti(picture)
    except (cv2.error, UnicodeDecodeError):
        return []
    return [text for text in texts if text]


DECODERS: Final[Mapping[str, Decoder]] = {"ours": ours, "zxing-cpp": zxing, "ZBar": zbar, "OpenCV": opencv}


class Score:
    """What came of the photos."""

    def __init__(self) -> None:
        self.shot: Counter[str] = Counter()
        self.right: dict[str, Counter[str]] = defaultdict(Counter)
        self.wrong: Counter[str] = Counter()
        self.seconds: dict[str, list[float]] = defaultdict(list)

    def add(self, shot: Photo) -> None:
        """Shows one photo to every decoder."""
        self.shot[shot.kind] += 1
        for name, decode in DECODERS.items():
            began = time.process_time()
            texts = decode(shot.data)
            self.seconds[name].append(time.process_time() - began)
            self.right[name][shot.kind] += texts == [shot.payload]
            self.wrong[name] += any(text != shot.payload for text in texts)

    def table(self) -> None:
        """Prints it."""
        print(f"{'read of 100':18}" + "".join(f"{name:>11}" for name in DECODERS))
        for kind, count in self.shot.items():
            print(f"{kind:18}" + "".join(f"{100 * self.right[n][kind] / count:>11.0f}" for n in DECODERS))
        total = sum(self.shot.values())
        print(
            f"{f'all {total} photos':18}" + "".join(f"{100 * self.right[n].total() / total:>11.1f}" for n in DECODERS)
        )
        print(f"{'wrong texts':18}" + "".join(f"{self.wrong[n]:>11}" for n in DECODERS))
        for part in (0.5, 0.95, 1.0):
            times = {n: sorted(s)[min(int(len(s) * part), len(s) - 1)] * 1000 for n, s in self.seconds.items()}
            print(f"{f'CPU ms, p{part * 100:.0f}':18}" + "".join(f"{times[n]:>11.0f}" for n in DECODERS))


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.photos", description=__doc__)
    parser.add_argument("--count", type=int, default=6, help="photos of each kind")
    parser.add_argument("--seed", type=int, default=None, help="of the photos; a new one each time unless given")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--strength", type=float, nargs=2, default=(0.0, 1.0), metavar=("FROM", "TO"))
    args = parser.parse_args()
    seed = random.randrange(10**6) if args.seed is None else args.seed
    cv2.setNumThreads(1)
    score = Score()
    for shot in photos(seed, args.count, tuple(args.kinds), tuple(args.strength)):
        score.add(shot)
    print(f"\nphotographs of QR codes, seed {seed}")
    score.table()
    return 0


if __name__ == "__main__":
    sys.exit(main())
