"""What a published standard asks of records: rules with dates, kept in the store and taken up by every server."""
