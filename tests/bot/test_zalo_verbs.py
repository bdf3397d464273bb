"""The verbs for Zalo as an operator uses them: what they print was learnt, and mistakes are told in a line."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli.main import run
from bot.cli.zalo import zalo
from storage.database import Database
from storage.migrate import upgrade
from storage.vault import Vault
from tests.bot.zalo_stage import VERIFIER, Stage, stage
from tests.harness.program import ROOT

KEY = "test-test-test-test"


@pytest.fixture
def engine() -> str:
    return "sqlite"


def _settings(home: Stage, **more: str) -> dict[str, str]:
    """What the operator of this stage would set."""
    zalo = home.zalo.settings(granted=False)
    return {**zalo, "ZALO_OA_CODE_VERIFIER": VERIFIER, "PUBLIC_URL": home.base, **more}


async def _runs(url: str, settings: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """A verb in a process of its own, while the emulator goes on here."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TELEGRAM_", "ZALO_", "DATABASE_"))}
    return await asyncio.to_thread(
        subprocess.run, [sys.executable, "-m", "bot", *words], capture_output=True, text=True, check=False, cwd=ROOT,
        env={**clean, "DATABASE_URL": url, "SECRET_KEY": KEY, **settings},
    )  # fmt: skip


async def test_mistakes_are_told_in_a_line_and_setup_shows_the_challenge(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    async def runs_here(settings: dict[str, str], *words: str) -> tuple[int, str, str]:
        """A verb as `_runs` does it, without the start of a process."""
        with monkeypatch.context() as env:
            for name, value in {"DATABASE_URL": url, "SECRET_KEY": KEY, **settings}.items():
                env.setenv(name, value)
            status = await asyncio.to_thread(run, list(words))
        return status, *capsys.readouterr()

    async with stage(database, consent=False) as home:
        first = home.zalo.world.grant(home.zalo.oa)["refresh_token"]
        settings = _settings(home, ZALO_OA_REFRESH_TOKEN=first)
        url = f"sqlite:///{tmp_path / 'own.db'}"
        told = await _runs(url, settings, "zalo", "setup", "--commune", "31441")
        assert home.channel._config.challenge in told.stdout
        *none, why = await runs_here(settings, "zalo", "probe", "token")
        assert none == [2, ""]
        assert "zalo setup" in why
        assert (await runs_here(settings, "zalo", "setup", "--commune", "99999"))[0] == 2
        status, _, why = await runs_here({"ZALO_OA_APP_ID": "1"}, "zalo", "status")
        assert status == 2
        assert "ZALO_OA_APP_SECRET is missing" in why
        assert (await runs_here({}, "outbox", "--state", "unknown"))[:2] == (0, "")


async def _probed(url: str, settings: dict[str, str], *words: str) -> dict[str, Any]:
    """What a probe prints; in this process, beside the emulator."""
    env: dict[str, str | None] = {"DATABASE_URL": url, "SECRET_KEY": KEY, **settings}
    done = await asyncio.to_thread(CliRunner().invoke, zalo, ["probe", *words], env=env)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


PROBES: list[tuple[str, dict[str, Any], dict[str, object]]] = [
    ("token", {}, {"ok": True, "oa_type": 4, "calls_a_minute": 100, "name": "UBND xã Thí Điểm"}),
    ("endpoint", {}, {"ok": True, "endpoint": "v2"}),
    ("endpoint", {"kind": "business"}, {"ok": True, "endpoint": "v3"}),
    ("buttons", {}, {"ok": True, "buttons": True}),
    ("buttons", {"buttons": "-233"}, {"ok": True, "buttons": False}),
    ("picture", {}, {"ok": True, "outcome": "sent"}),
    ("file", {}, {"ok": True, "outcome": "sent"}),
    ("window", {}, {"ok": True, "user_is_follower": False}),
    ("tag", {"tags_followers": False}, {"ok": True, "taken_off": 0}),
    ("detail", {}, {"ok": True, "says_whether_child": True}),
]


@pytest.mark.parametrize(("what", "switches", "learnt"), PROBES, ids=str)
async def test_a_probe_prints_what_it_learnt_of_the_account(
    what: str, switches: dict[str, Any], learnt: dict[str, object], tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'own.db'}"
    database = Database(url, Vault(KEY.encode()))
    await upgrade(database)
    async with stage(database, **switches) as home:
        an = home.writes()
        to = [] if what == "token" else ["--to", an.id]
        told = await _probed(url, _settings(home), what, *to)
        assert told.items() >= {"probe": what, **learnt}.items()
        assert len(an.sees) == (what not in ("token", "window", "tag", "detail"))
        assert an.tags == []
        assert [bool(m.buttons) for m in an.sees] == ([what == "buttons" and not switches] if an.sees else [])
        assert [bool(m.file) for m in an.sees] == ([what in ("picture", "file")] if an.sees else [])
        if what == "window":
            assert told["quota"]["last_interaction"]
        assert (await home.account()).facts[f"probe_{what}"] is True
    await database.close()


async def test_a_probe_that_fails_says_why(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'own.db'}"
    database = Database(url, Vault(KEY.encode()))
    await upgrade(database)
    async with stage(database) as home:
        stranger = home.zalo.user("Người chưa nhắn")
        told = await _probed(url, _settings(home), "endpoint", "--to", stranger.id)
        assert (told["ok"], told["outcome"], told["why"]) == (False, "held", "zalo_-232")
    await database.close()
