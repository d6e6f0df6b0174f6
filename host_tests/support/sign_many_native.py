"""sign_many.py with every signature made by the native module; the same arguments and lines."""

import sys

from wattseal.core import ecdsa

sys.path.append(__file__.rsplit("/", 3)[0] + "/build/native/x64")

import wattseal_p256  # noqa: E402

_sign_steps = ecdsa.sign_steps


def sign_steps(*arguments):
    return _sign_steps(*arguments, native=wattseal_p256)


ecdsa.sign_steps = sign_steps

import sign_many  # noqa: E402, F401 - signs on import
