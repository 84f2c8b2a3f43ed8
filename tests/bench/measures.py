"""The measures, by the names of their table in the README; each answers {key: figure}."""

from collections.abc import Callable
from functools import cached_property
from statistics import median

from aidcenter.embedded.postgres import SUPERUSER
from tests.bench.centre import Centre, Store, Web

KEYS = (
    *("S1", "S1_buffers", "S2", "S3", "S4_list", "S4_case", "S4_month", "S5"),
    *("S6_p95_ms", "S6_recall0", "S6_recall1", "S6_recall2", "S7_live_s", "S7_summary_ms", "S8", "S9"),
    "API_list",
    *("S10_ready_s", "S10_mb", "S11_worklist", "S11_open", "S11_create", "S11_search", "S11_denied"),
)
REQUESTS = 20  # in one turn of one side
MONTH = "/calendar/?span=month&of=all&day=2026-03-01"
Page = tuple[Web, str]


class Bench:
    """The two databases, and the web processes in front of them, each started when first asked for."""

    def __init__(self, centre: Centre, small: int, large: int, rounds: int) -> None:
        self.centre, self.sizes, self.rounds = centre, (small, large), rounds

    @cached_property
    def small(self) -> Store:
        """The database of a new centre."""
        return self.centre.store(self.sizes[0])

    @cached_property
    def large(self) -> Store:
        """The database of a whole country."""
        return self.centre.store(self.sizes[1])

    @cached_property
    def small_web(self) -> Web:
        """The product on the small database."""
        return self.small.web()

    @cached_property
    def large_web(self) -> Web:
        """The product on the large database."""
        return self.large.web()

    def ratio(self, one: Page, other: Page) -> float:
        """CPU per request of `one` ÷ `other`: the median over rounds in which they take turns."""
        pages = (one, other)
        for web, path in pages:
            for _ in range(REQUESTS):
                web.get(path)  # every thread has its connection, every cache its content
        turns = [[_cpu(web, path) for web, path in pages] for _ in range(self.rounds)]
        return median(ours / theirs for ours, theirs in turns)


def _cpu(web: Web, path: str) -> float:
    before = web.cpu()
    for _ in range(REQUESTS):
        web.get(path)
    return (web.cpu() - before) / REQUESTS


def worklist_by_size(bench: Bench) -> dict[str, float]:
    """S1: the worklist at the large size ÷ at the small one, in CPU and in blocks read."""
    large, small = (store.inside("buffers") for store in (bench.large, bench.small))
    if large["statements"] != small["statements"]:
        raise RuntimeError("The worklist asks other statements when there are more cases.")
    ratio = bench.ratio((bench.large_web, "/cases/"), (bench.small_web, "/cases/"))
    return {"S1": ratio, "S1_buffers": large["buffers"] / small["buffers"]}


def worklist_by_owner(bench: Bench) -> dict[str, float]:
    """S2: the worklist ÷ the same page of an owner column, without object permissions."""
    return {"S2": bench.ratio((bench.large_web, "/cases/"), (bench.large.web("access"), "/cases/"))}


def worklist_by_guardian(bench: Bench) -> dict[str, float]:
    """S3: guardian's generic `get_objects_for_user` ÷ our rule, for a caseworker and a supervisor: the smaller."""
    return {"S3": min(_against_guardian(bench, role) for role in ("caseworker", "supervisor"))}


def _against_guardian(bench: Bench, role: str) -> float:
    turns = []
    for _ in range(3):
        theirs = bench.large.inside("worklist", role, "guardian", 50, login=SUPERUSER)["cpu"]
        turns.append(theirs / bench.large.inside("worklist", role, "ours", 200)["cpu"])
    return median(turns)


def pages_against_bare(bench: Bench) -> dict[str, float]:
    """S4: the worklist, the case page and a month of 20,000 bookings ÷ a bare page of 25 rows, same middleware."""
    web = bench.large_web
    case = f"/cases/{bench.large.signed_in['case']}/"
    return {
        "S4_list": bench.ratio((web, "/cases/"), (web, "/bare/")),
        "S4_case": bench.ratio((web, case), (web, "/bare/")),
        "S4_month": bench.ratio((web, MONTH), (web, "/bare/")),
    }


def policies(bench: Bench) -> dict[str, float]:
    """S5: the worklist under row-level security ÷ as a login that no policy holds."""
    return {"S5": bench.ratio((bench.large_web, "/cases/"), (bench.large.web("policies"), "/cases/"))}


def api(bench: Bench) -> dict[str, float]:
    """API: its list of cases ÷ the same rows through plain DRF, as a login that no policy holds."""
    plain = bench.large.web("policies")
    return {"API_list": bench.ratio((bench.large_web, "/api/v1/cases/"), (plain, "/api/v1/plain/"))}


def searches(bench: Bench) -> dict[str, float]:
    """S6: milliseconds in the database (p95) of a search and a duplicate check; recall by typing errors."""
    found = bench.large.inside("recalls")
    return {"S6_p95_ms": bench.large.inside("search", 200)["p95"]} | {
        f"S6_recall{errors}": share for errors, share in found.items()
    }


def protections(bench: Bench) -> dict[str, float]:
    """S8: the case page ÷ the same without the check, the record, the policies and decryption."""
    case = f"/cases/{bench.large.signed_in['case']}/"
    bare = bench.large.web("check audit policies encryption")
    return {"S8": bench.ratio((bench.large_web, case), (bare, case))}


def deliveries(bench: Bench) -> dict[str, float]:
    """S9: notifications a second through one relay."""
    bench.small.inside("owe", 250)
    return {"S9": bench.small.inside("deliver", login="aidcenter_relay")["a_second"]}


MEASURES: dict[str, Callable[[Bench], dict[str, float]]] = {
    "S1": worklist_by_size,
    "S2": worklist_by_owner,
    "S3": worklist_by_guardian,
    "S4": pages_against_bare,
    "S5": policies,
    "S6": searches,
    "S8": protections,
    "S9": deliveries,
    "API": api,
}
