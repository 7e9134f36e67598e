"""The gateway: one server, no redirects, a deadline for the whole exchange, a cap after decompression."""

import gzip
import socket
import ssl
import threading

import pytest
import trustme
from in_loop import Loop, SyncFace
from raw_server import RawServer, answer

from ringback.client.messages import HttpAnswer, HttpRequest, NoAnswer
from ringback.client.transports.async_transport import AsyncHttpTransport
from ringback.client.transports.transport import HttpTransport
from ringback.oauth import Secret
from ringback.platform.server import PlatformServer
from ringback.platform.settings import PlatformSettings

GET = HttpRequest("GET", "/path?a=b", authorization=Secret("Bearer SECRET"))


def fast(url, **options):
    from ringback.client.transports.fast_transport import FastTransport

    return FastTransport(url, **options)


@pytest.fixture(params=["default", "async", "fast"])
def new_transport(request):
    """All transports keep the same rules."""
    if request.param == "default":
        yield HttpTransport
    elif request.param == "async":
        loop = Loop()
        yield lambda url, **options: SyncFace(AsyncHttpTransport(url, **options), loop)
        loop.close()
    else:
        pytest.importorskip("pyreqwest", reason="pyreqwest is missing: it comes with ringback[fast]")
        yield fast


@pytest.fixture
def serve(new_transport):
    servers, transports = [], []

    def start(*chunks, close=False, **options):
        servers.append(RawServer(*chunks, close=close))
        transports.append(new_transport(servers[-1].url, **options))
        return servers[-1], transports[-1]

    yield start
    for transport in transports:
        transport.close()
    for server in servers:
        server.end()


def test_it_asks_as_told_and_keeps_the_connection(serve):
    server, transport = serve(answer(b"hello", "X-Rate-Limit-Group: light"))
    for _ in range(20):
        got = transport.send(GET, seconds=5)
    assert isinstance(got, HttpAnswer)
    assert (got.status, got.body, got.headers["x-rate-limit-group"]) == (200, b"hello", "light")
    assert server.connections == 1
    request = server.requests[0].decode()
    assert request.startswith("GET /path?a=b HTTP/1.1\r\n")
    assert "Bearer SECRET" in request
    assert "ccept-encoding: gzip" in request.lower()
    assert "ringback/" in request


def headers_of(request):
    lines = request.decode().partition("\r\n\r\n")[0].split("\r\n")[1:]
    pairs = [(name.lower(), value) for name, _, value in (line.partition(": ") for line in lines)]
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def test_a_header_of_the_caller_stands_in_for_ours(serve):
    server, transport = serve(answer(b""))
    transport.send(HttpRequest("GET", "/", (("Accept", "text/csv"), ("X-Mine", "1"))), seconds=5)
    found = headers_of(server.requests[0])
    assert (found["accept"], found["x-mine"]) == ("text/csv", "1")
    assert found["host"] == server.url.partition("//")[2]
    assert "content-length" not in found


@pytest.mark.parametrize("body", [None, b"", b"grant_type=x", Secret("token=x")])
def test_a_post_says_how_long_it_is(serve, body):
    server, transport = serve(answer(b""))
    transport.send(HttpRequest("POST", "/", (("Content-Type", "text/plain"),), body), seconds=5)
    sent = body.reveal().encode() if isinstance(body, Secret) else body or b""
    found = headers_of(server.requests[0])
    assert (found["content-length"], found["content-type"]) == (str(len(sent)), "text/plain")
    assert server.requests[0].endswith(b"\r\n\r\n" + sent)


def test_a_redirect_is_not_followed(serve):
    elsewhere, _ = serve(answer(b"stolen"))
    _, transport = serve(answer(b"", f"Location: {elsewhere.url}/", status="302 Found"))
    assert transport.send(GET, seconds=5).status == 302
    assert elsewhere.connections == 0


def test_proxies_and_netrc_of_the_environment_are_not_used(serve, monkeypatch, tmp_path):
    proxy, _ = serve(answer(b"proxied"))
    (tmp_path / ".netrc").write_text("machine localhost login me password mine")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, proxy.url)
    server, transport = serve(answer(b"direct"))
    assert transport.send(HttpRequest("GET", "/"), seconds=5).body == b"direct"
    assert b"authorization" not in server.requests[0].lower()


