"""Jinja's compiled templates, kept for all apps of this process: a second app compiles none of them anew."""

from __future__ import annotations

from types import CodeType

from jinja2.bccache import Bucket, BytecodeCache

_COMPILED: dict[tuple[str, str], CodeType] = {}


class CompiledTemplates(BytecodeCache):
    """By a template's file and text. For environments that are set up alike; safe between threads."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was compiled of this file while it had this text."""
        bucket.code = _COMPILED.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        if bucket.code is not None:
            _COMPILED[bucket.key, bucket.checksum] = bucket.code
