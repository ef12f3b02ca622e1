"""A certificate authority and a server certificate that are made for one run.

The authority's key is never written: when the run is over, nothing can be signed with it any more.
"""

import datetime
from dataclasses import dataclass
from pathlib import Path

import trustme

VALIDITY = datetime.timedelta(days=7)
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class CertificateFiles:
    """Three PEM files: the authority that a client trusts, and the server's certificate with its key."""

    authority: Path
    certificate: Path
    key: Path


def write_certificates(folder: Path, *, host: str) -> CertificateFiles:
    """Make an authority and a server certificate for loopback, and for ``host`` where it is something else."""
    folder.mkdir(mode=0o700)
    files = CertificateFiles(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    authority = trustme.CA()
    expiry = datetime.datetime.now(datetime.UTC) + VALIDITY
    server = authority.issue_cert(*dict.fromkeys((*LOOPBACK, host)), not_after=expiry)
    authority.cert_pem.write_to_path(files.authority)
    server.cert_chain_pems[0].write_to_path(files.certificate)
    files.key.touch(mode=0o600)
    server.private_key_pem.write_to_path(files.key)
    return files
