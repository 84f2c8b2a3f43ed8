"""What the database guarantees about the logs of the houses."""

from aidcenter.triggers import append_only

LOG = [append_only("append_only")]
