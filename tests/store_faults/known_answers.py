"""Remembers what pure steps of the program answered, so that the same question is not computed in every image.

The images of one workload hold the same few events over and over. Whether a signature is right, which bytes an
encryption with a given key and nonce opens to, what the check of a record is: that depends on nothing but the bytes that
are asked about, and every one of them is part of the key under which the answer is kept. Nothing is remembered that
reads a file, a table or a clock, and no refusal is remembered either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from coordinator_app.store import chain, founding, mirror, patient_keys, recover, sealing, store_keys

_MOST = 100_000
"""Answers that are kept; then all are forgotten."""


class _Answers(dict[Any, Any]):
    """Answers by question; no question is kept twice."""

    def keep(self, question: Any, answer: Any) -> Any:
        if len(self) >= _MOST:
            self.clear()
        self[question] = answer
        return answer


_answers = _Answers()


class RememberingCipher:
    """AES-256-GCM that opens the same bytes once; what does not open is tried anew every time."""

    def __init__(self, key: bytes) -> None:
        """Take the key."""
        self._key, self._real = bytes(key), AESGCM(key)
        self.encrypt = self._real.encrypt

    def decrypt(self, nonce: bytes, content: bytes, context: bytes | None) -> bytes:
        """Return the opened bytes; raises InvalidTag."""
        question = ("open", self._key, nonce, content, context)
        found = _answers.get(question)
        if found is None:
            found = _answers.keep(question, self._real.decrypt(nonce, content, context))
        return bytes(found)


class RememberingPublicKey:
    """A public key that verifies the same signature of the same bytes once; a wrong one is tried anew every time."""

    def __init__(self, key: bytes) -> None:
        """Take the 32 bytes of the key; raises ValueError as the real one does."""
        self._key, self._real = bytes(key), Ed25519PublicKey.from_public_bytes(key)

    @classmethod
    def from_public_bytes(cls, key: bytes) -> RememberingPublicKey:
        """Return the key of these bytes."""
        question = ("public key", bytes(key))
        found: RememberingPublicKey | None = _answers.get(question)
        if found is None:
            found = cls(key)
            _answers.keep(question, found)
        return found

    def verify(self, signature: bytes, part: bytes) -> None:
        """Return when the signature holds; raises InvalidSignature."""
        question = ("signature", self._key, signature, part)
        if question not in _answers:
            self._real.verify(signature, part)
            _answers.keep(question, True)


class RememberingPrivateKey:
    """Makes a signing key of the same bytes once; it cannot be changed."""

    @staticmethod
    def from_private_bytes(key: bytes) -> Ed25519PrivateKey:
        """Return the signing key of these 32 bytes."""
        question = ("private key", bytes(key))
        found: Ed25519PrivateKey | None = _answers.get(question)
        if found is None:
            found = Ed25519PrivateKey.from_private_bytes(key)
            _answers.keep(question, found)
        return found


def _remembering(real: Callable[..., Any]) -> Callable[..., Any]:
    def ask(*asked: Any, **named: Any) -> Any:
        question = (real, asked, *sorted(named.items()))
        found = _answers.get(question)
        if found is None:
            found = real(*asked, **named)
            if found is not None:
                _answers.keep(question, found)
        return found

    return ask


@contextmanager
def remembered_answers() -> Iterator[None]:
    """Let the store remember the answers of its pure steps until the block ends; then all is as it was, and forgotten.

    A process that goes on, as one that runs tests does, must not be left with parts that are not the program's own.
    """
    derived = _remembering(mirror.mirror_key)
    planted: tuple[tuple[ModuleType, str, Any], ...] = (
        *((module, "AESGCM", RememberingCipher) for module in (mirror, patient_keys, sealing)),
        (chain, "Ed25519PublicKey", RememberingPublicKey),
        (store_keys, "Ed25519PrivateKey", RememberingPrivateKey),
        (mirror, "crc32c", _remembering(mirror.crc32c)),
        *((user, "mirror_key", derived) for user in (founding, recover)),
        # The envelope is frozen, and nobody who follows a chain changes the body in it.
        (chain, "read_envelope", _remembering(chain.read_envelope)),
    )
    with ExitStack() as after:
        after.callback(_answers.clear)
        for module, name, remembering in planted:
            after.callback(setattr, module, name, getattr(module, name))
            setattr(module, name, remembering)
        yield
