"""Luck: every random number is a pure function of a replicate's key, the turn and a name.

Nothing is drawn in sequence. A word of 64 bits belongs to each (replicate, turn); a variate is
that word mixed with the hash of a *name* (never an index), so adding, forbidding or reordering
anything leaves every other variate where it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.arrays import Floats, Keys

Words = NDArray[np.uint32]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_LOW_1 = np.uint32(0x7FEB352D)
_LOW_2 = np.uint32(0x846CA68B)
_MASK = (1 << 64) - 1


def finalise(x: Keys) -> Keys:
    """Mix 64-bit words so that every input bit moves half of the output (SplitMix64, Steele et al. 2014)."""
    x = (x ^ (x >> np.uint64(30))) * _MIX_1
    x = (x ^ (x >> np.uint64(27))) * _MIX_2
    return x ^ (x >> np.uint64(31))


@cache
def name_key(name: str) -> int:
    """Hash a name to 64 bits, the same on every machine and in every process."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")


def replicate_keys(seed: int, replicates: NDArray[np.int64], label: str = "") -> Keys:
    """Return each replicate's own key: hash(seed, replicate[, label]).

    Parameters
    ----------
    seed : int
        Any integer from 0 to 2**63 - 1; 0 is a seed like any other.
    replicates : (R,)
        Numbers of the replicates in the study.
    label : str
        "" for the study itself, "twin" for a twin, any other text for a branch.
    """
    base = np.uint64((seed * 0xD1342543DE82EF95 + name_key("luck:" + label)) & _MASK)
    with np.errstate(over="ignore"):
        keys = finalise(np.full(len(replicates), base, np.uint64) + _GOLDEN)
        return finalise(keys ^ finalise(replicates.astype(np.uint64) * _GOLDEN + np.uint64(1)))


def branch_keys(seed: int, replicate: int, turn: int, label: str, rows: int) -> Keys:
    """Return fresh keys for *rows* futures of one replicate from one turn."""
    return replicate_keys(seed, np.arange(rows, dtype=np.int64), f"branch:{replicate}:{turn}:{label}")


def turn_words(luck: Keys, turn: int) -> Keys:
    """Return the word of each replicate in one turn; turn -1 is the set-up."""
    key = np.uint64(name_key(f"turn:{turn}"))
    return finalise(luck ^ key)


class Names:
    """A fixed list of names, hashed once, whose variates are drawn together."""

    __slots__ = ("keys", "names")

    def __init__(self, purpose: str, names: Iterable[str]) -> None:
        self.names = tuple(f"{purpose}:{name}" for name in names)
        self.keys: Words = np.array([name_key(n) & 0xFFFFFFFF for n in self.names], np.uint32)


def variates(words: Keys, names: Names, out: Words | None = None, scratch: Words | None = None) -> Words:
    """Return one 32-bit variate per name and replicate.

    Parameters
    ----------
    words : (R,)
        One word per replicate, from `turn_words`.
    names : Names
        N hashed names.

    Returns
    -------
    (N, R)
        Uniform on the 32-bit integers.
    """
    low = words.astype(np.uint32)
    high = (words >> np.uint64(32)).astype(np.uint32)
    x = np.bitwise_xor(low, names.keys[:, None], out=out)
    y = np.right_shift(x, 16, out=scratch)
    np.bitwise_xor(x, y, out=x)
    np.multiply(x, _LOW_1, out=x)
    np.bitwise_xor(x, high, out=x)
    np.right_shift(x, 15, out=y)
    np.bitwise_xor(x, y, out=x)
    np.multiply(x, _LOW_2, out=x)
    np.right_shift(x, 16, out=y)
    np.bitwise_xor(x, y, out=x)
    return x


def scatter_variates(words: Keys, keys: Words) -> Words:
    """Return one variate per (word, key) pair: both ``(N,)``, for a sparse list of draws."""
    low = words.astype(np.uint32)
    high = (words >> np.uint64(32)).astype(np.uint32)
    x = low ^ keys
    x = ((x ^ (x >> np.uint32(16))) * _LOW_1) ^ high
    x = (x ^ (x >> np.uint32(15))) * _LOW_2
    return x ^ (x >> np.uint32(16))


def to_uniform(x: Words) -> NDArray[np.float64]:
    """Map 32-bit variates to the open unit interval."""
    return np.asarray((x.astype(np.float64) + 0.5) * 2.0**-32, np.float64)


def uniforms(words: Keys, names: Names) -> Floats:
    """Return uniforms in the open unit interval, ``(N, R)``, as `float32` with 23 bits.

    With 24, the last would round up to 1.
    """
    return _short(variates(words, names))


def scattered_uniforms(words: Keys, keys: Words) -> Floats:
    """Return what `uniforms` would, for a sparse list of draws: ``(N,)`` words, ``(…, N)`` keys."""
    return _short(scatter_variates(words, keys))


def _short(x: Words) -> Floats:
    np.right_shift(x, 9, out=x)
    out = x.astype(np.float32)
    out += np.float32(0.5)
    out *= np.float32(2.0**-23)
    return out


def uniform(words: Keys, purpose: str, *who: str) -> NDArray[np.float64]:
    """Return one uniform per replicate, ``(R,)``, for a named purpose and whom it concerns."""
    drawn: NDArray[np.float64] = to_uniform(variates(words, _single(purpose, ".".join(who))))[0]
    return drawn


@cache
def _single(purpose: str, who: str) -> Names:
    return Names(purpose, (who,))


def normals(words: Keys, names: Names) -> Floats:
    """Return standard normals, ``(N, R)``, by inverse transform."""
    return np.asarray(ndtri(uniforms(words, names)), np.float32)


def exponentials(x: Words) -> NDArray[np.float64]:
    """Map 32-bit variates to unit exponentials: E = -log1p(-v), v = (x + 1/2) / 2**32."""
    return -np.log1p(-to_uniform(x))
