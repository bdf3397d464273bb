"""What the operator can set, from the environment or `.env`; a wrong value stops the start with one line."""

import re
import secrets
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

VAR = Path("var")
EXAMPLES = {
    "database_url": "DATABASE_URL=sqlite:///var/bot.db",
    "listen": "LISTEN=127.0.0.1:8080",
    "public_url": "PUBLIC_URL=https://troly.example.gov.vn",
    "telegram_token": "TELEGRAM_TOKEN=123456:ABC-DEF",
    "telegram_api_base": "TELEGRAM_API_BASE=https://api.telegram.org",
    "log_level": "LOG_LEVEL=INFO",
    "report_templates": "REPORT_TEMPLATES=/opt/tro-ly/mau",
    "zalo_oa_app_id": "ZALO_OA_APP_ID=1234567890123456789",
    "zalo_oa_app_secret": "ZALO_OA_APP_SECRET=(App Secret Key on the page of the app)",
    "zalo_oa_secret_key": "ZALO_OA_SECRET_KEY=(OA Secret Key on the page Webhook of the app)",
    "zalo_oa_code_verifier": "ZALO_OA_CODE_VERIFIER=$(openssl rand -hex 32)",
    "zalo_oa_commune": "ZALO_OA_COMMUNE=31441",
    "zalo_oa_tags": "ZALO_OA_TAGS=waiting",
    "overrides": "OVERRIDES=/opt/tro-ly/dia-phuong",
    "secret_key": "SECRET_KEY=$(openssl rand -hex 32)",
}


class SettingsError(Exception):
    """A setting is missing or malformed; the text is one line that names it and shows an example."""


def _url(value: str) -> str:
    if not re.match(r"^https?://[^\s/]+", value) or value.endswith("/"):
        raise ValueError("an address with http(s):// and no slash at the end")
    return value


def _token(value: SecretStr) -> SecretStr:
    if not re.match(r"^\d+:[A-Za-z0-9_-]+$", value.get_secret_value()):
        raise ValueError("a number, a colon and letters")
    return value


