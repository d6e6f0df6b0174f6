"""Writes the comb table of P-256 as a module for the device; computes it with another library.

Entry [sub-table][teeth]: the point sum over t of +-2^(32 t + 16 sub-table) G, tooth 7 positive,
x and y of 32 bytes each.
"""

import hashlib
import sys
from pathlib import Path

from ecdsa import NIST256p
from ecdsa.ellipticcurve import PointJacobi

from tools import whole_file

TARGET = Path(__file__).resolve().parents[1] / "build/comb/p256_table.py"


def table() -> bytes:
    """16,384 bytes."""
    curve, order = NIST256p.generator, NIST256p.order
    out = bytearray()
    for sub_table in (0, 1):
        for teeth in range(128):
            k = 1 << (32 * 7)
            for t in range(7):
                k += (1 if teeth >> t & 1 else -1) << (32 * t)
            point: PointJacobi = curve * ((k << (16 * sub_table)) % order)
            affine = point.to_affine()
            out += int(affine.x()).to_bytes(32, "big") + int(affine.y()).to_bytes(32, "big")
    return bytes(out)


def main() -> None:
    sys.path.insert(0, str(TARGET.parents[2] / "firmware"))
    sys.path.insert(0, str(TARGET.parents[2] / "host_tests/cpython"))
    from wattseal.core.p256_comb import TABLE_SHA256

    made = table()
    if hashlib.sha256(made).digest() != TABLE_SHA256:
        sys.exit("comb: the table does not have the SHA-256 that core/p256_comb.py names")
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    text = '"""Comb table of P-256, made by tools.comb; never edited."""\n\nTABLE = %r\n' % made
    whole_file.write(TARGET, text.encode())


if __name__ == "__main__":
    main()
