"""Over TLS: the target's certificate is verified against the plan's, and nothing else is trusted."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from load.manifest import LoadEnd, read_run
from tests.load.processes import recorded_load, run_load, running_shop


def make_certificate(folder: Path, name: str, *, authority: bool = True) -> tuple[Path, Path]:
    """Make a self-signed certificate for 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / f"{name}.pem", folder / f"{name}.key"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return files


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    """Certificates of the shop and of a stranger."""
    folder = tmp_path_factory.mktemp("certificates")
    return {name: make_certificate(folder, name) for name in ("shop", "stranger")}


def test_a_target_with_the_plans_certificate_is_loaded(
    tmp_path: Path, certificates: dict[str, tuple[Path, Path]]
) -> None:
    certificate, key = map(str, certificates["shop"])
    with running_shop(certificate=certificate, key=key) as shop:
        run = recorded_load(
            tmp_path, base_url=shop.url, ca_certificate=certificate, source_addresses="127.77", looks=[1]
        )
    assert run.measured
    assert all(sample.ok for sample in run.samples)


def test_a_self_signed_certificate_that_is_no_authority_is_enough(tmp_path: Path) -> None:
    certificate, key = map(str, make_certificate(tmp_path, "alone", authority=False))
    with running_shop(certificate=certificate, key=key, base_path="/shop") as shop:
        run = recorded_load(tmp_path / "load", base_url=f"{shop.url}/shop", ca_certificate=certificate, looks=[1])
    assert run.measured
    assert all(sample.ok for sample in run.samples)


def test_a_target_with_another_certificate_is_not_spoken_to(
    tmp_path: Path, certificates: dict[str, tuple[Path, Path]]
) -> None:
    certificate, key = map(str, certificates["shop"])
    with running_shop(certificate=certificate, key=key) as shop:
        code, _ = run_load(tmp_path, base_url=shop.url, ca_certificate=str(certificates["stranger"][0]))
        report = shop.finish()
    manifest = read_run(tmp_path).manifest
    assert (code, manifest.ended) == (4, LoadEnd.UNPREPARED)
    assert manifest.reason == 'Before the load, "list products" failed: TLS handshake failed.'
    assert report["requests"] == 0
