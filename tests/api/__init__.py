"""Everything that the description of the API allows and forbids, asked in each role."""
