"""The emulator as a program of its own: `python -m tests.emulators.telegram --port 8081`."""

import argparse
import asyncio
import signal

from .rates import Limits
from .server import TOKEN, Server


def _arguments() -> argparse.Namespace:
    usual = Limits()
    parser = argparse.ArgumentParser(prog="python -m tests.emulators.telegram", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True, help="0 takes a free port and prints it")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--rate", type=float, default=usual.per_second, help="messages a second to all chats")
    parser.add_argument("--chat-rate", type=float, default=usual.chat_per_second, help="... to one private chat")
    parser.add_argument("--chat-burst", type=float, default=usual.chat_burst)
    parser.add_argument("--group-rate", type=float, default=usual.group_per_minute, help="... a minute to a group")
    parser.add_argument("--webhook-rate", type=float, default=usual.webhook_changes_per_second)
    parser.add_argument("--no-limits", action="store_true", help="no rate is enforced")
    parser.add_argument("--time-scale", type=float, default=1.0, help="retries and expiries so many times faster")
    parser.add_argument("--answer-window", type=float, default=60.0, help="seconds a button press may be answered")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


async def _serve(args: argparse.Namespace) -> None:
    limits = Limits(args.rate, args.chat_rate, args.chat_burst, args.group_rate, args.webhook_rate)
    server = Server(
        token=args.token, host=args.host, port=args.port, limits=Limits.none() if args.no_limits else limits,
        time_scale=args.time_scale, answer_window=args.answer_window, seed=args.seed,
    )  # fmt: skip
    await server.start()
    print(f"Telegram emulator on {server.root} token {server.world.token}", flush=True)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await server.stop()


if __name__ == "__main__":
    asyncio.run(_serve(_arguments()))
