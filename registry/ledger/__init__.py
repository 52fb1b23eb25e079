"""Tables that offices keep in Excel: the ledger of standards (台账) and the annual plan (年度计划), out and in."""
