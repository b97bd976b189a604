"""Settings, read once from the environment and .env; .env.example has a sentence for each."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from holidays.registry import EntityLoader
from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from models.actor import Numbers, Policy, emergency_numbers
from models.sealed import Keys

CLOCK_BYTES = 8  # one double
DATABASES = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg")
NO_PLACES = ("localtime", "posixrules", "Factory", "posix/", "right/")  # zones that are nowhere begin so


def is_zone(name: str) -> bool:
    """Whether a time zone is called so; one file is looked for, where a list of all takes 40 ms of each start."""
    try:
        return not name.startswith(NO_PLACES) and bool(ZoneInfo(name))
    except (KeyError, ValueError, OSError):  # unknown; no name; a folder
        return False


def _is_whole(address: str) -> bool:
    """Whether an address has a host, or a path for a socket, and a port that is one."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - ValueError for what is no number
    except ValueError:
        return False
    return bool(parts.hostname or parts.scheme == "unix")


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    bot_token: SecretStr
    data_key: SecretStr
    database_url: str = "sqlite:///dutygrid.db"
    bot_api_url: str = "https://api.telegram.org"
    telegram_proxy: str | None = None
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = None
    redis_url: SecretStr | None = None
    web_host: str = "127.0.0.1"
    web_port: int = Field(default=8080, ge=0, le=65_535)
    admin_ids: Annotated[tuple[int, ...], NoDecode] = ()
    default_language: Literal["en", "zh"] = "zh"
    timezone: str = "Asia/Shanghai"
    country: str = Field(default="CN", pattern="^[A-Z]{2}$")
    emergency_numbers: Annotated[Numbers, NoDecode] = Policy.emergency
    settle_delay: int = Field(default=60, ge=0, le=86_400)
    points_cap: int = Field(default=100, ge=0, le=10_000)
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    clock_file: Path | None = None

    @field_validator("admin_ids", mode="before")
    @classmethod
    def split_ids(cls, value: object) -> object:
        """`ADMIN_IDS=123,456`, commas or spaces."""
        each = value.replace(",", " ").split() if isinstance(value, str) else ()
        if not all(number.isdecimal() for number in each):
            raise ValueError("ADMIN_IDS are the numeric ids that /start shows")
        return tuple(each) if isinstance(value, str) else value

    @field_validator("admin_ids")
    @classmethod
    def ids_are_of_people(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if not all(0 < number < 2**52 for number in value):
            raise ValueError("ADMIN_IDS are the numeric ids that /start shows")
        return value

    @field_validator("data_key")
    @classmethod
    def opens(cls, value: SecretStr) -> SecretStr:
        try:
            Keys.from_text(value.get_secret_value())
        except ValueError:
            raise ValueError("DATA_KEY is 32 bytes in base64, or 2:NEW,1:OLD with versions") from None
        return value

    @field_validator("bot_token")
    @classmethod
    def is_said(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"\d+:\S+", value.get_secret_value()):
            raise ValueError("BOT_TOKEN is what @BotFather gave you, as 123456:ABC")
        return value

    @field_validator("database_url")
    @classmethod
    def is_a_database(cls, value: str) -> str:
        try:
            url = make_url(value)
        except (ArgumentError, ValueError):
            raise ValueError(
                "DATABASE_URL is sqlite:///FILE or postgresql://user:password@host/name"
            ) from None
        if url.drivername not in DATABASES or url.database in (None, "", ":memory:"):
            raise ValueError("DATABASE_URL is sqlite:///FILE or postgresql://user:password@host/name")
        return value

    @field_validator("timezone")
    @classmethod
    def is_a_zone(cls, value: str) -> str:
        if not is_zone(value):
            raise ValueError(f"TIMEZONE {value} is not known; one is Asia/Shanghai")
        return value

    @field_validator("bot_api_url", "telegram_proxy", "webhook_url", "redis_url", mode="after")
    @classmethod
    def is_an_address(cls, value: Any, info: ValidationInfo) -> Any:
        said = value.get_secret_value() if isinstance(value, SecretStr) else value
        schemes = {
            "webhook_url": ("https", "http"),
            "redis_url": ("redis", "rediss", "unix", "valkey", "valkeys"),
        }
        allowed = schemes.get(str(info.field_name), ("https", "http"))
        named = str(info.field_name).upper()
        if said is not None and (urlsplit(said).scheme not in allowed or "://" not in said):
            raise ValueError(f"{named} begins with {' or '.join(f'{each}://' for each in allowed[:2])}")
        if said is not None and not _is_whole(said):
            raise ValueError(
                f"{named} needs a host after ://, and a number after its colon where there is one"
            )
        if info.field_name == "webhook_url" and said is not None and re.search(r"[?#@\s]", said):
            raise ValueError("WEBHOOK_URL is a host and maybe a path, without ?, #, @ and spaces")
        return value

    @field_validator("redis_url")
    @classmethod
    def names_a_database(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            from bot import valkey  # not loaded without it

            if not valkey.is_known(value.get_secret_value()):
                raise ValueError(
                    "REDIS_URL ends with /NUMBER, or with ?OPTION=VALUE as Redis's own tools know them"
                )
        return value

    @field_validator("bot_api_url")
    @classmethod
    def is_the_server_itself(cls, value: str) -> str:
        """Libraries that want `/bot` at its end are many; here it is added."""
        return value.rstrip("/").removesuffix("/bot")

    @field_validator("clock_file")
    @classmethod
    def is_a_clock(cls, value: Path | None) -> Path | None:
        if value is not None and value.is_file() and value.stat().st_size != CLOCK_BYTES:
            raise ValueError("CLOCK_FILE is for a simulator, which writes it; leave it empty")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def may_be_a_header(cls, value: SecretStr | None) -> SecretStr | None:
        each = value.get_secret_value().replace(",", " ").split() if value is not None else []
        if not all(re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret) for secret in each):
            raise ValueError(
                "WEBHOOK_SECRET takes 256 letters, digits, _ and - at most (Bot API, setWebhook)"
            )
        return value

    @model_validator(mode="after")
    def listens_where_it_is_posted_to(self) -> "Settings":
        if self.webhook_url and not self.web_port:
            raise ValueError("WEBHOOK_URL needs a WEB_PORT to listen on")
        return self

    @field_validator("emergency_numbers", mode="before")
    @classmethod
    def split_numbers(cls, value: object) -> object:
        """`EMERGENCY_NUMBERS=ambulance:120,police:110`: whom to call for what."""
        return emergency_numbers(value) if isinstance(value, str) else value

    @field_validator("country")
    @classmethod
    def has_a_calendar(cls, value: str) -> str:
        if value not in EntityLoader.get_country_codes():
            raise ValueError(f"COUNTRY {value} has no calendar of working days")
        return value

    @field_validator(
        "telegram_proxy", "redis_url", "webhook_url", "webhook_secret", "clock_file", mode="before"
    )
    @classmethod
    def empty_is_none(cls, value: object) -> object:
        """An empty line in .env means that nothing is set."""
        return None if value == "" else value

    def policy(self, bot_username: str) -> Policy:
        """What services may know of the settings."""
        return Policy(
            default_language=self.default_language, time_zone=self.timezone, settle_delay=self.settle_delay,
            points_cap=self.points_cap, bot_username=bot_username, country=self.country,
            emergency=self.emergency_numbers,
        )  # fmt: skip
