"""What MongoDB answers when it cannot do something, in the words of fhir_kernel.errors.

https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bson.errors import BSONError
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    DocumentTooLarge,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
)

from fhir_kernel.errors import LimitExceeded, PlumblineError, StoreError, StoreFull, StoreUnavailable

_DUPLICATE_KEY = 11000
_TOO_LARGE = {10334, 17419, 17420, 16755}
_TOO_SLOW = {50, 290, 262}
_TOO_MUCH_AT_ONCE = {388}
"""TransactionTooLargeForCache."""
_FULL = {14031, 28}
_REFUSED = {13, 18}


@contextmanager
def translated() -> Iterator[None]:
    """Raises what PyMongo raises as LimitExceeded, StoreFull, StoreUnavailable or StoreError."""
    try:
        yield
    except (PyMongoError, BSONError, OverflowError) as error:
        raise translation(error) from error


def translation(error: Exception) -> PlumblineError:
    """The exception of ours that says the same."""
    codes = set(_codes(error))
    if isinstance(error, DocumentTooLarge) or codes & _TOO_LARGE:
        return LimitExceeded("a resource with its entries is larger than the 16 MB that MongoDB keeps in one document")
    if isinstance(error, ExecutionTimeout) or codes & _TOO_SLOW:
        return LimitExceeded("MongoDB took longer than it was allowed to; ask for less at a time")
    if codes & _TOO_MUCH_AT_ONCE:
        return LimitExceeded("the transaction does not fit into MongoDB's cache; send less at a time, or enlarge it")
    if codes & _FULL or "No space left on device" in str(error):
        return StoreFull("MongoDB has no room left on its disk; nothing of this was kept")
    if codes & _REFUSED:
        return StoreUnavailable(f"MongoDB does not let this user in: {_reason(error)}")
    if isinstance(error, ConfigurationError):
        return StoreUnavailable(f"MongoDB cannot be reached as was asked: {_reason(error)}")
    if isinstance(error, ConnectionFailure):
        return StoreUnavailable(f"MongoDB does not answer: {_reason(error)}")
    return StoreError(f"MongoDB could not do it: {_reason(error)}")


def is_transient(error: Exception) -> bool:
    """Whether the same may succeed when it is begun anew: somebody else was quicker, or the primary has gone."""
    if not isinstance(error, PyMongoError):
        return False
    return error.has_error_label("TransientTransactionError") or isinstance(error, ConnectionFailure)


def is_unknown(error: PyMongoError) -> bool:
    """Whether a commit may have happened, so that it is to be asked for again."""
    return error.has_error_label("UnknownTransactionCommitResult")


def is_duplicate(error: Exception) -> bool:
    """Whether a document of this name exists already."""
    return _DUPLICATE_KEY in _codes(error)


def _codes(error: Exception) -> Iterator[int]:
    if isinstance(error, OperationFailure) and error.code is not None:
        yield error.code
    if isinstance(error, BulkWriteError):
        yield from (each["code"] for each in error.details.get("writeErrors", ()))


def _reason(error: Exception) -> str:
    """The first line, without the description of all servers that PyMongo appends."""
    return str(error).partition(", Timeout:")[0].partition(", full error:")[0].partition("\n")[0]
