"""A certificate authority for one run, and the certificate of `localhost` that it signs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Certificates:
    """PEM files: the CA, and the server's certificate chain with its key."""

    ca: Path
    certificate: Path
    key: Path


def make_certificates(folder: Path) -> Certificates:
    """New certificates in `folder`, for localhost, 127.0.0.1 and ::1."""
    authority = trustme.CA()
    issued = authority.issue_cert("localhost", "127.0.0.1", "::1")
    made = Certificates(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    authority.cert_pem.write_to_path(str(made.ca))
    for position, certificate in enumerate(issued.cert_chain_pems):
        certificate.write_to_path(str(made.certificate), append=position > 0)
    issued.private_key_pem.write_to_path(str(made.key))
    return made
