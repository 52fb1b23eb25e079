"""Tables that offices pass on, written as a workbook, as CSV or as HTML."""
