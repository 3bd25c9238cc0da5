"""The only module that imports Numba: how a kernel is compiled, and where its machine code is kept.

The cache directory's name is a hash of the package's sources, because Numba does not notice when a helper in
another file changes. Where the package is installed is no part of it: environments with the same sources share what was
compiled. Directories unused for 30 days are deleted. Where the cache cannot be written, kernels are compiled anew in
every process.
"""

from __future__ import annotations

import hashlib
import inspect
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any, TypeVar

import numba
import numpy as np
from platformdirs import user_cache_path

Function = TypeVar("Function", bound=Callable[..., Any])

_UNUSED_DAYS = 30
_KERNEL_SOURCES = ("agents", "declare", "evasion", "tick", "world")
"""Packages that hold kernels, or functions and constants that they use; an edit elsewhere needs no new compilation."""


def _sources_hash() -> str:
    """Hash of every source file that a kernel can come from, and of the compiler's version."""
    digest = hashlib.sha256(numba.__version__.encode())
    package = Path(__file__).parent
    for path in [Path(__file__), *(p for part in _KERNEL_SOURCES for p in sorted((package / part).rglob("*.py")))]:
        digest.update(str(path.relative_to(package)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:20]


def _cache_directory() -> Path | None:
    """The directory for this state of the sources, or None where it cannot be written."""
    root = Path(os.environ.get("SIM_CACHE_DIR") or user_cache_path("sim"))
    directory = root / _sources_hash()
    try:
        directory.mkdir(parents=True, exist_ok=True)
        stamp = directory / "used"
        stamp.touch()
    except OSError:
        return None
    limit = time.time() - _UNUSED_DAYS * 86_400
    for other in root.iterdir():
        used = other / "used"
        try:
            stale = other != directory and used.stat().st_mtime < limit
        except OSError:  # not a cache, or another process has just deleted it
            continue
        if stale:
            shutil.rmtree(other, ignore_errors=True)
    return directory


CACHE_DIRECTORY = _cache_directory()


class KernelLocator:
    """Tells Numba where a kernel's machine code is kept: by what the kernel is, not by where its file lies.

    The interface is that of ``numba.core.caching``, which takes such a class by the name of its module
    (``CACHE_LOCATOR_CLASSES``, from Numba 0.62 on).
    """

    def __init__(self, function: FunctionType, file: str) -> None:
        self._py_file = file  # read by Numba where it warns
        self._line = function.__code__.co_firstlineno
        path, package = Path(file).resolve(), Path(__file__).resolve().parent
        inside = path.is_relative_to(package)
        name = str(path.parent.relative_to(package)) if inside else str(path.parent)
        self._folder = f"{path.parent.name}_{hashlib.sha256(name.encode()).hexdigest()[:16]}"

    @classmethod
    def from_function(cls, function: FunctionType, file: str) -> KernelLocator:
        """The locator of a function."""
        return cls(function, file)

    def ensure_cache_path(self) -> None:
        """Makes the folder."""
        Path(self.get_cache_path()).mkdir(parents=True, exist_ok=True)

    def get_cache_path(self) -> str:
        """The folder that the machine code lies in."""
        return str(Path(CACHE_DIRECTORY or ".", self._folder))

    def get_source_stamp(self) -> str:
        """What is compiled anew when it changes: the file's contents."""
        return hashlib.sha256(Path(self._py_file).read_bytes()).hexdigest()

    def get_disambiguator(self) -> str:
        """What tells functions of one name in one file apart: their line."""
        return str(self._line)


def kernel(function: Function) -> Function:
    """Compiles a function of numbers and arrays; it releases the interpreter lock while it runs.

    No fast-math, no parallel loops: the same bits everywhere.

    Args:
        function: A plain function of module level.

    Returns:
        The compiled function.

    Example:
        >>> @kernel
        ... def double(x):
        ...     return 2.0 * x
        >>> double(1.5)
        3.0
    """
    if numba.config.DISABLE_JIT:
        # 64-bit keys overflow on purpose; compiled code says nothing of it, NumPy would warn.
        return np.errstate(over="ignore")(function)
    if CACHE_DIRECTORY is None or not _has_source(function):
        return numba.njit(nogil=True, error_model="numpy")(function)  # type: ignore[no-any-return]
    before = numba.config.CACHE_LOCATOR_CLASSES
    numba.config.CACHE_LOCATOR_CLASSES = f"{KernelLocator.__module__}.{KernelLocator.__name__}"
    try:
        return numba.njit(nogil=True, cache=True, error_model="numpy")(function)  # type: ignore[no-any-return]
    finally:
        numba.config.CACHE_LOCATOR_CLASSES = before


def inlined(function: Function) -> Function:
    """A part of kernels, set into each kernel that calls it: for parts with so many arguments that a call costs time.

    Args:
        function: A plain function of module level; only kernels call it.

    Returns:
        The function, to be compiled with its callers.

    Example:
        >>> @inlined
        ... def half(x):
        ...     return 0.5 * x
        >>> @kernel
        ... def quarter(x):
        ...     return half(half(x))
        >>> quarter(2.0)
        0.5
    """
    if numba.config.DISABLE_JIT:
        return np.errstate(over="ignore")(function)
    return numba.njit(nogil=True, inline="always", error_model="numpy")(function)  # type: ignore[no-any-return]


def scalar(function: Callable[..., float], parameters: int) -> Callable[..., float]:
    """Compiles somebody's scalar function: float64 in, a number out. Not cached.

    Args:
        function: A plain function of numbers.
        parameters: How many numbers it takes.

    Returns:
        The compiled function.

    Raises:
        TypeError: If it cannot be compiled, or does not return a number; the message says why.

    Example:
        >>> scalar(lambda cost, mark_up: cost + mark_up, 2)(1.0, 0.5)
        1.5
    """
    if numba.config.DISABLE_JIT:
        return function
    compiled = numba.njit(nogil=True, error_model="numpy")(function)
    try:
        compiled.compile((numba.float64,) * parameters)
    except Exception as error:  # Numba's errors have no common class
        raise TypeError(" ".join(str(error).split())[:300]) from None
    returned = compiled.nopython_signatures[0].return_type
    if not isinstance(returned, numba.types.Float | numba.types.Integer):
        raise TypeError(f"it returns {returned}, not a number")
    return compiled  # type: ignore[no-any-return]


def rebuilt(compiled: Callable[..., Any], **replaced: Callable[..., Any]) -> Callable[..., Any]:
    """The same kernel with other functions in place of some that it calls. Compiled anew, and not cached.

    Args:
        compiled: A kernel of this package.
        replaced: Compiled functions, by the names under which the kernel's module knows what they replace.

    Returns:
        The kernel.

    Raises:
        KeyError: If the kernel's module has no such name.
    """
    plain = inspect.unwrap(getattr(compiled, "py_func", compiled))
    missing = [name for name in replaced if name not in plain.__globals__]
    if missing:
        raise KeyError(f"{plain.__module__} has no {', '.join(missing)}")
    twin = FunctionType(plain.__code__, {**plain.__globals__, **replaced}, plain.__name__, plain.__defaults__)
    if numba.config.DISABLE_JIT:
        return np.errstate(over="ignore")(twin)
    return numba.njit(nogil=True, error_model="numpy")(twin)  # type: ignore[no-any-return]


def _has_source(function: Callable[..., Any]) -> bool:
    """Numba caches only functions that live in a file."""
    return Path(function.__code__.co_filename).exists()
