"""docs/calls.md: its examples run against a local platform."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "calls.md"


def test_the_examples_run(place, rc, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    user = place.log_in(rc, next(user for user in place.users if user["admin"]))
    names = {"user": user, "rc": rc}
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL):
        exec(compile(block, str(PAGE), "exec"), names)
    assert names["queues"]
    assert names["phone_filter"]("+1 (650) 555-0100") == "16505550100"
