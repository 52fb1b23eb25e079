"""Who asks and what they may do: organisations, products, clients, tokens, scopes, the audit trail."""
