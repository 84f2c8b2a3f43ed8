"""How it is usually done, as the negative control: commit, then send. No row, no relay: it must lose."""
