"""The emulator as a program of its own: `python -m tests.emulators.zalo_bot --port 8083`."""

import argparse
import asyncio

from .server import Switches, ZaloBotEmulator


async def main() -> None:
    """Runs until it is stopped; people are played through /_control."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8083)
    parser.add_argument("--keep-unpolled", action="store_true", help="keep what is written while nobody polls")
    chosen = parser.parse_args()
    async with ZaloBotEmulator(port=chosen.port, switches=Switches(unpolled_kept=chosen.keep_unpolled)) as zalo:
        print(f"ZALO_BOT_API_BASE={zalo.root} ZALO_BOT_TOKEN={zalo.token}")
        print(f'Speak: curl {zalo.root}/_control/says -d \'{{"who": "an", "text": "chào"}}\'')
        print(f"Switch: curl {zalo.root}/_control/switches -d '{{\"redelivered\": 1}}'")
        print(f"Read:  curl {zalo.root}/_control/read?who=an")
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
