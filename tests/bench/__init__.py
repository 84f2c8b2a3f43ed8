"""`python -m tests.bench`: how fast the product is, as ratios within one run (README, "Speed")."""
