"""An authority of our own, and certificates by it."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HERE = "127.0.0.1"


@dataclass(frozen=True)
class Authority:
    """Signs certificates of servers. path: its own certificate (PEM), for whoever shall trust it."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    folder: Path

    @property
    def path(self) -> Path:
        """Its certificate as a file."""
        return self.folder / "ca.pem"

    def context(self, host: str = HERE) -> ssl.SSLContext:
        """What a server needs that calls itself `host`, an address."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))])
        certificate = _signed(f"server {host}", key, self).add_extension(names, critical=False).sign(self.key, hashes.SHA256())
        pair = self.folder / f"{host}.pem"
        pair.write_bytes(_key_pem(key) + certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(pair)
        return context


def authority(folder: Path) -> Authority:
    """A new one, whose files lie in `folder`."""
    key = ec.generate_private_key(ec.SECP256R1())
    basics = x509.BasicConstraints(ca=True, path_length=0)
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
        key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    begun = _signed("an authority of tests", key, None).add_extension(basics, critical=True).add_extension(usage, critical=True)
    made = Authority(key, begun.sign(key, hashes.SHA256()), folder)
    made.path.write_bytes(made.certificate.public_bytes(serialization.Encoding.PEM))
    return made


def _signed(name: str, key: ec.EllipticCurvePrivateKey, by: Authority | None) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = datetime.now(UTC)
    signer = by.key if by else key
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=2))
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
