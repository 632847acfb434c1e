"""Whom a workstation believes to be its hub: the system's authorities, the site's own, one certificate; in plain words."""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import subprocess
import sys
from collections.abc import Callable, Iterator
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

HOST = "hub.hospital.test"
"""A name that only the proxy can reach."""
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

    def issues(self, *hosts: str, name: str = "hub") -> tuple[Path, Path, str]:
        """Return certificate, key and the certificate's SHA-256 for addresses and names of a host."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hub")])
        made = self._sign(subject, key.public_key(), hosts=hosts)
        certificate, key_file = self.folder / f"{name}-cert.pem", self.folder / f"{name}-key.pem"
        certificate.write_bytes(made.public_bytes(Encoding.PEM))
        key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return certificate, key_file, hashlib.sha256(made.public_bytes(Encoding.DER)).hexdigest()

    def _sign(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        *,
        authority: bool = False,
        hosts: tuple[str, ...] = (),
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
        if hosts:
            names = x509.SubjectAlternativeName([_name_of(host) for host in hosts])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self.key, SHA256())


def _name_of(host: str) -> x509.GeneralName:
    is_address = host.replace(".", "").isdigit()
    return x509.IPAddress(ipaddress.ip_address(host)) if is_address else x509.DNSName(host)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Authority, str]]:
    folder = tmp_path_factory.mktemp("tls")
    site = Authority(folder, "site-authority")
    certificate, key, pin = site.issues("127.0.0.1", HOST)
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


class Proxy:
    """`connect_proxy.py` in a process of its own."""

    def __init__(self, hub_port: int, *options: str) -> None:
        script = Path(__file__).with_name("connect_proxy.py")
        self._process = subprocess.Popen(
            [sys.executable, str(script), str(hub_port), *options], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def ended(self) -> list[str]:
        """End it and return what it was asked for."""
        self._process.terminate()
        said, _ = self._process.communicate(timeout=10)
        return said.splitlines()


@pytest.fixture
def through(
    served: tuple[str, Authority, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., tuple[Proxy, str]]]:
    """Start a proxy, let the environment name it, and return it with the hub's address behind it."""
    port = int(served[0].rpartition(":")[2])
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    started: list[Proxy] = []

    def start(*options: str, scheme: str = "http") -> tuple[Proxy, str]:
        proxy = Proxy(port, *options)
        started.append(proxy)
        monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://127.0.0.1:{proxy.port}")
        return proxy, f"https://{HOST}:{port}"

    yield start
    for proxy in started:
        proxy.ended()


def test_the_proxy_that_the_environment_names_carries_the_connection_and_reads_nothing(
    served: tuple[str, Authority, str], through: Callable[..., tuple[Proxy, str]]
) -> None:
    _, site, pin = served
    proxy, url = through()
    assert _asked(HubAddress(url, str(site.file)))[0] == 200
    assert _asked(HubAddress(url, str(site.file), pin))[0] == 200
    port = url.rpartition(":")[2]
    assert proxy.ended() == [f"CONNECT {HOST}:{port} HTTP/1.1"] * 2


