"""Scenarios in a test: by name, file and text; what is wrong is said; the guide's example is run."""

import re
from pathlib import Path

import httpx2
import pytest

from testing.pytest_runs import run_pytest, write

GUIDE = Path(__file__).parents[2] / "docs" / "scenarios.md"
CALL = (
    'title = "One"\n[[call]]\nname = "one"\nkind = "incoming"\npeople = ["user-1"]\nlasts = [40]\nat = -90\n'
)


def listed(ringcentral, path="call-log"):
    headers = ringcentral.login(ringcentral.admin).headers
    url = f"{ringcentral.server_url}/restapi/v1.0/account/~/{path}"
    return [
        record["id"]
        for record in httpx2.get(url, headers=headers, params={"perPage": 1000}).json()["records"]
    ]


def test_by_name_file_and_text(ringcentral, tmp_path):
    (tmp_path / "one.toml").write_text(CALL)
    first = ringcentral.play(CALL)
    assert first.title == "One"
    assert first.call("one") is first.calls[0]
    assert first.calls[0].start < first.calls[0].end < first.calls[0].shown_from == ringcentral.clock.now()
    for given in (tmp_path / "one.toml", str(tmp_path / "one.toml")):
        assert ringcentral.play(given).calls[0].record_id in listed(ringcentral)
    chain = ringcentral.play("transfer-chain")
    assert len(chain.calls) == 2
    assert chain.calls[0].record_id not in listed(ringcentral)
    ringcentral.clock.set(chain.happened)
    assert {call.record_id for call in chain.calls} <= set(listed(ringcentral))
    extension, own = next(iter(chain.calls[0].record_ids.items()))
    assert own in listed(ringcentral, f"extension/{extension}/call-log")


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        ("no-such", "there is no scenario 'no-such'; there are deleted-between-syncs"),
        (CALL.replace("[40]", "[-1]"), "lasts"),
        (CALL.replace("user-1", "user-99"), "only 13"),
        ("title = \n", "not TOML"),
    ],
)
def test_what_is_wrong_is_said(ringcentral, scenario, words):
    before = listed(ringcentral)
    with pytest.raises(ValueError, match=words):
        ringcentral.play(scenario)
    assert listed(ringcentral) == before
    with pytest.raises(LookupError, match="there are: one"):
        ringcentral.play(CALL).call("two")
    with pytest.raises(FileNotFoundError):
        ringcentral.play("nowhere.toml")


def test_the_guides_example_passes(tmp_path):
    pytest.importorskip("requests", reason="requests is not installed")
    text = GUIDE.read_text()
    (scenario,) = re.findall(r"```toml\n# missed\.toml\n(.*?)```", text, re.DOTALL)
    (test,) = re.findall(r"```python\n(# test_missed\.py\n.*?)```", text, re.DOTALL)
    write(tmp_path, {"missed.toml": scenario, "test_missed.py": test})
    code, printed = run_pytest(tmp_path)
    assert code == 0, printed
    assert "1 passed" in printed


def test_the_guide_names_what_there_is(ringcentral):
    listed = httpx2.get(f"{ringcentral.server_url}/_local/scenarios").json()["scenarios"]
    rows = re.findall(r"^\| `([a-z-]+)` \| \w+", GUIDE.read_text().partition("## The file")[0], re.MULTILINE)
    assert rows == [one["name"] for one in listed]
