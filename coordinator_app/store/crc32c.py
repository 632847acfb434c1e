"""CRC-32C (Castagnoli), the check of the mirror's records, in blocks: byte by byte costs more than the disk."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

_POLYNOMIAL = 0x82F63B78
_BLOCK = 512


@cache
def _tables() -> npt.NDArray[np.uint32]:
    """Return one table per place in a block: what a byte contributes when that many bytes follow it."""
    first = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        first = np.where(first & 1, (first >> 1) ^ np.uint32(_POLYNOMIAL), first >> 1)
    tables = np.empty((_BLOCK, 256), dtype=np.uint32)
    tables[0] = first
    for place in range(1, _BLOCK):
        tables[place] = (tables[place - 1] >> 8) ^ first[tables[place - 1] & 0xFF]
    return tables


def crc32c(content: bytes) -> int:
    """Return the CRC-32C of these bytes."""
    tables, state = _tables(), 0xFFFFFFFF
    for start in range(0, len(content), _BLOCK):
        block = bytearray(content[start : start + _BLOCK])
        size = len(block)
        if size < 4:  # the state reaches beyond such a block
            for byte in block:
                state = (state >> 8) ^ int(tables[0][(state ^ byte) & 0xFF])
            continue
        head = int.from_bytes(block[:4], "little") ^ state
        block[:4] = head.to_bytes(4, "little")
        values = np.frombuffer(block, dtype=np.uint8)
        state = int(np.bitwise_xor.reduce(tables[np.arange(size - 1, -1, -1), values]))
    return state ^ 0xFFFFFFFF
