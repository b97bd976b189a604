"""HTTP: the webhook and health."""
