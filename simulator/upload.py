"""A file that came with a request."""


class Upload(bytes):
    """A file's bytes, with its name."""

    filename: str

    def __new__(cls, content: bytes, filename: str | None) -> "Upload":
        made = super().__new__(cls, content)
        made.filename = filename or "file"
        return made
