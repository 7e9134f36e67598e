"""`ApiException`: what every call that came to nothing raises."""

from __future__ import annotations

from .api_response import ApiResponse


class ApiException(Exception):
    """A refusal, or no answer at all. `__cause__` is Ringback's own error, which says what to do about it."""

    def __init__(self, api_response: ApiResponse, previous: BaseException | None = None) -> None:
        self._api_response = api_response
        told = api_response.error() or (str(previous) if previous else "Unknown error")
        super().__init__(told)

    def api_response(self) -> ApiResponse:
        """The answer; its `response()` is None when there was none."""
        return self._api_response
