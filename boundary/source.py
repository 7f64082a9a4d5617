"""A source: one file of a snapshot, as handed to an extractor."""

from __future__ import annotations

from pathlib import PurePosixPath


class NotText(ValueError):
    """The bytes of a source are not text that we can read; the message says what is wrong, for people."""


class Source:
    """A path relative to the workspace root (with ``/``) and the bytes that stand there.

    ``text`` decodes UTF-8 (a byte order mark is dropped, line ends become ``\\n``) and raises NotText for binary
    content or another encoding. It is decoded once and only when asked for.
    """

    __slots__ = ("_text", "data", "path")

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.data = data
        self._text: str | None = None

    @property
    def name(self) -> str:
        """The last part of the path."""
        return PurePosixPath(self.path).name

    @property
    def folder(self) -> str:
        """The folder of the file, "" for the workspace root."""
        return self.path.rpartition("/")[0]

    @property
    def text(self) -> str:
        """The decoded text; see the class."""
        if self._text is None:
            if b"\0" in self.data[:8192]:
                raise NotText("binary content, no text")
            try:
                text = self.data.decode("utf-8-sig")
            except UnicodeDecodeError as error:
                line = self.data.count(b"\n", 0, error.start) + 1
                raise NotText(f"line {line} is not UTF-8") from None
            self._text = text.replace("\r\n", "\n").replace("\r", "\n")
        return self._text