def test_an_answer_that_never_comes_is_a_timeout(serve):
    _, transport = serve(None)
    got = transport.send(GET, seconds=0.2)
    assert isinstance(got, NoAnswer)
    assert got.kind == "timeout"


def test_an_answer_that_never_ends_is_a_timeout(serve):
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
    _, transport = serve(head, b"x", None)
    got = transport.send(GET, seconds=0.2)
    assert (type(got), got.kind) == (NoAnswer, "timeout")


def test_an_answer_that_drips_is_a_timeout_in_its_head_too(serve):
    """Each byte comes in time; all of them together do not."""
    drops = [b"HTTP/1.1 200 OK\r\n", *[b"X"] * 1000]
    server, transport = serve(*drops)
    server.pause = 0.02
    assert transport.send(GET, seconds=0.3).kind == "timeout"


def test_cookies_of_one_answer_do_not_go_with_the_next_request(serve):
    server, transport = serve(answer(b"", "Set-Cookie: user=one"))
    transport.send(GET, seconds=5)
    transport.send(GET, seconds=5)
    assert b"cookie" not in server.requests[1].lower()


@pytest.fixture
def secure(tmp_path):
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_bytes(b"".join(pem.bytes() for pem in certificate.cert_chain_pems))
    certificate.private_key_pem.write_to_path(key)
    with socket.create_server(("127.0.0.1", 0)) as bound:
        url = f"https://localhost:{bound.getsockname()[1]}"
        settings = PlatformSettings(base_url=url, rate_limits=False)
        with PlatformServer(settings, [bound], ssl_certfile=chain, ssl_keyfile=key):
            yield url, authority


def test_a_certificate_that_is_not_trusted_is_refused_and_named(secure, new_transport):
    url, authority = secure
    got = new_transport(url).send(HttpRequest("GET", "/restapi/v1.0"), seconds=5)
    assert got.kind == "refused"
    assert "certificate" in got.why
    if new_transport is fast:
        transport = fast(url, extra_ca=authority.cert_pem.bytes())
    else:
        trusting = ssl.create_default_context()
        authority.configure_trust(trusting)
        transport = new_transport(url, tls=trusting)
    assert transport.send(HttpRequest("GET", "/restapi/v1.0"), seconds=5).status == 200
    transport.close()


def test_a_certificate_of_another_host_is_refused(secure, new_transport):
    url, authority = secure
    elsewhere = url.replace("localhost", "127.0.0.1")
    if new_transport is fast:
        transport = fast(elsewhere, extra_ca=authority.cert_pem.bytes())
    else:
        trusting = ssl.create_default_context()
        authority.configure_trust(trusting)
        transport = new_transport(elsewhere, tls=trusting)
    got = transport.send(HttpRequest("GET", "/restapi/v1.0"), seconds=5)
    assert got.kind == "refused"
    transport.close()


def test_an_answer_that_is_too_long_is_refused_also_when_it_only_unpacks_to_that(serve):
    _, transport = serve(answer(b"x" * 2000), max_body_bytes=1000)
    assert transport.send(GET, seconds=5).kind == "unusable"
    bomb = gzip.compress(b"x" * 10_000_000)
    assert len(bomb) < 20_000
    _, transport = serve(answer(bomb, "Content-Encoding: gzip"), max_body_bytes=1_000_000)
    assert transport.send(GET, seconds=5).kind == "unusable"


