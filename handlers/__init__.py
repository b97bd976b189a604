"""What people say in chat: one file per feature, in the order they are asked."""

from handlers import chats, claims, orders, people, reports, requests, reviews
from handlers.context import Handler
from handlers.unheard import on_edited_command, on_unknown


def all_handlers() -> list[Handler]:
    """Every handler; what other bots say first, the catch-alls last: words that are no command, then commands nobody knows."""
    features = (claims, orders, reports, reviews, requests, chats, people)
    known = [handler for feature in features for handler in feature.setup()]
    return [chats.of_a_bot(), *known, on_unknown(), on_edited_command(), *reports.last()]
