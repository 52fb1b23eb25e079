"""The conformance score of an institution: pure functions of rules, policy, expectations and tallies."""
