"""The description of the API holds: schemathesis asks every address, as each role, what it allows and forbids."""

import json
import os
from pathlib import Path

import pytest
import requests
import schemathesis
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.failures import Failure, FailureGroup

from aidcenter.api import described
from cases.kinds import KINDS
from rehabilitation.models import House
from tests.attack import world
from tests.attack.by_api import key_of
from tests.houses import on_shift

FULL = os.environ.get("API") == "full"
ROLES = ("worker", "stranger", "supervisor", "specialist", "director", "statistician", "auditor", "administrator",
         "house", "accountant", "nasimi_guardianship", "partner")  # fmt: skip
EXAMPLES = int(os.environ.get("API_EXAMPLES", "12")) if FULL else 2  # of each kind, for each operation
REFUSED = 2  # examples to whom the role says no before anything is read
GOLDEN = Path(__file__).parent / "golden" / "openapi.json"
TABLES = {"cases": "cases_case", "victims": "cases_victim", "documents": "cases_document",
          "plans": "rehabilitation_plan", "goals": "rehabilitation_goal", "services": "rehabilitation_service",
          "stays": "rehabilitation_stay", "notifications": "referrals_notification",
          "referrals": "referrals_referral", "sheets": "referrals_partnersheet",
          "extensions": "rehabilitation_stayextension", "residents": "rehabilitation_stay",
          "incidents": "cases_incident", "payments": "rehabilitation_payment",
          "to-call": "referrals_notification",
          "words": "referrals_bodyword", "asides": "referrals_recusal",
          **{f"records/{slug}": kind.model._meta.db_table for slug, kind in KINDS.items()}}  # fmt: skip
RULES = ["409", "412", "422", "428"]  # a body that fits may meet a rule that says no
CONFIG = {
    "generation": {"allow-x00": False},
    "checks": {
        "positive_data_acceptance": {"expected-statuses": ["2xx", "401", "403", "404", *RULES]},
        "negative_data_rejection": {"expected-statuses": ["400", "401", "403", "404", "405", "406", "413", "415", *RULES]},
        "missing_required_header": {"expected-statuses": ["400", "401", "403", "404", "428"]},
    },
}  # fmt: skip
QUIET = settings(deadline=None, database=None, derandomize=not FULL, report_multiple_bugs=False,
                 suppress_health_check=list(HealthCheck))  # fmt: skip


def test_the_description_is_the_golden_one():
    """A change of the API is a change of this file: `WRITE_GOLDEN=1` writes it."""
    with override("az"):
        assert "Xidmət" in described.as_json().decode()  # first in another language
    with override("en"):
        found = json.loads(described.as_json())
    said = json.dumps(found, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if os.environ.get("WRITE_GOLDEN"):
        GOLDEN.write_text(said)
    assert said == GOLDEN.read_text()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", ROLES if FULL else ("worker", "nasimi_guardianship"))
def test_every_answer_is_as_described(who, cast, live_server):
    there = world.make(cast)
    on_shift(cast, House.objects.get())
    person = getattr(cast, who)
    headers = {"Authorization": f"Bearer {key_of(person)}", "Accept-Language": "en"}
    schema = schemathesis.openapi.from_dict(
        described.document("en"), config=schemathesis.Config.from_dict(CONFIG)
    )
    with requests.Session() as session:
        session.trust_env = False
        how = {"base_url": live_server.url, "session": session, "headers": headers}
        found = [
            f"{operation.method} {operation.path} {mode.value}: {refusal}"
            for operation in (each.ok() for each in schema.get_all_operations())
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
            for refusal in _refusals(operation, mode, _examples(operation, person), there, how)
        ]
    assert not found, "\n\n".join(found)


def _examples(operation, person) -> int:
    """How often to ask: the description ends with the roles that may."""
    roles = operation.definition.raw["description"].rpartition("(")[2].rstrip(").").split(", ")
    return EXAMPLES if person.role in roles else REFUSED


def _refusals(operation, mode, examples, there, how) -> list[str]:
    """What is not as described; where there are rows, theirs are the ids asked for."""
    wanted = {TABLES.get("/".join(operation.path.split("/")[3:end])) for end in (4, 5)}
    ids = [each for each, table in there.kinds.items() if table in wanted]
    last = None
    real = st.sampled_from(ids if ids and mode == GenerationMode.POSITIVE else [None])

    @settings(QUIET, max_examples=examples)
    @given(operation.as_strategy(generation_mode=mode), real)
    def asked(case, pk):
        nonlocal last
        last = case
        if pk and "id" in (case.path_parameters or {}):
            case.path_parameters["id"] = pk
        case.call_and_validate(**how)

    try:
        asked()
    except (Failure, FailureGroup) as refusal:
        how_to = last.as_curl_command(headers=how["headers"])
        return [f"{each}\n{how_to}" for each in getattr(refusal, "exceptions", [refusal])]
    return []
