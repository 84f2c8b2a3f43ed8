"""`python -m tests.attack`: people without a right to two cases try everything to see or change them.

One suite runs under four set-ups: both layers, the application alone (row-level security off),
row-level security alone (every role has every verb, every queryset is whole), and none. The last is
the control: there the same attacks must succeed. Raw SQL is an attack on the database alone, so it
does not run where only the application protects.
"""