def _long(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < 16:
        raise ValueError("at least 16 characters")
    return value


def _listen(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or not 0 <= int(port) <= 65535:
        raise ValueError("a host, a colon and a port")
    return value


def _folder(value: Path) -> Path:
    if not value.is_dir():
        raise ValueError("a folder that exists")
    return value


def _app_id(value: str) -> str:
    if not value.isdecimal():
        raise ValueError("a number")
    return value


def _verifier(value: SecretStr) -> SecretStr:
    if not re.match(r"^[A-Za-z0-9._~-]{43,128}$", value.get_secret_value()):
        raise ValueError("at least 43 letters, digits and . _ ~ -")
    return value


def _commune(value: str) -> str:
    if not re.match(r"^\d{5}$", value):
        raise ValueError("a code of five digits")
    return value


def _tags(value: str) -> str:
    if not set(_words(value)) <= {"commune", "waiting"}:
        raise ValueError("commune, waiting, or both with a comma")
    return value


def _words(value: str) -> list[str]:
    return [word.strip() for word in value.split(",") if word.strip()]


def _level(value: str) -> str:
    if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("one of DEBUG, INFO, WARNING, ERROR")
    return value.upper()


Url = Annotated[str, AfterValidator(_url)]


class Settings(BaseSettings):
    """Names as in the environment, in lower case."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    database_url: str = f"sqlite:///{VAR}/bot.db"
    secret_key: Annotated[SecretStr, AfterValidator(_long)] | None = None
    listen: Annotated[str, AfterValidator(_listen)] = "127.0.0.1:8080"
    public_url: Url | None = None
    log_level: Annotated[str, AfterValidator(_level)] = "INFO"

    report_templates: Annotated[Path, AfterValidator(_folder)] | None = None
    overrides: Annotated[Path, AfterValidator(_folder)] | None = None

    telegram_token: Annotated[SecretStr, AfterValidator(_token)] | None = None
    telegram_api_base: Url = "https://api.telegram.org"
    telegram_webhook_secret: SecretStr | None = None

    zalo_oa_app_id: Annotated[str, AfterValidator(_app_id)] | None = None
    zalo_oa_app_secret: SecretStr | None = None
    zalo_oa_secret_key: SecretStr | None = None
    zalo_oa_api_base: Url = "https://openapi.zalo.me"
    zalo_oa_oauth_base: Url = "https://oauth.zaloapp.com"
    zalo_oa_code_verifier: Annotated[SecretStr, AfterValidator(_verifier)] | None = None
    zalo_oa_refresh_token: SecretStr | None = None
    zalo_oa_commune: Annotated[str, AfterValidator(_commune)] | None = None
    zalo_oa_proof: bool = False
    zalo_oa_tags: Annotated[str, AfterValidator(_tags)] = ""
    zalo_oa_detail: bool = False
    zalo_bot_token: SecretStr | None = None
    zalo_bot_api_base: Url = "https://bot-api.zaloplatforms.com"
    zalo_bot_webhook_secret: SecretStr | None = None

    @property
    def host(self) -> str:
        """The host to listen on."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The port to listen on."""
        return int(self.listen.rpartition(":")[2])

    def listening_at(self, port: int) -> Self:
        """The same with the port that was really given, where any would do."""
        host = self.listen.rpartition(":")[0]
        return self.model_copy(update={"listen": f"{host}:{port}"})

    @property
    def reachable_at(self) -> str:
        """Where people's browsers find us, without a slash at the end."""
        return self.public_url or f"http://{self.listen}"

    @property
    def secure(self) -> bool:
        """Whether people reach us over https alone."""
        return (self.public_url or "").startswith("https://")

    @property
    def zalo_oa_shares(self) -> frozenset[str]:
        """What Zalo is told of people who agree, or asked."""
        return frozenset(_words(self.zalo_oa_tags)) | ({"age"} if self.zalo_oa_detail else set())

    def needed(self, name: str, given: SecretStr | None) -> str:
        """A setting that another makes necessary. Raises SettingsError."""
        if given is None:
            raise SettingsError(f"{name.upper()} is missing, e.g. {EXAMPLES[name]}")
        return given.get_secret_value()

    def secret(self) -> bytes:
        """The secret everything is keyed with.

        Several processes must share it, so on PostgreSQL it has to be set; a lone SQLite file gets one of its own,
        made with the file and kept beside it. Raises SettingsError.
        """
        if self.secret_key is not None:
            return self.secret_key.get_secret_value().encode()
        if not self.database_url.startswith("sqlite"):
            raise SettingsError(f"SECRET_KEY is missing: every process must share it, e.g. {EXAMPLES['secret_key']}")
        return _kept_secret(Path(self.database_url.partition("///")[2] or str(VAR / "bot.db")))


def _kept_secret(database: Path) -> bytes:
    """Without its key a database is a book nobody can read, so none is ever replaced by a new one in silence."""
    path = database.with_name(database.name + ".key")
    if not path.exists():
        if database.exists() and database.stat().st_size > 0:
            raise SettingsError(f"SECRET_KEY is missing: {database} was made with one, set it or put back {path}")
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = path.with_name(path.name + ".new")
        whole.touch(mode=0o600)
        whole.write_text(secrets.token_hex(32))
        whole.rename(path)
    kept = path.read_text().strip().encode()
    if not kept:
        raise SettingsError(f"SECRET_KEY is missing: {path} is empty, put back the one that belongs to {database}")
    return kept


def load(**given: Any) -> Settings:
    """The settings; what is given wins over the environment. Raises SettingsError."""
    try:
        return Settings(**given)
    except ValidationError as e:
        first = e.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "settings"
        wanted = str(first["msg"]).removeprefix("Value error, ")
        example = EXAMPLES.get(name, f"{name.upper()}=...")
        raise SettingsError(f"{name.upper()} is malformed: {wanted}, e.g. {example}") from None
