"""What all tests share: the watch over every secret of the run (`secret_watch.py`), one in each process."""

from functools import cache

import httpx2._transports.default as httpx2_transports
import hypothesis
import pytest

import secret_watch
import services
from ringback.platform.authorization import passwords
from secret_watch import WATCH, Tally

secret_watch.start()
TALLY = Tally()

# How long an example takes says how busy the machine is, and nothing about the code.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")

# Every httpx2 client reads all certificates anew (40 ms, also for http://); here once is enough.
httpx2_transports.create_ssl_context = cache(httpx2_transports.create_ssl_context)

# A login costs 50 ms of hashing, as it should (test_auth_passwords.py); here next to nothing.
REAL_SCRYPT_N, passwords.SCRYPT_N = passwords.SCRYPT_N, 2**4


@pytest.fixture
def real_scrypt_n():
    """The cost that a platform's hashes have outside these tests."""
    return REAL_SCRYPT_N


@pytest.fixture(autouse=True)
def _read_errors():
    yield
    WATCH.read_errors()


def pytest_runtest_logreport(report):
    WATCH.text(f"pytest's report of {report.nodeid}", report.longreprtext)
    for name, text in report.sections:
        note = WATCH.captured_log if "log" in name else WATCH.text
        note(f"{name} of {report.nodeid}", text)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    """A worker process of pytest-xdist has ended: count what it has seen."""
    TALLY.add(getattr(node, "workeroutput", {}).get("secret_watch"))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    services.stop()
    WATCH.read_errors()
    TALLY.add(WATCH.told())
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["secret_watch"] = WATCH.told()
    elif TALLY.hits:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(str(TALLY), red=bool(TALLY.hits))
    for kind, where in TALLY.hits[:20]:
        terminalreporter.write_line(f"  a {kind} was said in: {where}", red=True)
