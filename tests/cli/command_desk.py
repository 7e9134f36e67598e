"""Where a person sits who uses the command line."""

import socket

ACCOUNT_LOG = "/restapi/v1.0/account/~/call-log"


class Desk:
    """Where a person sits who uses the command line: a folder, a platform, settings that lead to it."""

    def __init__(self, ringcentral, folder):
        self.ringcentral = ringcentral
        self.folder = folder
        self.settings = ringcentral.env | {"XDG_DATA_HOME": str(folder / "data")}

    @property
    def data(self):
        return self.folder / "data" / "ringback"

    def printed_nothing_secret(self, *texts):
        secrets = {self.ringcentral.client_secret, (self.data / "vault.key").read_text().strip()}
        return not any(secret in text for secret in secrets for text in texts)


def own_redirect_uri():
    """A redirect URI on a port of this machine that is free now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://localhost:{free.getsockname()[1]}/oauth2callback"
