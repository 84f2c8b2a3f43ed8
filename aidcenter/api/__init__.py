"""What every address of the API shares: keys, strict JSON, problems, pages of rows, and its description."""
