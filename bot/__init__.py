"""The roof: settings, composition, Telegram in and out, the command line."""