def test_the_proxy_of_the_systems_own_settings_is_used_where_the_environment_names_none(
    served: tuple[str, Authority, str], through: Callable[..., tuple[Proxy, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows keeps it in the registry, macOS in its network settings: both come by `urllib.request.getproxies`."""
    _, site, _ = served
    proxy, url = through()
    monkeypatch.delenv("HTTPS_PROXY")
    assert _asked(HubAddress(url, str(site.file)))[0] == 0, "without a proxy nobody knows this host"
    for module in ("httpx._utils", "coordinator_app.exchange.client"):
        monkeypatch.setattr(f"{module}.getproxies", lambda: {"https": f"http://127.0.0.1:{proxy.port}"})
    assert _asked(HubAddress(url, str(site.file)))[0] == 200
    # An exception in those settings counts too: the system tells it by `proxy_bypass`.
    monkeypatch.setattr("coordinator_app.exchange.client.proxy_bypass", lambda host: host == HOST)
    assert _asked(HubAddress(url, str(site.file)))[0] == 0
    assert len(proxy.ended()) == 1


@pytest.mark.parametrize("exception", [HOST, ".hospital.test", "hospital.test", "*", f"other.test, {HOST}"])
def test_a_host_that_needs_no_proxy_is_asked_directly(
    served: tuple[str, Authority, str],
    through: Callable[..., tuple[Proxy, str]],
    monkeypatch: pytest.MonkeyPatch,
    exception: str,
) -> None:
    proxy, url = through()
    monkeypatch.setenv("NO_PROXY", exception)
    status, words = _asked(HubAddress(url, str(served[1].file)))
    assert status == 0
    assert "cannot be reached" in words
    assert "proxy" not in words
    assert proxy.ended() == []


def test_a_hub_on_this_computer_is_never_asked_for_through_a_proxy(
    served: tuple[str, Authority, str], through: Callable[..., tuple[Proxy, str]]
) -> None:
    url, site, _ = served
    proxy, _ = through()
    assert _asked(HubAddress(url, str(site.file)))[0] == 200
    assert proxy.ended() == []


def test_a_proxy_that_opens_the_connection_is_not_told_anything_and_the_words_name_it(
    served: tuple[str, Authority, str], through: Callable[..., tuple[Proxy, str]], tmp_path: Path
) -> None:
    _, site, pin = served
    opener = Authority(tmp_path, "hospital-proxy")
    certificate, key, _ = opener.issues(HOST, name="opened")
    proxy, url = through("--opens", str(certificate), str(key))
    status, words = _asked(HubAddress(url, str(site.file)))
    assert status == 0
    assert "a proxy that opens connections stands between" in words
    # Even where the computer was made to believe the proxy's authority, the pin does not.
    status, words = _asked(HubAddress(url, str(opener.file), pin))
    assert status == 0
    assert "another certificate" in words
    assert not any(line.startswith("READ") and "healthz" in line for line in proxy.ended())


def test_without_a_pin_a_proxy_whose_authority_was_installed_would_read_along(
    through: Callable[..., tuple[Proxy, str]], tmp_path: Path
) -> None:
    """What the pin is for, and that the proxy of the tests really opens what it carries."""
    opener = Authority(tmp_path, "hospital-proxy")
    certificate, key, _ = opener.issues(HOST, name="opened")
    proxy, url = through("--opens", str(certificate), str(key))
    _asked(HubAddress(url, str(opener.file)))
    assert any(line.startswith("READ GET /healthz") for line in proxy.ended())


def test_the_pin_counts_inside_the_encrypted_connection_to_a_proxy_too(
    served: tuple[str, Authority, str],
    through: Callable[..., tuple[Proxy, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, site, pin = served
    its_own, its_key, _ = site.issues("127.0.0.1", name="proxy")
    monkeypatch.setenv("SSL_CERT_FILE", str(site.file))  # the system believes the proxy's own certificate
    proxy, url = through("--tls", str(its_own), str(its_key), scheme="https")
    assert _asked(HubAddress(url, str(site.file), pin))[0] == 200
    status, words = _asked(HubAddress(url, str(site.file), "0" * 64))
    assert status == 0
    assert "another certificate" in words
    assert len(proxy.ended()) == 2


@pytest.mark.parametrize(
    ("option", "wanted"), [("--asks", "asks for a name and a password"), ("--refuses", "refuses the connection")]
)
def test_a_proxy_that_says_no_is_told_in_plain_words(
    served: tuple[str, Authority, str], through: Callable[..., tuple[Proxy, str]], option: str, wanted: str
) -> None:
    _, url = through(option)
    status, words = _asked(HubAddress(url, str(served[1].file)))
    assert status == 0
    assert wanted in words


def test_a_proxy_that_is_not_there_is_not_taken_for_a_hub_that_is_away(
    served: tuple[str, Authority, str], through: Callable[..., tuple[Proxy, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, url = through()
    monkeypatch.setenv("HTTPS_PROXY", "http://secret:word@127.0.0.1:1")
    status, words = _asked(HubAddress(url, str(served[1].file)))
    assert status == 0
    assert "The proxy of this network" in words
    assert "secret" not in words


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
