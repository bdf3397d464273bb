"""The emulator as a program of its own: `python -m tests.emulators.zalo_oa --port 8082`."""

import argparse
import asyncio
import signal

from .server import Server
from .switches import Switches


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.emulators.zalo_oa", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True, help="0 takes a free port and prints it")
    parser.add_argument("--program", default="http://127.0.0.1:8080", help="where the program under test listens")
    parser.add_argument("--challenge", help="Code Challenge of the console; without one any is taken")
    parser.add_argument("--kind", choices=("state", "business"), default="state")
    parser.add_argument("--per-minute", type=int, default=100, help="calls a minute an account may make")
    parser.add_argument("--time-scale", type=float, default=1.0, help="redeliveries so many times faster")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


async def _serve(args: argparse.Namespace) -> None:
    switches = Switches(kind=args.kind)
    server = Server(host=args.host, port=args.port, seed=args.seed, time_scale=args.time_scale, switches=switches)
    await server.start()
    world = server.world
    oa = world.add_oa("UBND xã Thí Điểm")
    oa.per_minute = args.per_minute
    world.add_user("Bác Ba", oa)
    world.console.callback = f"{args.program}/oauth/zalo-oa/callback"
    world.console.webhook = f"{args.program}/hooks/zalo-oa"
    world.console.challenge = args.challenge
    print(f"Zalo emulator on {server.root} app {world.app_id} oa {oa.id}", flush=True)
    print(f"ZALO_OA_APP_ID={world.app_id} ZALO_OA_APP_SECRET={world.app_secret} "
          f"ZALO_OA_SECRET_KEY={world.oa_secret_key} ZALO_OA_API_BASE={server.root} "
          f"ZALO_OA_OAUTH_BASE={server.root} PUBLIC_URL={args.program}", flush=True)  # fmt: skip
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await server.stop()


if __name__ == "__main__":
    asyncio.run(_serve(_arguments()))
