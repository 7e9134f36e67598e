"""What all tests share: the watch over every secret of the run (`secret_watch.py`)."""

import pytest

import secret_watch
from secret_watch import WATCH

secret_watch.start()


@pytest.fixture(autouse=True)
def _read_errors():
    yield
    WATCH.read_errors()


def pytest_runtest_logreport(report):
    WATCH.text(f"pytest's report of {report.nodeid}", report.longreprtext)
    for name, text in report.sections:
        note = WATCH.captured_log if "log" in name else WATCH.text
        note(f"{name} of {report.nodeid}", text)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    WATCH.read_errors()
    if WATCH.hits():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    hits = WATCH.hits()
    terminalreporter.write_line(
        f"secret watch: {len(WATCH.secrets)} secrets, {WATCH.characters:,} characters, {len(hits)} hits",
        red=bool(hits),
    )
    for kind, where in hits[:20]:
        terminalreporter.write_line(f"  a {kind} was said in: {where}", red=True)
