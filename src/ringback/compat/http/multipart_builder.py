"""`MultipartBuilder`: a JSON body with attachments, as faxes and pictures are sent."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from pathlib import PurePath
from typing import IO, Any, Protocol

from .client import Request

Content = bytes | str | IO[Any]
Attachment = (
    Content | tuple[str, Content] | tuple[str, Content, str] | tuple[str, Content, str, Mapping[str, str]]
)
_DEFAULT_TYPE = "application/octet-stream"


class CreatesUrls(Protocol):
    """The platform object."""

    def create_url(self, url: str, add_server: bool = False) -> str:
        """A whole URL."""


class MultipartBuilder:
    """Collects a body and attachments; `request` makes the request that `Platform.send_request` sends."""

    def __init__(self, platform: CreatesUrls) -> None:
        self._platform = platform
        self._body: Any = None
        self._contents: list[tuple[str, Attachment]] = []
        self._mixed = False

    def set_multipart_mixed(self, multipart_mixed: bool) -> MultipartBuilder:
        """Send multipart/mixed in place of multipart/form-data."""
        self._mixed = multipart_mixed
        return self

    def set_body(self, body: Any) -> MultipartBuilder:
        """The JSON part."""
        self._body = body
        return self

    def body(self) -> Any:
        """What `set_body` was given."""
        return self._body

    def contents(self) -> list[tuple[str, Attachment]]:
        """The attachments, with their names."""
        return self._contents

    def add(self, attachment: Attachment, name: str = "attachment") -> MultipartBuilder:
        """Attach a file that is open for reading, or (file name, content[, type[, headers]])."""
        self._contents.append((name, attachment))
        return self

    def request(self, url: str, method: str = "POST") -> Request:
        """The request; files are read now, from where they stand."""
        first = ("json", ("request.json", json.dumps(self._body), "application/json"))
        boundary = secrets.token_hex(16)
        parts = [_part(boundary, name, given) for name, given in (first, *self._contents)]
        kind = "multipart/mixed" if self._mixed else "multipart/form-data"
        headers = {"Content-Type": f"{kind}; boundary={boundary}"}
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        return Request(method, self._platform.create_url(url, add_server=True), headers, body)


def _part(boundary: str, name: str, attachment: Attachment) -> bytes:
    """One part, with its headers (RFC 7578 4.2)."""
    if isinstance(attachment, tuple):
        file_name, content, *rest = attachment
    else:
        file_name, content, rest = PurePath(str(getattr(attachment, "name", name))).name, attachment, []
    kind = str(rest[0]) if rest else _DEFAULT_TYPE
    more: Any = rest[1] if len(rest) > 1 else {}
    disposition = f'form-data; name="{_quoted(name)}"; filename="{_quoted(file_name)}"'
    headers = {"Content-Disposition": disposition, "Content-Type": kind, **more}
    head = "".join(f"{key}: {_one_line(value)}\r\n" for key, value in headers.items())
    return f"--{boundary}\r\n{head}\r\n".encode() + _bytes(content) + b"\r\n"


def _bytes(content: Content) -> bytes:
    found = content if isinstance(content, bytes | str) else content.read()
    return found.encode() if isinstance(found, str) else bytes(found)


def _quoted(text: str) -> str:
    return text.replace("\\", "%5C").replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _one_line(text: str) -> str:
    if "\r" in text or "\n" in text:
        raise ValueError("a header of an attachment must be one line")
    return text
