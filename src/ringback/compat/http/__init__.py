"""Requests and answers in the official SDK's shapes."""

from .api_exception import ApiException
from .api_response import ApiResponse
from .client import Client
from .multipart_builder import MultipartBuilder

__all__ = ["ApiException", "ApiResponse", "Client", "MultipartBuilder"]
