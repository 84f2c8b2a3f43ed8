"""The clock of this process goes wrong by FAULTS_CLOCK seconds; the harness puts this on its path."""

import os
from datetime import UTC, datetime, timedelta

import time_machine

time_machine.travel(datetime.now(UTC) + timedelta(seconds=int(os.environ["FAULTS_CLOCK"])), tick=True).start()
