"""`python -m tests.torture`: kills the program while people write, on both engines, and counts what was lost."""

import argparse
import asyncio
import sys

from tests.torture.scenario import Outcome, Plan, torture

SHOWN = 30


def _arguments() -> argparse.Namespace:
    usual = Plan()
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--updates", type=int, default=usual.updates)
    parser.add_argument("--people", type=int, default=usual.people)
    parser.add_argument("--kills", type=int, default=usual.kills)
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    return parser.parse_args()


def report(plan: Plan, outcome: Outcome) -> None:
    """The figures, then what was broken."""
    print(f"\n{plan.database}, {plan.processes} process{'es' if plan.processes > 1 else ''}, seed {plan.seed}")
    for name, value in outcome.counted.items():
        print(f"  {name:<52} {value:>8}")
    print(f"  {'promises broken':<52} {len(outcome.broken):>8}", flush=True)
    for line in outcome.broken[:SHOWN]:
        print(f"  BROKEN {line}")
    if outcome.broken:
        print(outcome.logs)


def main() -> int:
    """1 when a promise was broken."""
    args = _arguments()
    engines = {"sqlite": 1, "postgres": 3}
    chosen = engines if args.database == "both" else {args.database: engines[args.database]}
    broken = 0
    for database, processes in chosen.items():
        plan = Plan(database, processes, args.updates, args.people, args.kills, args.seed)
        outcome = asyncio.run(torture(plan))
        report(plan, outcome)
        broken += len(outcome.broken)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
