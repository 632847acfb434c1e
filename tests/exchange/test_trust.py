"""Whom a workstation believes to be its hub: the system's authorities, the site's own, one certificate; in plain words."""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hub.serving_hub import ServingHub

from coordinator_app.exchange.client import CannotTrust, HubAddress, HubClient
from coordinator_app.exchange.ports import Request

ASK = Request("GET", "/healthz", b"", {}, 10.0)


class Authority:
    """A site's own certificate authority."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = self._sign(self.subject, self.key.public_key(), authority=True)
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(self.certificate.public_bytes(Encoding.PEM))

    def issues(self, host: str) -> tuple[Path, Path, str]:
        """Return certificate, key and the certificate's SHA-256 for a host's address."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hub")])
        made = self._sign(subject, key.public_key(), address=host)
        certificate, key_file = self.folder / "hub-cert.pem", self.folder / "hub-key.pem"
        certificate.write_bytes(made.public_bytes(Encoding.PEM))
        key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return certificate, key_file, hashlib.sha256(made.public_bytes(Encoding.DER)).hexdigest()

    def _sign(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, *, authority: bool = False, address: str = ""
    ) -> x509.Certificate:
        now = dt.datetime.now(dt.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.subject)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        if authority:
            usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
            builder = builder.add_extension(usage, critical=True)
        if address:
            names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self.key, SHA256())


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Authority, str]]:
    folder = tmp_path_factory.mktemp("tls")
    site = Authority(folder, "site-authority")
    certificate, key, pin = site.issues("127.0.0.1")
    hub = ServingHub(
        folder / "hub", "--certificate", str(certificate), "--certificate-key", str(key), trust=str(site.file)
    )
    yield hub.url, site, pin
    assert hub.stop() == 0


def _asked(address: HubAddress) -> tuple[int, str]:
    client = HubClient(address)
    try:
        reply = client.carry(ASK)
    finally:
        client.close()
    return reply.status, reply.body.decode()


def test_the_sites_own_authority_is_believed(served: tuple[str, Authority, str]) -> None:
    url, site, _ = served
    assert url.startswith("https://")
    assert _asked(HubAddress(url, str(site.file)))[0] == 200


def test_a_certificate_of_nobody_known_is_not_believed_and_the_words_say_what_may_stand_between(
    served: tuple[str, Authority, str], tmp_path: Path
) -> None:
    url, _, _ = served
    for authority in ("", str(Authority(tmp_path, "another-authority").file)):
        status, words = _asked(HubAddress(url, authority))
        assert status == 0
        assert "proxy" in words


def test_only_the_pinned_certificate_is_believed_where_one_is_pinned(served: tuple[str, Authority, str]) -> None:
    url, site, pin = served
    assert _asked(HubAddress(url, str(site.file), pin))[0] == 200
    assert _asked(HubAddress(url, str(site.file), ":".join(pin[i : i + 2] for i in range(0, 64, 2)).upper()))[0] == 200
    status, words = _asked(HubAddress(url, str(site.file), "0" * 64))
    assert status == 0
    assert "another certificate" in words


def test_plain_http_to_another_computer_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(CannotTrust, match="https"):
        HubClient(HubAddress("http://hub.example.org"))


def test_no_hub_at_all_is_said_plainly() -> None:
    status, words = _asked(HubAddress("http://127.0.0.1:1"))
    assert status == 0
    assert "cannot be reached" in words


def test_a_faulty_authority_file_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    with pytest.raises(CannotTrust, match=r"broken\.pem"):
        HubClient(HubAddress("https://127.0.0.1", str(broken)))