@pytest.mark.parametrize(
    ("chunks", "kind"),
    [
        ((b"",), "broken"),
        ((b"SSH-2.0-OpenSSH\r\n\r\n",), "broken"),
        ((b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",), "broken"),
        ((answer(b"not gzip", "Content-Encoding: gzip"),), "unusable"),
    ],
)
def test_what_is_no_answer_is_said_to_be_none(serve, chunks, kind):
    _, transport = serve(*chunks, close=True)
    got = transport.send(GET, seconds=5)
    assert isinstance(got, NoAnswer)
    assert got.kind == kind
    assert "SECRET" not in repr(got)


def test_nobody_listening_is_refused(new_transport):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    got = new_transport(f"http://localhost:{port}").send(GET, seconds=5)
    assert got.kind == "refused"


def test_no_time_left_means_nothing_is_sent(serve):
    server, transport = serve(answer(b""))
    assert transport.send(GET, seconds=0).kind == "timeout"
    assert server.connections == 0


def test_when_a_kept_connection_broke_the_next_request_gets_a_new_one(serve, new_transport):
    """The server closes connections it holds idle; those kept longest may be closed without a sign yet.

    pyreqwest watches its idle connections itself, and sends on no other one that was closed.
    """
    server, transport = serve(answer(b"hello"))
    together = threading.Barrier(4)

    def call():
        together.wait(5)
        transport.send(GET, seconds=5)

    server.pause = 0.05  # so that all four are in flight at once
    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert server.connections == 4
    server.pause, server.chunks, server.close = 0.0, (), True
    assert transport.send(GET, seconds=5).kind == "broken"
    server.chunks, server.close = (answer(b"hello"),), False
    assert transport.send(GET, seconds=5).body == b"hello"
    assert server.connections == 5 or new_transport is fast


def test_a_connection_the_server_closed_while_it_was_idle_is_not_used(serve):
    server, transport = serve(answer(b"hello", "Connection: keep-alive"), close=True)
    for count in range(1, 4):
        assert transport.send(HttpRequest("POST", "/", body=b"x"), seconds=5).body == b"hello"
        assert server.connections == count
        assert server.closed.wait(5)
        server.closed.clear()


@pytest.mark.parametrize(
    "chunks",
    [
        (b"HTTP/1.1 100 Continue\r\n\r\n", answer(b"hello")),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nT: t\r\n\r\n",
        ),
        tuple(answer(b"hello")[at : at + 1] for at in range(len(answer(b"hello")))),
        (answer(gzip.compress(b"hello"), "Content-Encoding: gzip"),),
    ],
)
def test_the_forms_an_answer_may_have(serve, chunks):
    server, transport = serve(*chunks)
    for _ in range(3):
        got = transport.send(GET, seconds=5)
        assert (got.status, got.body) == (200, b"hello")
    assert server.connections == 1


def test_an_answer_that_ends_with_its_connection(serve):
    _, transport = serve(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello", close=True)
    for _ in range(2):
        assert transport.send(GET, seconds=5).body == b"hello"


def test_head_has_no_body_whatever_its_length_says(serve):
    server, transport = serve(answer(b"hello")[:-5])
    for _ in range(3):
        got = transport.send(HttpRequest("HEAD", "/"), seconds=5)
        assert (got.status, got.body) == (200, b"")
    assert server.connections == 1


def test_bytes_after_an_answer_are_never_the_next_one(serve):
    server, transport = serve(answer(b"mine") + answer(b"planted"))
    for count in range(1, 4):
        got = transport.send(GET, seconds=5)
        assert not isinstance(got, HttpAnswer) or got.body == b"mine"
        assert server.connections == count


@pytest.mark.parametrize(
    "chunk",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nBroken Header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"x" * 1_000_000 + b"\r\n\r\n",
    ],
)
def test_an_answer_that_breaks_the_rules_of_http_is_none(serve, chunk):
    _, transport = serve(chunk, close=True)
    got = transport.send(GET, seconds=5)
    assert isinstance(got, NoAnswer)
    assert got.kind in {"broken", "unusable"}
    assert "SECRET" not in repr(got)


def test_a_large_request_that_is_refused_early_has_its_answer(serve):
    _, transport = serve(
        answer(b"too large", "Connection: close", status="413 Content Too Large"), close=True
    )
    got = transport.send(HttpRequest("POST", "/", body=b"x" * 60_000), seconds=5)
    assert got.status == 413


def test_it_is_used_from_many_threads(serve, new_transport):
    server, transport = serve(answer(b"hello"))
    bodies = []

    def calls():
        bodies.extend(transport.send(GET, seconds=20).body for _ in range(50))

    threads = [threading.Thread(target=calls) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert bodies == [b"hello"] * 400
    # pyreqwest may open one more than it then needs.
    assert server.connections <= (16 if new_transport is fast else 8)
