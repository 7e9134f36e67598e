"""`ApiResponse`: an answer, with the methods of the official SDK's."""

from __future__ import annotations

import json
from email.message import MIMEPart
from email.parser import BytesParser
from email.policy import HTTP
from io import BytesIO
from typing import Any

from ringback.client.messages import Headers
from ringback.client.response import Response

from .client import Request
from .json_object import unfold


class RawResponse:
    """What `ApiResponse.response()` gives: as much of a `requests.Response` as code reads of one."""

    def __init__(self, status_code: int, headers: Headers, content: bytes) -> None:
        self.status_code = status_code
        self.headers = headers
        self.content = content

    @property
    def ok(self) -> bool:
        """Is the status below 400?"""
        return self.status_code < 400

    @property
    def text(self) -> str:
        """The body as UTF-8; bytes that are not are replaced."""
        return self.content.decode("utf-8", "replace")

    @property
    def raw(self) -> BytesIO:
        """The body as a file."""
        return BytesIO(self.content)

    def json(self) -> Any:
        """The body as JSON. Raises ValueError when it is none."""
        return json.loads(self.content)

    def __repr__(self) -> str:
        return f"<Response [{self.status_code}]>"


class ApiResponse:
    """An answer to `request`. `response` is None when there was none."""

    def __init__(self, request: Request | None = None, response: RawResponse | None = None) -> None:
        self._request = request
        self._response = response

    @classmethod
    def of(cls, request: Request | None, answer: Response) -> ApiResponse:
        """The client's answer in this shape."""
        return cls(request, RawResponse(answer.status, answer.headers, answer.content))

    def __repr__(self) -> str:
        return f"ApiResponse({self._response!r})"

    def request(self) -> Request | None:
        """What was asked."""
        return self._request

    def response(self) -> RawResponse | None:
        """The answer itself; None when there was none."""
        return self._response

    def ok(self) -> bool:
        """Is the status below 400?"""
        return self._answered.ok

    def raw(self) -> BytesIO:
        """The body as a file."""
        return self._answered.raw

    def body(self) -> bytes:
        """The body."""
        return self._answered.content

    def text(self) -> str:
        """The body as text."""
        return self._answered.text

    def json_dict(self) -> Any:
        """The body as dictionaries and lists. Raises ValueError when it does not say that it is JSON."""
        if not self._is("application/json"):
            raise ValueError("Response is not JSON")
        return self._answered.json()

    def json(self) -> Any:
        """The body as JsonObjects and lists. Raises ValueError when it is not JSON."""
        return unfold(self._answered.json())

    def error(self) -> str | None:
        """What was refused, in one line; None for a good answer. It names the request, never its token."""
        if self._response is None or self.ok():
            return None
        asked = "" if self._request is None else f" ({self._request.method} {self._request.url})"
        return f"HTTP {self._response.status_code} {self._response.text}{asked}"

    def multipart(self) -> list[ApiResponse]:
        """The answers of a bulk call (contract 12). Raises ValueError for anything else."""
        if not self._is("multipart/mixed"):
            raise ValueError("Response is not Batch (Multipart)")
        head = f"Content-Type: {self._answered.headers['content-type']}\r\n\r\n".encode("latin-1")
        whole = BytesParser(policy=HTTP).parsebytes(head + self.body())
        bodies = [_content(part) for part in whole.iter_parts()]
        if not bodies:
            raise ValueError("Malformed Batch Response (not enough parts)")
        statuses = json.loads(bodies[0])["response"]
        if len(statuses) != len(bodies) - 1:
            raise ValueError("Malformed Batch Response (not-consistent number of parts)")
        headers = Headers({"content-type": "application/json"})
        return [
            ApiResponse(self._request, RawResponse(one["status"], headers, body))
            for one, body in zip(statuses, bodies[1:], strict=True)
        ]

    @property
    def _answered(self) -> RawResponse:
        if self._response is None:
            raise ValueError("There was no answer")
        return self._response

    def _is(self, kind: str) -> bool:
        return kind in self._answered.headers.get("content-type", "").lower()


def _content(part: MIMEPart) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
