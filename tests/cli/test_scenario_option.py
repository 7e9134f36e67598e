"""`--scenario`: played at the start, once for each state file; what is wrong is one line."""

import httpx2
import pytest
from running import Running, run

CALL = 'title = "One"\n[[call]]\nkind = "incoming"\npeople = ["101"]\nlasts = [40]\nat = -90\n'
FREE = ("platform", "--platform-port", "0")


def added(platform):
    tables = httpx2.get(f"{platform.origins['platform']}/_local/snapshot").json()["tables"]
    return [key for key, _ in tables["added-calls"]]


def test_scenarios_are_played_once_for_each_state_file(tmp_path):
    (tmp_path / "one.toml").write_text(CALL)
    told = ("--scenario", "one.toml", "--scenario", "transfer-chain", "--state", "state.db")
    with Running(*FREE, *told, cwd=tmp_path) as platform:
        first = added(platform)
        assert len(first) == 3
        platform.stop()
    with Running(*FREE, *told, "--scenario", "queue-call", cwd=tmp_path) as platform:
        assert added(platform)[:3] == first
        assert len(added(platform)) == 5
        platform.stop()


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (("--scenario", "no-such"), "there is no scenario 'no-such'; there are deleted-between-syncs"),
        (("--scenario", "none.toml"), "none.toml cannot be read: No such file or directory"),
        (("--scenario", "bad.toml"), "bad.toml: "),
        (("--scenario", ""), "there is no scenario ''"),
        (("--scenario", "queue-call", "--employees", "2"), "there is no agent-2"),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path, told, words):
    (tmp_path / "bad.toml").write_text(CALL.replace("40", "-1"))
    result = run(*FREE, *told, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("ringback: --scenario: ")
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
