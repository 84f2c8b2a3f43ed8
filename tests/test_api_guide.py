"""The guide of the README: a child is registered and acknowledged with curl, each line run."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from aidcenter.context import acting_as
from tests.programs import Program
from tests.test_delivery import deliver

README = Path(__file__).parent.parent / "README.md"


def lines() -> list[str]:
    """The lines of the guide."""
    return re.search(r"```sh\nAPI=.*?```", README.read_text(), re.S)[0].splitlines()[1:-1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl here")
def test_the_guide(cast, live_server):
    given = {"API": f"{live_server.url}/api/v1", "KEY": Program(cast.worker).key}
    given["BODY_KEY"] = Program(cast.nasimi_guardianship).key
    before, after = "\n".join(lines()).split("sleep 5")
    before = re.sub(r"^(\w+)=(http|aid_).*$", lambda said: f"{said[1]}={given[said[1]]}", before, flags=re.M)
    asked = _run(f"{before}\ndeclare -p CASE")
    deliver()  # what the relay does meanwhile
    case = re.search(r'CASE="([0-9a-f-]{36})"', asked)[1]
    kept = "\n".join([line for line in before.splitlines() if "=" in line.split(" ")[0] or "()" in line][:5])
    said = _run(f"{kept}\nCASE={case}\n: {after}")
    with acting_as(cast.worker.pk):
        assert said.splitlines()[-1] == "acknowledged"


def _run(script: str) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
