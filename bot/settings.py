"""Settings, read once from the environment and .env; .env.example has a sentence for each."""

from pathlib import Path
from typing import Annotated, Literal

import holidays
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from models.actor import Numbers, Policy, emergency_numbers


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
    web_port: int = 8080
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
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("emergency_numbers", mode="before")
    @classmethod
    def split_numbers(cls, value: object) -> object:
        """`EMERGENCY_NUMBERS=ambulance:120,police:110`: whom to call for what."""
        return emergency_numbers(value) if isinstance(value, str) else value

    @field_validator("country")
    @classmethod
    def has_a_calendar(cls, value: str) -> str:
        if value not in holidays.list_supported_countries():
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
