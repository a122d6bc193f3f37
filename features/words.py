"""Machine words for compiled loops: loads at any byte, the wide product, text in one look.

Only compiled functions (`features.compiled`) can call what is here. Nothing is checked: a load
must lie inside of the array.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, cast

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from features.compiled import inlined

__all__ = [
    "FILLED_WIDTH",
    "ODD_WIDTH",
    "Bytes",
    "Words",
    "copy_bytes",
    "filled_words",
    "fold_product",
    "load_u32",
    "load_u64",
    "marked_bytes",
    "odd_bytes",
    "same_bytes",
    "swapped_u64",
    "trailing_zeros",
]

Bytes: TypeAlias = npt.NDArray[np.uint8]
Words: TypeAlias = npt.NDArray[np.uint32]
ODD_WIDTH = FILLED_WIDTH = 16

_I32, _I64, _I128 = ir.IntType(32), ir.IntType(64), ir.IntType(128)
_VECTOR = ir.VectorType(ir.IntType(8), ODD_WIDTH)
_WORDS = ir.VectorType(_I32, FILLED_WIDTH)


def _loaded(kind: ir.Type, context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    array = context.make_array(signature.args[0])(context, builder, arguments[0])
    start = builder.gep(array.data, [arguments[1]])
    word = builder.load(builder.bitcast(start, kind.as_pointer()))
    word.align = 1
    return word


def _load_u32(_typing: Any, data: Any, _at: Any) -> Any:
    def generate(*of: Any) -> Any:
        return _loaded(_I32, *of)

    return types.uint32(data, types.int64), generate


def _load_u64(_typing: Any, data: Any, _at: Any) -> Any:
    def generate(*of: Any) -> Any:
        return _loaded(_I64, *of)

    return types.uint64(data, types.int64), generate


def _odd_bytes(_typing: Any, data: Any, _at: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        held = _loaded(_VECTOR, context, builder, signature, arguments)
        # As signed numbers, bytes of 128 and more lie below the space too.
        odd = builder.icmp_signed("<", held, _each(" "))
        for letter in '"\\':
            odd = builder.or_(odd, builder.icmp_signed("==", held, _each(letter)))
        return builder.zext(builder.bitcast(odd, ir.IntType(ODD_WIDTH)), _I64)

    return types.uint64(data, types.int64), generate


def _marked_bytes(_typing: Any, data: Any, _at: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        held = _loaded(_VECTOR, context, builder, signature, arguments)
        marked = builder.icmp_signed("<", held, ir.Constant(_VECTOR, None))
        for letter in "[{\\":
            marked = builder.or_(marked, builder.icmp_signed("==", held, _each(letter)))
        return builder.zext(builder.bitcast(marked, ir.IntType(ODD_WIDTH)), _I64)

    return types.uint64(data, types.int64), generate


def _filled_words(_typing: Any, words: Any, _at: Any) -> Any:
    def generate(*of: Any) -> Any:
        builder, held = of[1], _loaded(_WORDS, *of)
        filled = builder.icmp_signed("!=", held, ir.Constant(_WORDS, None))
        return builder.zext(builder.bitcast(filled, ir.IntType(FILLED_WIDTH)), _I64)

    return types.uint64(words, types.int64), generate


def _each(letter: str) -> ir.Constant:
    return ir.Constant(_VECTOR, [ord(letter)] * ODD_WIDTH)


def _fold_product(_typing: Any, _one: Any, _other: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        one, other = (builder.zext(argument, _I128) for argument in arguments)
        product = builder.mul(one, other)
        upper = builder.trunc(builder.lshr(product, ir.Constant(_I128, 64)), _I64)
        return builder.xor(builder.trunc(product, _I64), upper)

    return types.uint64(types.uint64, types.uint64), generate


def _swapped_u64(_typing: Any, _word: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bswap(arguments[0])

    return types.uint64(types.uint64), generate


def _trailing_zeros(_typing: Any, _word: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), generate


_memcpy: Any = cgutils.raw_memcpy


def _copy_bytes(_typing: Any, out: Any, _to: Any, data: Any, _at: Any, _size: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        target, source = (
            builder.gep(
                context.make_array(signature.args[place])(context, builder, arguments[place]).data,
                [arguments[place + 1]],
            )
            for place in (0, 2)
        )
        _memcpy(builder, target, source, arguments[4], 1)
        return context.get_dummy_value()

    return types.void(out, types.int64, data, types.int64, types.int64), generate


load_u32 = cast("Callable[[Bytes, int], np.uint32]", intrinsic(_load_u32))
"""The four bytes of an array from a place, little-endian."""

load_u64 = cast("Callable[[Bytes, int], np.uint64]", intrinsic(_load_u64))
"""The eight bytes of an array from a place, little-endian."""

odd_bytes = cast("Callable[[Bytes, int], np.uint64]", intrinsic(_odd_bytes))
"""A bit for each of `ODD_WIDTH` bytes from a place, the first one lowest: 1 for what ends JSON
text or is not ASCII (quotes, backslashes, control characters, 128 and more)."""

marked_bytes = cast("Callable[[Bytes, int], np.uint64]", intrinsic(_marked_bytes))
"""The same for opening brackets and braces, backslashes, and what is not ASCII."""

copy_bytes = cast("Callable[[Bytes, int, Bytes, int, int], None]", intrinsic(_copy_bytes))
"""Copy to an array, at a place, from another, at a place, so many bytes; there must be room."""

filled_words = cast("Callable[[Words, int], np.uint64]", intrinsic(_filled_words))
"""A bit for each of `FILLED_WIDTH` words of an array from a place, the first one lowest: 1 for
those that are not zero."""

fold_product = cast("Callable[[np.uint64, np.uint64], np.uint64]", intrinsic(_fold_product))
"""The lower half of the 128-bit product, XOR its upper half."""

swapped_u64 = cast("Callable[[np.uint64], np.uint64]", intrinsic(_swapped_u64))
"""The word with its bytes in the opposite order."""

trailing_zeros = cast("Callable[[np.uint64], int]", intrinsic(_trailing_zeros))
"""How many of the lowest bits of a word, which is not 0, are 0."""


@inlined
def same_bytes(one: Bytes, at: int, other: Bytes, other_at: int, size: int) -> bool:
    """Return whether `size` bytes of `one` from `at` and of `other` from `other_at` are equal."""
    if size >= 8:
        for step in range(0, size - 8, 8):
            if load_u64(one, at + step) != load_u64(other, other_at + step):
                return False
        return bool(load_u64(one, at + size - 8) == load_u64(other, other_at + size - 8))
    if size >= 4:
        last = load_u32(one, at + size - 4) == load_u32(other, other_at + size - 4)
        return bool(last and load_u32(one, at) == load_u32(other, other_at))
    same = True
    for step in range(size):
        same &= one[at + step] == other[other_at + step]
    return same
