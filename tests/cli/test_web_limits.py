"""What the web server bears: many connections, requests that never end, an end of its own."""

import socket
import subprocess
import sys
import time

import pytest
from running import environment

from ringback.cli.failures import Failure
from ringback.cli.listening import listen
from ringback.cli.stopping import Stopping
from ringback.cli.web_limits import LOOPBACK_CONNECTIONS, REQUEST_SECONDS
from ringback.cli.web_server import WebServer
from ringback.web.proxies import peer_of


def hello(environ, start_response):
    start_response("200 OK", [("Content-Length", "5")])
    return [b"hello"]


class Served:
    """A server whose loop the test runs by hand until something has come about."""

    def __init__(self):
        self.sockets = listen("localhost", 0, "--web-port")
        self.faults = []
        self.server = WebServer(hello, self.sockets.sockets, self.faults.append)
        self.listener = self.server.listeners[0]

    def turn_until(self, condition):
        from waitress import wasyncore

        deadline = time.monotonic() + 10
        while not condition():
            assert time.monotonic() < deadline
            wasyncore.poll2(0.05, self.listener._map)

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.sockets.port))

    @property
    def channels(self):
        return list(self.listener.active_channels.values())


@pytest.fixture
def served():
    one = Served()
    yield one
    one.server.stop()
    one.sockets.close()


def send(served, client, data):
    """Send, and let the server take it all in."""
    (channel,) = served.channels
    taken = []
    inner = channel.received
    channel.received = lambda got: (taken.append(got), inner(got))[1]
    client.sendall(data)
    served.turn_until(lambda: b"".join(taken) == data)
    del channel.received
    return channel


@pytest.mark.parametrize("first", [b"G", b"\r\n", b"\n\n", b"GET / HTTP/1.1\r\nHost: x\r\nX: "])
@pytest.mark.parametrize("then", [b"\r\n", b"a", b"\r"])
def test_a_request_that_is_never_complete_is_closed_though_bytes_keep_coming(served, first, then):
    with served.connect() as client:
        served.turn_until(lambda: served.channels)
        channel = send(served, client, first)
        began = channel.began
        channel.began = began - REQUEST_SECONDS + 5  # as if those bytes had come 25 seconds ago
        send(served, client, then)
        now = time.time()
        served.listener.maintenance(now)
        assert not channel.will_close
        served.listener.maintenance(now + 6)
        assert channel.will_close


def test_a_connection_between_two_requests_has_its_full_idle_time(served):
    with served.connect() as client:
        served.turn_until(lambda: served.channels)
        channel = send(served, client, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert channel.began is None
        served.turn_until(lambda: not channel.requests and not channel.total_outbufs_len)
        served.listener.maintenance(time.time() + REQUEST_SECONDS + 5)
        assert not channel.will_close
        send(served, client, b"GET / HTTP/1.1\r\n")
        assert channel.began == pytest.approx(time.time(), abs=5)
        served.listener.maintenance(time.time() + REQUEST_SECONDS + 5)
        assert channel.will_close


def test_one_address_cannot_have_all_connections(served):
    clients = [served.connect() for _ in range(10)]
    served.turn_until(lambda: len(served.channels) == 10)
    for channel in served.channels:
        channel.addr = ("203.0.113.9", 1)
    more = [channel for channel in served.channels for _ in range(20)]
    served.listener.active_channels = dict(enumerate(more))  # as if it had come 200 times
    assert served.listener._has_its_share("203.0.113.9")
    assert not served.listener._has_its_share("203.0.113.8")
    assert not served.listener._has_its_share("127.0.0.1")
    for channel in more:
        channel.addr = ("127.0.0.1", 1)
    assert not served.listener._has_its_share("127.0.0.1")
    served.listener.active_channels = dict(enumerate([*more, *more, *more][:LOOPBACK_CONNECTIONS]))
    assert served.listener._has_its_share("127.0.0.1")
    with served.connect() as late:
        served.turn_until(lambda: served.listener._turned_away)
        assert late.recv(1) == b""
    for client in clients:
        client.close()


def test_an_ipv6_network_is_one_peer():
    assert peer_of("2001:db8::1") == peer_of("2001:db8::ffff:1") != peer_of("2001:db8:0:1::1")
    assert peer_of("fe80::1%eth0") == "fe80::/64"


_CROWD = """
import resource, socket, sys
from ringback.cli.listening import listen
from ringback.cli.web_server import WebServer
from ringback.web.proxies import peer_of
sys.path.insert(0, sys.argv[1])
from test_web_limits import hello
resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
spare = [open("/dev/null") for _ in range(1100)]
sockets = listen("localhost", 0, "--web-port")
server = WebServer(hello, sockets.sockets, lambda fault: print(fault, flush=True))
server.start()
with socket.create_connection(("127.0.0.1", sockets.port), timeout=10) as one:
    one.sendall(b"GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
    print(one.recv(1000).splitlines()[0], flush=True)
server.stop()
"""


def test_it_serves_descriptors_that_select_cannot(tmp_path):
    """The 1,100th descriptor of a process; in a process of its own, whose limits are its own."""
    import pathlib

    command = [sys.executable, "-c", _CROWD, str(pathlib.Path(__file__).parent)]
    result = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60)
    assert result.stdout.strip() == "b'HTTP/1.1 200 OK'", result.stderr


def test_a_server_that_ends_by_itself_says_so(served, monkeypatch):
    def broken():
        raise ValueError("filedescriptor out of range in select()")

    monkeypatch.setattr(served.server._loop, "run", broken)
    served.server.start()
    served.server._thread.join(10)
    assert served.faults == [
        "The web server ended by itself (ValueError: filedescriptor out of range in select()); "
        "start the command again"
    ]


def test_a_fault_ends_the_wait_with_a_failure():
    import signal

    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        stopping = Stopping()
        stopping.fail("it broke")
        stopping.fail("and then this")
        with pytest.raises(Failure, match=r"^it broke$"):
            stopping.wait()
        assert stopping.wait_for(0)
    finally:
        for number, handler in zip((signal.SIGINT, signal.SIGTERM), before, strict=True):
            signal.signal(number, handler)
