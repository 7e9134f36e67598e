"""A server that answers with the bytes a test gives, for the tests of the transports."""

import socket
import threading
from contextlib import suppress


class RawServer:
    """Answers each request with the bytes a test gives, and keeps what was asked."""

    def __init__(self, *chunks, close=False):
        self.chunks, self.close = chunks, close
        self.requests, self.connections, self.open = [], 0, 0
        self.changed, self.closed = threading.Condition(), threading.Event()
        self.go_on, self.stop, self.pause = threading.Event(), threading.Event(), 0.0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://localhost:{self.socket.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            self._count(1)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection, suppress(OSError):  # when the client goes away
            self._answer(connection)
        self._count(-1)
        self.closed.set()

    def _answer(self, connection):
        while request := connection.recv(65536):
            with self.changed:
                self.requests.append(request)
                self.changed.notify_all()
            for chunk in self.chunks:
                if self.pause and self.stop.wait(self.pause):
                    return
                if chunk is None:
                    self.go_on.wait()
                else:
                    connection.sendall(chunk)
            if self.close:
                return

    def _count(self, change):
        with self.changed:
            self.open += change
            self.changed.notify_all()

    def are_open(self, number, seconds=10):
        """Wait until this many connections are open; False when they never are."""
        with self.changed:
            return self.changed.wait_for(lambda: self.open == number, seconds)

    def is_asked(self, seconds=10):
        """Wait for the first request."""
        with self.changed:
            return self.changed.wait_for(lambda: self.requests, seconds)

    def end(self):
        self.go_on.set()
        self.stop.set()
        self.socket.close()


def answer(body, *headers, status="200 OK"):
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body
