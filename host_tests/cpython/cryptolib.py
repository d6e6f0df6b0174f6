"""AES-CBC on CPython as MicroPython's cryptolib has it, by the package cryptography."""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_CBC = 2


class aes:  # noqa: N801 - MicroPython's name
    def __init__(self, key, mode, iv):
        if mode != _CBC:
            raise ValueError("mode")
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(iv))

    def encrypt(self, text):
        return self._cipher.encryptor().update(text)

    def decrypt(self, text):
        return self._cipher.decryptor().update(text)
