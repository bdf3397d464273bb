"""A wrong setting stops the start with one line that names it; a right one is taken as it is."""

import stat
from pathlib import Path

import pytest

from bot.settings import SettingsError, load


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No `.env` and no variable of the machine reaches these tests."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "SECRET_KEY", "LISTEN", "PUBLIC_URL", "TELEGRAM_TOKEN", "TELEGRAM_API_BASE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LISTEN", "8080"),
        ("LISTEN", "127.0.0.1:http"),
        ("LISTEN", "127.0.0.1:70000"),
        ("PUBLIC_URL", "troly.gov.vn"),
        ("PUBLIC_URL", "https://troly.gov.vn/"),
        ("TELEGRAM_TOKEN", "secret-but-wrong"),
        ("TELEGRAM_API_BASE", "127.0.0.1:9001"),
        ("SECRET_KEY", "short"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_malformed_setting_is_named_with_an_example_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as error:
        load()
    text = str(error.value)
    assert text.startswith(name)
    assert f"{name}=" in text
    assert "\n" not in text
    assert name not in ("TELEGRAM_TOKEN", "SECRET_KEY") or value not in text


def test_several_processes_must_be_given_the_secret_they_share() -> None:
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        load(database_url="postgresql://bot@db/bot").secret()


def test_a_lone_file_makes_a_secret_once_and_hides_it(tmp_path: Path) -> None:
    first = load(database_url=f"sqlite:///{tmp_path}/a/bot.db").secret()
    assert first == load(database_url=f"sqlite:///{tmp_path}/a/bot.db").secret()
    assert first != load(database_url=f"sqlite:///{tmp_path}/b/bot.db").secret()
    assert stat.S_IMODE((tmp_path / "a" / "bot.db.key").stat().st_mode) == 0o600


def test_a_database_whose_key_is_gone_is_not_given_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_bytes(b"SQLite format 3")
    with pytest.raises(SettingsError, match=r"SECRET_KEY.*bot\.db\.key"):
        load(database_url=f"sqlite:///{tmp_path}/bot.db").secret()
    assert not (tmp_path / "bot.db.key").exists()
    (tmp_path / "bot.db.key").touch()
    with pytest.raises(SettingsError, match="empty"):
        load(database_url=f"sqlite:///{tmp_path}/bot.db").secret()


def test_secrets_do_not_show_in_a_printed_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", "123:abcDEF")
    monkeypatch.setenv("SECRET_KEY", "0123456789abcdef0123")
    shown = repr(load())
    assert "abcDEF" not in shown
    assert "0123456789abcdef0123" not in shown
