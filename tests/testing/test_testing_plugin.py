"""The plugin in somebody else's project: light until used, optional, for many workers, with clear errors."""

import pytest

from testing.pytest_runs import run_pytest, write

USES = "def test_it(ringcentral):\n    assert ringcentral.login().access_token\n"
LOADED = """
import sys

def test_nothing_heavy_is_loaded():
    heavy = {"starlette", "uvicorn", "anyio", "jinja2", "msgspec", "cryptography", "flask", "sqlite3"}
    assert {name.split(".")[0] for name in sys.modules} & heavy == set()
    ours = {name for name in sys.modules if name.split(".")[0] == "ringback"}
    expected = {"ringback", "ringback.testing", "ringback.testing.plugin", "ringback.testing.fixtures"}
    assert ours == {*expected, "ringback.lazy_names"}
"""


def test_it_loads_nothing_heavy_until_it_is_used(tmp_path):
    write(tmp_path, {"test_one.py": LOADED})
    code, printed = run_pytest(tmp_path)
    assert code == 0, printed


def test_a_fixture_is_there_without_any_setting_up(tmp_path):
    write(tmp_path, {"test_one.py": USES})
    code, printed = run_pytest(tmp_path, plugins=None)
    assert code == 0, printed
    assert "1 passed" in printed


@pytest.mark.parametrize(
    ("ini", "arguments"),
    [
        ("", ("-p", "no:ringback")),
        ("ringback_plugin = false\n", ()),
        ("", ("-o", "ringback_plugin=false")),
    ],
)
def test_it_can_be_left_out(tmp_path, ini, arguments):
    write(tmp_path, {"pytest.ini": f"[pytest]\n{ini}", "test_one.py": USES})
    code, printed = run_pytest(tmp_path, *arguments, plugins=None)
    assert code == 1
    assert "fixture 'ringcentral' not found" in printed


def test_a_projects_own_fixture_wins(tmp_path):
    own = "import pytest\n\n@pytest.fixture\ndef ringcentral():\n    return 'mine'\n"
    use = "def test_it(ringcentral):\n    assert ringcentral == 'mine'\n    assert 0\n"
    write(tmp_path, {"conftest.py": own, "test_one.py": use})
    code, printed = run_pytest(tmp_path)
    assert code == 1
    assert "assert 0" in printed
    assert "ringcentral journal" not in printed


def test_markers_and_settings_say_what_the_world_is_like(tmp_path):
    write(
        tmp_path,
        {
            "pytest.ini": (
                "[pytest]\naddopts = --strict-markers\nringback_seed = 5\n"
                "ringback_rate_limits = no\nringback_start = 2026-05-04T09:00:00\n"
            ),
            "test_one.py": """
import pytest
from ringback.testing import LocalRingCentral

pytestmark = pytest.mark.ringcentral(quirks={"access-token-life": "7199"})

def test_settings(ringcentral):
    assert ringcentral.clock.now().isoformat() == "2026-05-04T09:00:00+00:00"
    for _ in range(6):
        assert ringcentral.login().expires_in == 7199
    with LocalRingCentral(seed=5) as same, LocalRingCentral() as other:
        assert same.users == ringcentral.users
        assert other.users != ringcentral.users

@pytest.mark.ringcentral(seed=1, start="now")
def test_the_nearest_marker_wins(ringcentral):
    assert ringcentral.clock.mode == "running"
    assert ringcentral.login().expires_in == 7199
    with LocalRingCentral() as other:
        assert other.users == ringcentral.users
""",
        },
    )
    code, printed = run_pytest(tmp_path)
    assert code == 0, printed


@pytest.mark.parametrize(
    ("marker", "ini", "words"),
    [
        ("sede=7", "", "ringcentral: there is no sede; there are: seed, rate_limits"),
        ("7", "", "ringcentral: the marker takes keywords only"),
        ("employees=0", "", "ringcentral: employees must be 2 to"),
        ("quirks={'x': 'y'}", "", "ringcentral: there is no quirk x"),
        ("", "ringback_seed = seven", "ringcentral: ringback_seed is a number, not 'seven'"),
        ("", "ringback_start = soon", "ringcentral: ringback_start is an ISO 8601 time"),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path, marker, ini, words):
    mark = f"import pytest\npytestmark = pytest.mark.ringcentral({marker})\n"
    write(tmp_path, {"pytest.ini": f"[pytest]\n{ini}\n", "test_one.py": mark + USES})
    code, printed = run_pytest(tmp_path)
    assert code == 1
    assert words in printed
    assert "Traceback" not in printed
    assert "fixtures.py" not in printed


def test_without_the_extra_it_says_what_to_install(tmp_path):
    missing = """
import sys
from importlib.machinery import PathFinder

class Missing(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.split(".")[0] == "uvicorn" else PathFinder.find_spec(name, path, target)

sys.meta_path = [finder for finder in sys.meta_path if finder is not PathFinder] + [Missing]
"""
    write(tmp_path, {"conftest.py": missing, "test_one.py": USES})
    code, printed = run_pytest(tmp_path)
    assert code == 1
    assert "(no uvicorn): pip install 'ringback[platform]'" in printed


def test_a_failure_shows_what_the_world_was_asked(tmp_path):
    fails = """
import urllib.request

def test_it(ringcentral):
    tokens = ringcentral.login()
    urllib.request.urlopen(ringcentral.server_url + "/restapi/v1.0/account/~")
"""
    write(tmp_path, {"test_one.py": fails})
    code, printed = run_pytest(tmp_path)
    assert code == 1
    section = printed.partition("ringcentral journal")[2]
    assert "POST /restapi/oauth/token 200 authorization_code" in section
    assert "GET /restapi/v1.0/account/~ 401" in section


def test_many_workers_do_not_meet(tmp_path):
    pytest.importorskip("xdist", reason="pytest-xdist is not installed")
    many = """
import os
import pytest

@pytest.mark.parametrize("number", range(12))
def test_it(ringcentral, number):
    assert len(ringcentral.journal) == 0
    assert ringcentral.clock.now().hour == 20
    ringcentral.clock.advance(3600 * (number + 1))
    ringcentral.faults.add("/restapi/v1.0/**", status=503)
    ringcentral.login()
    assert [entry.grant_type for entry in ringcentral.journal][-1] == "authorization_code"
    with open("servers.txt", "a") as servers:
        servers.write(f"{os.getpid()} {ringcentral.server_url}\\n")
"""
    write(tmp_path, {"test_one.py": many})
    code, printed = run_pytest(tmp_path, "-n", "3", plugins=("ringback", "xdist"))
    assert code == 0, printed
    assert "12 passed" in printed
    lines = [line.split() for line in (tmp_path / "servers.txt").read_text().splitlines()]
    assert len({world for _, world in lines}) == 12
    ports_of = {}
    for process, world in lines:
        ports_of.setdefault(process, set()).add(world.split("/")[2])
    assert len(ports_of) == 3
    assert all(len(ports) == 1 for ports in ports_of.values())
    assert len(set.union(*ports_of.values())) == 3
