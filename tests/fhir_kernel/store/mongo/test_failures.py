from __future__ import annotations

from pymongo.errors import BulkWriteError

from fhir_kernel.errors import LimitExceeded
from fhir_kernel.store.mongo.failures import translation


def test_a_transaction_beyond_the_cache_of_mongodb_is_a_limit_and_not_a_moment_of_weakness() -> None:
    told = {"code": 388, "errmsg": "transaction is too large and will not fit in the storage engine cache"}
    failure = translation(BulkWriteError({"writeErrors": [told]}))
    assert isinstance(failure, LimitExceeded)
    assert "send less at a time" in str(failure)
