"""A Telegram Bot API server on your own machine. It knows nothing of the bot it serves."""
