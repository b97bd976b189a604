"""Methods by which a bot receives its updates: long polling, or a webhook."""

import asyncio
from typing import Any

from simulator import webhook
from simulator.api import Api, Parameters
from simulator.errors import ApiError
from simulator.updates import CONFLICT_SET_HOOK
from simulator.world import Bot

SET_WEBHOOK_GAP = 1.0  # seconds (telegram.md section 2.1)


async def get_updates(api: Api, bot: Bot, p: Parameters) -> Any:
    box, pace = api.box(bot), api.limits.on and api.limits.slow_polls
    box.allow(p.get("allowed_updates"))
    return await box.poll(p.get("offset", 0), p.get("limit", 100), p.get("timeout", 0), pace=pace)


async def set_webhook(api: Api, bot: Bot, p: Parameters) -> Any:
    box, secret, most = api.box(bot), p.get("secret_token") or "", p.get("max_connections", 40)
    if not p["url"]:
        return await delete_webhook(api, bot, p)
    webhook.check(p["url"], secret, most)
    trusted = webhook.trust(p["certificate"]) if p.get("certificate") else None
    if api.limits.on and 0 <= api.world.clock.now() - box.hooked_at < SET_WEBHOOK_GAP:
        raise ApiError(429, "Too Many Requests: retry after 1", retry_after=1)
    box.hooked_at = api.world.clock.now()
    if p.get("drop_pending_updates"):
        box.pending.clear()
    if box.poller is not None:
        box.ended_by = CONFLICT_SET_HOOK
        box.poller.set()
    await _unhook(api, bot)
    box.allow(p.get("allowed_updates"))

    def answered(method: str, parameters: Parameters) -> None:
        if not method.lower().startswith(("get", "setwebhook", "deletewebhook", "close", "logout")):
            task = asyncio.ensure_future(api.on_reply(bot, method, parameters))
            api.replies.add(task)
            task.add_done_callback(api.replies.discard)

    hook = webhook.Webhook(p["url"], secret, most, answered, trusted)
    hook.allowed = p.get("allowed_updates")
    box.hook(hook)
    return True


async def delete_webhook(api: Api, bot: Bot, p: Parameters) -> Any:
    if p.get("drop_pending_updates"):
        api.box(bot).pending.clear()
    await _unhook(api, bot)
    return True


async def _unhook(api: Api, bot: Bot) -> None:
    before = api.box(bot).webhook
    api.box(bot).unhook()
    if before is not None:
        await before.close()


def get_webhook_info(api: Api, bot: Bot, _p: Parameters) -> Any:
    box = api.box(bot)
    box.drop_old()
    info = {"url": "", "has_custom_certificate": False, "pending_update_count": len(box.pending)}
    hook = box.webhook
    if hook is None:
        return info
    info |= {
        "url": hook.url,
        "max_connections": hook.most_at_once,
        "has_custom_certificate": bool(hook.trusted),
    }
    info |= {"allowed_updates": hook.allowed} if hook.allowed else {}
    if hook.last_error:
        info |= {"last_error_date": hook.last_error_date, "last_error_message": hook.last_error}
    return info
