"""Counter-based randomness: a draw depends on (seed, run, quarter, shock) and on nothing else.

Philox 4x32 with ten rounds (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011):
key = seed and shock, counter = run, quarter and block. Run k is therefore the same alone, in any chunk and on any
number of workers, and two experiments with the same seed meet the same shocks.
"""

from __future__ import annotations

import zlib

import numpy as np
import numpy.typing as npt

UInt64 = npt.NDArray[np.uint64]
Array = npt.NDArray[np.float64]

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = 0x9E3779B9, 0xBB67AE85
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


def philox(counter: tuple[UInt64, UInt64, UInt64, UInt64], key: tuple[int, int]) -> tuple[UInt64, ...]:
    """Four 32-bit words per counter after ten rounds.

    Parameters
    ----------
    counter : four arrays of one shape, values below 2**32
    key : two integers below 2**32

    Examples
    --------
    The published test vector of all zeros:

    >>> zero = np.zeros(1, np.uint64)
    >>> [hex(int(word[0])) for word in philox((zero, zero, zero, zero), (0, 0))]
    ['0x6627e8d5', '0xe169c58d', '0xbc57ac4c', '0x9b00dbd8']
    """
    a, b, c, d = (np.array(word, dtype=np.uint64) for word in counter)
    left, right = np.empty_like(a), np.empty_like(a)
    k0, k1 = key
    for _ in range(10):  # in place: the six arrays of a chunk stay in the cache
        np.multiply(a, _M0, out=left)
        np.multiply(c, _M1, out=right)
        np.right_shift(right, _HALF, out=a)
        np.bitwise_xor(a, b, out=a)
        np.bitwise_xor(a, np.uint64(k0), out=a)
        np.bitwise_and(right, _LOW, out=b)
        np.right_shift(left, _HALF, out=c)
        np.bitwise_xor(c, d, out=c)
        np.bitwise_xor(c, np.uint64(k1), out=c)
        np.bitwise_and(left, _LOW, out=d)
        k0, k1 = (k0 + _W0) & 0xFFFFFFFF, (k1 + _W1) & 0xFFFFFFFF
    return a, b, c, d


def words(seed: int, shock: str, runs: UInt64, quarter: int, count: int) -> UInt64:
    """`count` rows of 32-bit words, one column a run."""
    blocks, size = -(-count // 4), runs.size
    shape = (blocks, size)
    low = np.broadcast_to(runs & _LOW, shape)
    high = np.arange(blocks, dtype=np.uint64)[:, None] | ((runs >> _HALF) << np.uint64(16))
    now = np.broadcast_to(np.uint64(quarter), shape)
    seed_high = np.broadcast_to(np.uint64((seed >> 32) & 0xFFFFFFFF), shape)
    found = philox((low, now, high, seed_high), (seed & 0xFFFFFFFF, zlib.crc32(shock.encode())))
    return np.stack(found, axis=1).reshape(blocks * 4, size)[:count]


def uniforms(seed: int, shock: str, runs: UInt64, quarter: int, count: int) -> Array:
    """Numbers strictly between 0 and 1, shape (count, runs)."""
    found = words(seed, shock, runs, quarter, count).astype(np.float64)
    found += 0.5
    found *= 2.0**-32
    return found


def normals(seed: int, shock: str, runs: UInt64, quarter: int, count: int) -> Array:
    """Standard normal numbers by Box and Muller, shape (count, runs)."""
    pairs = -(-count // 2)
    both = uniforms(seed, shock, runs, quarter, 2 * pairs)
    radius = np.log(both[:pairs])
    radius *= -2.0
    np.sqrt(radius, out=radius)
    angle = (2.0 * np.pi) * both[pairs:]
    np.multiply(radius, np.cos(angle), out=both[:pairs])
    np.multiply(radius, np.sin(angle), out=both[pairs:])
    return both[:count]


def poisson(uniform: Array, mean: Array | float, most: int = 8) -> Array:
    """Poisson numbers from uniform ones by inversion, at most `most` (for small means)."""
    term = np.exp(-np.asarray(mean, dtype=np.float64))
    below = term
    found = np.zeros_like(uniform)
    for k in range(1, most + 1):
        found += uniform > below
        term = term * mean / k
        below = below + term
    return found
