"""docker-compose.yml says what aidcenter/processes.py says; production refuses the demo's settings."""

import os
import shutil
import subprocess
import sys

import pytest
import yaml
from django.conf import settings

from aidcenter.processes import PROCESSES

COMPOSE = settings.BASE_DIR / "docker-compose.yml"
ENVIRONMENT = {"AIDCENTER_HOME": "/var/lib/aidcenter", "WEB_BIND": "0.0.0.0:8000"}


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load(COMPOSE.read_text())["services"]


def test_the_processes_are_those_of_the_table(services):
    table = {process.name: process.command(ENVIRONMENT) for process in PROCESSES if not process.demo_only}
    assert {name: services[name]["command"] for name in table} == table
    assert set(services) == {*table, "release", "postgres", "redis", "proxy"}


def test_each_process_has_only_its_own_login(services):
    for process in PROCESSES:
        if process.login and not process.demo_only:
            login = process.login.removeprefix("aidcenter_")
            assert (
                services[process.name]["environment"]["DATABASE_URL_FILE"]
                == f"/run/secrets/database_url_{login}"
            )
            assert [name for name in services[process.name]["secrets"] if "database" in name] == [
                f"database_url_{login}"
            ]


def test_no_secret_stands_in_the_file_and_production_is_on(services):
    for name in ("web", "worker", "beat", "relay", "watch"):
        environment = services[name]["environment"]
        assert environment["AIDCENTER_PRODUCTION"] == "1"
        assert "AIDCENTER_DEMO" not in environment
        plain = {
            key for key in environment if any(word in key for word in ("SECRET", "PASSWORD", "_URL", "KEY"))
        }
        assert {key for key in plain if not key.endswith("_FILE")} == {"SITE_URL"}


def refusal(**changed):
    base = {
        **{name: value for name, value in os.environ.items() if name not in ("AIDCENTER_DEMO", "SECRET_KEY_FILE")},
        "AIDCENTER_PRODUCTION": "1", "SECRET_KEY": "s" * 50, "SITE_URL": "https://aid.example",
        "DJANGO_SETTINGS_MODULE": "aidcenter.settings",
    }  # fmt: skip
    command = [sys.executable, "-c", "import aidcenter.wsgi"]
    done = subprocess.run(
        command, env=base | changed, capture_output=True, text=True, cwd=settings.BASE_DIR, check=False
    )
    return done.stderr if done.returncode else ""


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"AIDCENTER_DEMO": "1"}, "no one-click sign-in"),
        ({"AIDCENTER_KEY_FILE": "/nowhere"}, "is missing"),
        ({"SECRET_KEY": "short"}, "at least 43 characters"),
        ({"SITE_URL": "http://aid.example"}, "must begin with https"),
    ],
)
def test_production_refuses_to_start(changed, said):
    assert said in refusal(**changed)


def test_production_starts_when_all_is_well():
    assert refusal() == ""


def test_a_key_that_others_may_read_is_refused(tmp_path):
    key = tmp_path / "open.key"
    shutil.copy(os.environ["AIDCENTER_KEY_FILE"], key)
    key.chmod(0o644)
    assert "must have mode 0600" in refusal(AIDCENTER_KEY_FILE=str(key))


def test_docker_compose_reads_it():
    docker = shutil.which("docker")
    if (
        not docker
        or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode
    ):
        pytest.skip("docker compose is not here")
    names = {"EMAIL_HOST": "m", "DEFAULT_FROM_EMAIL": "a@b.example", "SITE_HOST": "aid.example"}
    done = subprocess.run(
        ["docker", "compose", "-f", COMPOSE, "config", "-q"],
        env=os.environ | names,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
