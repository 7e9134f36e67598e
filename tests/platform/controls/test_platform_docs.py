"""docs/platform.md: its examples are taken by the platform, and it names every control."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx2
import pytest

from headless import Visits
from ringback.platform.openapi.answer_controls import CONTROLS as ANSWER_CONTROLS
from ringback.platform.openapi.local_controls import CONTROLS as LOCAL_CONTROLS

PAGE = (Path(__file__).parents[3] / "docs" / "platform.md").read_text()


def section(name: str) -> str:
    return PAGE.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


def objects(text: str) -> list[str]:
    """The JSON objects of a section, in backquotes or in a line of their own."""
    found = [*re.findall(r"`(\{[^`]+\})`", text), *re.findall(r"^    (\{.+\})$", text, re.MULTILINE)]
    return [one for one in found if ": " in one]


def test_every_control_is_in_the_table_and_no_other() -> None:
    told = {
        (method.strip("` "), re.sub(r"/ID$", "/{}", path))
        for methods, path in re.findall(
            r"(`[A-Z]+(?:`, `[A-Z]+)* )(/_local/[a-zA-Z./]+)`", section("Controls")
        )
        for method in methods.split(", ")
    }
    there = {
        (control.method, re.sub(r"\{\w+\}", "{}", control.path))
        for control in (*LOCAL_CONTROLS, *ANSWER_CONTROLS)
    }
    assert told == there


@pytest.mark.parametrize("order", objects(section("Faults")))
def test_the_faults_can_be_ordered(own: Visits, order: str) -> None:
    answer = httpx2.post(f"{own.server.base_url}/_local/faults", json=json.loads(order))
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("change", objects(section("The clock")))
def test_the_clock_moves_so(own: Visits, change: str) -> None:
    later = change.replace("2026-03-03", "2028-03-03")  # the tests' clock is past it
    answer = httpx2.post(f"{own.server.base_url}/_local/clock", json=json.loads(later))
    assert answer.status_code == 200, answer.text


def test_the_other_examples_are_taken(own: Visits) -> None:
    base = own.server.base_url
    (world,) = [json.loads(one) for one in objects(section("Worlds"))]
    assert httpx2.post(f"{base}/_local/worlds", json=world).json()["baseUrl"] == f"{base}/_w/w1"
    (limits,) = [json.loads(one) for one in objects(section("Rate limits"))]
    assert httpx2.put(f"{base}/_local/limits", json=limits).json()["apps"] == limits


def test_the_python_runs(own: Visits) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    before = httpx2.get(f"{own.server.base_url}/_local/clock").json()["now"]
    exec(compile(code.replace("http://localhost:8000", own.server.base_url), "docs/platform.md", "exec"), {})
    assert httpx2.get(f"{own.server.base_url}/_local/clock").json()["now"] > before
