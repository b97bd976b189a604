"""The bot object: on aiohttp, and silent about its token."""

from typing import Any

from telegram.error import InvalidToken
from telegram.ext import ExtBot

from bot.http import AiohttpRequest, proxy_for
from bot.settings import Settings


class QuietBot(ExtBot[None]):
    """A bot whose repr does not print its token, and that can hand over updates as they came."""

    _known = True

    def __repr__(self) -> str:
        return "QuietBot()"

    @property
    def is_known(self) -> bool:
        """Whether Telegram knew the token when it was last asked anything."""
        return self._known

    async def raw_updates(self, asked: dict[str, Any], *, read_timeout: float) -> list[dict[str, Any]]:
        """getUpdates without parsing: one update that cannot be parsed must not lose the others."""
        answer: Any = await self._post("getUpdates", asked, read_timeout=read_timeout)
        return list(answer)

    async def _post(self, endpoint: str, data: Any = None, **more: Any) -> Any:
        """A message needs but its number: a server that says less than Telegram does has accepted it all the same."""
        try:
            answer = await super()._post(endpoint, data, **more)
        except InvalidToken:
            self._known = False
            raise
        self._known = True
        if isinstance(answer, dict) and "message_id" in answer and data:
            chat = {"id": data.get("chat_id") or 0, "type": "private"}
            answer = {"date": 0, "chat": chat} | answer
        return answer


def make_bot(settings: Settings) -> QuietBot:
    base = settings.bot_api_url.rstrip("/")
    proxy = settings.telegram_proxy or proxy_for(base)
    return QuietBot(
        settings.bot_token.get_secret_value(),
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=AiohttpRequest(proxy=proxy),
        get_updates_request=AiohttpRequest(proxy=proxy),
    )
