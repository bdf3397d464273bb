"""The verbs for Zalo as an operator uses them: what they print was learnt, and mistakes are told in a line."""

import subprocess
import sys
from pathlib import Path

import pytest

from storage.database import Database
from tests.bot.zalo_stage import VERIFIER, stage
from tests.harness.program import ROOT


@pytest.fixture
def engine() -> str:
    return "sqlite"


async def _runs(url: str, settings: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """A verb in a process of its own, while the emulator goes on here."""
    import asyncio
    import os

    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TELEGRAM_", "ZALO_", "DATABASE_"))}
    return await asyncio.to_thread(
        subprocess.run, [sys.executable, "-m", "bot", *words], capture_output=True, text=True, check=False, cwd=ROOT,
        env={**clean, "DATABASE_URL": url, "SECRET_KEY": "test-test-test-test", **settings},
    )  # fmt: skip


async def test_every_probe_prints_what_it_learnt(database: Database, tmp_path: Path) -> None:
    async with stage(database, consent=False) as home:
        first, world = home.zalo.world.grant(home.zalo.oa)["refresh_token"], home.zalo.world
        settings = {
            "ZALO_OA_APP_ID": world.app_id, "ZALO_OA_APP_SECRET": world.app_secret,
            "ZALO_OA_SECRET_KEY": world.oa_secret_key, "ZALO_OA_CODE_VERIFIER": VERIFIER,
            "ZALO_OA_API_BASE": home.zalo.root, "ZALO_OA_OAUTH_BASE": home.zalo.root,
            "ZALO_OA_REFRESH_TOKEN": first, "PUBLIC_URL": home.base,
        }  # fmt: skip
        url = f"sqlite:///{tmp_path / 'own.db'}"
        told = await _runs(url, settings, "zalo", "setup", "--commune", "31441")
        assert home.channel._config.challenge in told.stdout
        none = await _runs(url, settings, "zalo", "probe", "token")
        assert (none.returncode, none.stdout) == (2, "")
        assert "zalo setup" in none.stderr
        wrong = await _runs(url, settings, "zalo", "setup", "--commune", "99999")
        assert wrong.returncode == 2
        missing = await _runs(url, {"ZALO_OA_APP_ID": "1"}, "zalo", "status")
        assert missing.returncode == 2
        assert "ZALO_OA_APP_SECRET is missing" in missing.stderr
        listed = await _runs(url, {}, "outbox", "--state", "unknown")
        assert (listed.returncode, listed.stdout) == (0, "")
