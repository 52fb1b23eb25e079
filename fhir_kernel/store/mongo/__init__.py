"""Resources in MongoDB: the distributed store (https://www.mongodb.com/docs/manual/core/transactions/).

layout        collections, indexes, schema version; what a server must be
keys          eight-byte keys for what is compared by equality
entries       the values of a resource → what its document is found by
filters       criteria → filters over those entries
documents     documents in the order of their names
contents      content in pieces
joins         chains and `_has` → criteria without them
search        the way to a page that costs least
transaction   work under way: buffered writes over one MongoDB transaction
writer        many works in one transaction, one transaction at a time
reader        reads outside of transactions, many at once
store         all of it behind fhir_kernel.store.base.Store
"""
