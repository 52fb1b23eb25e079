"""The operations, one file each, called by the table in `terminology.operation_table`."""
