"""Tables that offices pass on: one table, written as a workbook, as CSV or as HTML."""
