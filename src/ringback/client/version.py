"""The version of Ringback, as the User-Agent tells it."""

VERSION = "0.1.0"
