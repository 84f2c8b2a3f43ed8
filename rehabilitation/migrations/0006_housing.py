"""Beds as rows, stays with planned and actual days, extensions; what was there is kept."""

import uuid

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import aidcenter.crypto
import aidcenter.fields
import aidcenter.triggers
from aidcenter.sqlfile import run_file

# Free text becomes rows; a stay that goes on ends in a week at the earliest, so that somebody can decide.
# The foreign keys are checked at once: a table with checks that wait cannot be altered.
MOVE = f"""
SET CONSTRAINTS ALL IMMEDIATE;
INSERT INTO rehabilitation_bed (house_id, label, for_whom, accessible, active_from)
SELECT house_id, bed_text, 'anybody', false, min((came_at AT TIME ZONE 'Asia/Baku')::date)
  FROM rehabilitation_stay GROUP BY house_id, bed_text;
UPDATE rehabilitation_stay s
   SET bed_id = b.id,
       starts_on = (s.came_at AT TIME ZONE 'Asia/Baku')::date,
       came_on = (s.came_at AT TIME ZONE 'Asia/Baku')::date,
       left_on = (s.left_at AT TIME ZONE 'Asia/Baku')::date,
       ends_on = greatest(
           (s.came_at AT TIME ZONE 'Asia/Baku')::date
               + CASE c.child_status WHEN 'adult' THEN {settings.STAY_DAYS_ADULT}
                      ELSE {settings.STAY_DAYS_CHILD} END,
           coalesce((s.left_at AT TIME ZONE 'Asia/Baku')::date, (now() AT TIME ZONE 'Asia/Baku')::date + 7))
  FROM rehabilitation_bed b, cases_case c
 WHERE (b.house_id, b.label) = (s.house_id, s.bed_text) AND c.id = s.case_id;
SET CONSTRAINTS ALL DEFERRED;
"""  # noqa: S608 - settings only


def key_to(model, name="+", **more):
    """A foreign key that protects what it points to."""
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=name, to=model, **more)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0024_import"),
        ("rehabilitation", "0005_plans"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        BtreeGistExtension(),
        pgtrigger.migrations.RemoveTrigger(model_name="stay", name="kept"),
        migrations.RemoveConstraint(model_name="stay", name="stay_one_at_a_time"),
        migrations.RemoveConstraint(model_name="stay", name="stay_one_in_a_bed"),
        migrations.AddField(
            model_name="house",
            name="kind",
            field=aidcenter.fields.CodeField(
                "house_kind", default="rooms", max_length=30, verbose_name="kind"
            ),
        ),
        migrations.CreateModel(
            name="Bed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=20, verbose_name="room and bed")),
                (
                    "for_whom",
                    aidcenter.fields.CodeField(
                        "bed_for", default="anybody", max_length=30, verbose_name="for whom"
                    ),
                ),
                ("accessible", models.BooleanField(default=False, verbose_name="reached without steps")),
                ("active_from", models.DateField(verbose_name="in use from")),
                ("active_until", models.DateField(blank=True, null=True, verbose_name="in use until")),
                ("house", key_to("rehabilitation.house", "beds", verbose_name="house")),
            ],
        ),
        migrations.AddConstraint(
            model_name="bed",
            constraint=models.UniqueConstraint(fields=("house", "label"), name="bed_once_in_a_house"),
        ),
        migrations.AddConstraint(
            model_name="bed",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("active_until__isnull", True),
                    ("active_until__gte", models.F("active_from")),
                    _connector="OR",
                ),
                name="bed_ends_later",
            ),
        ),
        migrations.RenameField(model_name="stay", old_name="bed", new_name="bed_text"),
        migrations.AddField(
            model_name="stay",
            name="bed",
            field=key_to("rehabilitation.bed", null=True, verbose_name="room and bed"),
        ),
        *(
            migrations.AddField(
                model_name="stay", name=name, field=models.DateField(null=True, verbose_name=label)
            )
            for name, label in (
                ("starts_on", "planned from"),
                ("ends_on", "planned until"),
                ("came_on", "came on"),
                ("left_on", "left on"),
                ("decision_on", "date of the decision"),
            )
        ),
        migrations.AddField(
            model_name="stay",
            name="why_late",
            field=aidcenter.crypto.Encrypted(blank=True, verbose_name="why later than planned"),
        ),
        migrations.AddField(
            model_name="stay",
            name="decision_body",
            field=aidcenter.fields.CodeField(
                "placement_body", blank=True, default="", max_length=30, verbose_name="who decided"
            ),
        ),
        migrations.AlterField(
            model_name="stay",
            name="decision",
            field=aidcenter.crypto.Encrypted(blank=True, verbose_name="number of the decision"),
        ),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="stay",
            name="bed",
            field=key_to("rehabilitation.bed", verbose_name="room and bed"),
        ),
        migrations.AlterField(
            model_name="stay", name="starts_on", field=models.DateField(verbose_name="planned from")
        ),
        migrations.AlterField(
            model_name="stay", name="ends_on", field=models.DateField(verbose_name="planned until")
        ),
        migrations.RemoveField(model_name="stay", name="bed_text"),
        migrations.RemoveField(model_name="stay", name="came_at"),
        migrations.RemoveField(model_name="stay", name="left_at"),
        migrations.CreateModel(
            name="StayExtension",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("number", models.CharField(db_default="", editable=False, max_length=20)),
                (
                    "until_then",
                    models.DateField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "asked_for_by",
                    aidcenter.fields.CodeField(
                        "extension_asked_by", max_length=30, verbose_name="on whose request"
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(verbose_name="days")),
                ("reason", aidcenter.crypto.Encrypted(blank=True, verbose_name="reason")),
                (
                    "asked_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("for_director", models.BooleanField(db_default=False, default=False, editable=False)),
                ("decided_at", models.DateTimeField(null=True)),
                ("approved", models.BooleanField(null=True)),
                ("answer", aidcenter.crypto.Encrypted(blank=True, verbose_name="why not")),
                ("author", key_to(settings.AUTH_USER_MODEL)),
                ("case", key_to("cases.case")),
                ("decided_by", key_to(settings.AUTH_USER_MODEL, null=True)),
                ("stay", key_to("rehabilitation.stay", "extensions")),
                ("victim", key_to("cases.victim", db_index=False)),
            ],
            options={"ordering": ["-asked_at"]},
        ),
        run_file("rehabilitation/sql/housing.sql"),
        migrations.AddIndex(
            model_name="stay",
            index=models.Index(
                condition=models.Q(("left_on__isnull", True)), fields=["ends_on"], name="stay_ends"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bed",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=aidcenter.triggers.DefinerTriggerSql(
                    func="\n        IF TG_OP = 'DELETE' OR NEW.house_id <> OLD.house_id THEN\n            RAISE EXCEPTION 'A bed stays on record, in its house.';\n        END IF;\n        IF (NEW.active_from, NEW.active_until, NEW.for_whom)\n            IS DISTINCT FROM (OLD.active_from, OLD.active_until, OLD.for_whom)\n            AND EXISTS (SELECT FROM public.rehabilitation_stay s\n                         WHERE s.bed_id = NEW.id AND s.left_on IS NULL\n                           AND public.bed_refuses(NEW.id, s.case_id,\n                               greatest(s.starts_on, least((now() AT TIME ZONE 'Asia/Baku')::date, s.ends_on - 1)), s.ends_on) <> '') THEN\n            RAISE check_violation USING CONSTRAINT = 'bed_lived_in',\n                MESSAGE = 'Whoever lives in this bed would not fit it any more.';\n        END IF;\n        RETURN NULL;",
                    hash="73d622b46171f8d30e126c32868d4373d2396cbd",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_kept_5d378",
                    table="rehabilitation_bed",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stay",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=aidcenter.triggers.DefinerTriggerSql(
                    declare="DECLARE why text; first_day date;",
                    func="\n        IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'A stay ends, and stays on record.'; END IF;\n        IF TG_OP = 'INSERT' THEN\n            IF NOT EXISTS (SELECT FROM public.cases_case c\n                            WHERE (c.id, c.victim_id) = (NEW.case_id, NEW.victim_id)\n                              AND (c.child_status = 'adult' OR NEW.decision IS NOT NULL\n                                   AND NEW.decision_body <> '' AND NEW.decision_on <= (now() AT TIME ZONE 'Asia/Baku')::date)) THEN\n                RAISE check_violation USING CONSTRAINT = 'stay_child_by_decision',\n                    MESSAGE = 'A child is placed by a decision of the guardianship authority.';\n            END IF;\n            IF EXISTS (SELECT FROM public.cases_case c\n                        WHERE c.id = NEW.case_id AND c.state IN ('closed', 'closed_referred')) THEN\n                RAISE check_violation USING CONSTRAINT = 'stay_of_open_case', MESSAGE = 'The case is closed.';\n            END IF;\n            IF NEW.left_on IS NOT NULL OR NEW.came_on <> NEW.starts_on OR NEW.came_on > (now() AT TIME ZONE 'Asia/Baku')::date\n                OR NEW.out_since IS NOT NULL THEN\n                RAISE EXCEPTION 'A stay begins before it ends, and not in the future.';\n            END IF;\n            PERFORM FROM public.cases_victim v WHERE v.id = NEW.victim_id FOR NO KEY UPDATE;\n            SELECT b.house_id INTO NEW.house_id FROM public.rehabilitation_bed b\n             WHERE b.id = NEW.bed_id FOR NO KEY UPDATE;\n            first_day := NEW.starts_on;\n            \n        why := public.bed_refuses(NEW.bed_id, NEW.case_id, first_day, NEW.ends_on);\n        IF why <> '' THEN\n            RAISE check_violation USING CONSTRAINT = why, MESSAGE = 'This bed does not fit.';\n        END IF;\n            RETURN NEW;\n        END IF;\n        IF OLD.left_on IS NOT NULL\n            OR EXISTS (SELECT FROM unnest(ARRAY['id', 'case_id', 'victim_id', 'house_id', 'placed_by_id', 'decision', 'decision_body', 'decision_on']) AS x(k) WHERE to_jsonb(NEW) -> k\n                           IS DISTINCT FROM to_jsonb(OLD) -> k)\n            OR OLD.came_on IS NOT NULL AND NEW.came_on IS DISTINCT FROM OLD.came_on\n            OR NEW.starts_on <> OLD.starts_on\n            OR NEW.ends_on <> OLD.ends_on AND pg_trigger_depth() = 1\n            OR public.app_role() = 'house' AND pg_trigger_depth() = 1\n               AND to_jsonb(NEW) - ARRAY['out_since', 'came_on']\n                   IS DISTINCT FROM to_jsonb(OLD) - ARRAY['out_since', 'came_on'] THEN\n            RAISE check_violation USING CONSTRAINT = 'stay_stands',\n                MESSAGE = 'This of a stay does not change.';\n        END IF;\n        IF OLD.came_on IS NULL AND NEW.came_on IS NOT NULL THEN\n            IF NEW.came_on > (now() AT TIME ZONE 'Asia/Baku')::date THEN RAISE EXCEPTION 'Nobody has come in the future.'; END IF;\n            NEW.starts_on := least(NEW.starts_on, NEW.came_on);\n        END IF;\n        IF (NEW.bed_id, NEW.starts_on, NEW.ends_on)\n            IS DISTINCT FROM (OLD.bed_id, OLD.starts_on, OLD.ends_on) THEN\n            PERFORM FROM public.rehabilitation_bed b\n              WHERE (b.id, b.house_id) = (NEW.bed_id, NEW.house_id) FOR NO KEY UPDATE;\n            IF NOT FOUND THEN\n                RAISE check_violation USING CONSTRAINT = 'stay_stands', MESSAGE = 'This bed is elsewhere.';\n            END IF;\n            first_day := greatest(NEW.starts_on, least((now() AT TIME ZONE 'Asia/Baku')::date, NEW.ends_on - 1));\n            \n        why := public.bed_refuses(NEW.bed_id, NEW.case_id, first_day, NEW.ends_on);\n        IF why <> '' THEN\n            RAISE check_violation USING CONSTRAINT = why, MESSAGE = 'This bed does not fit.';\n        END IF;\n        END IF;\n        IF NEW.left_on IS NOT NULL THEN\n            IF NEW.came_on IS NULL THEN\n                NEW.left_on := NEW.starts_on;\n            ELSIF NEW.left_on > (now() AT TIME ZONE 'Asia/Baku')::date THEN\n                RAISE EXCEPTION 'Nobody has left in the future.';\n            ELSIF NEW.left_on > NEW.ends_on AND NEW.why_late IS NULL THEN\n                RAISE check_violation USING CONSTRAINT = 'stay_late_says_why',\n                    MESSAGE = 'Say why the stay ended later than planned.';\n            END IF;\n            NEW.out_since := NULL;\n            UPDATE public.rehabilitation_stayextension SET approved = false, decided_at = now()\n             WHERE stay_id = NEW.id AND decided_at IS NULL;\n        END IF;\n        RETURN NEW;",
                    hash="c681198ef5d583dfceb21babdd9eed9f19f2aedd",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_kept_82a4f",
                    table="rehabilitation_stay",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stayextension",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=aidcenter.triggers.DefinerTriggerSql(
                    func="\n        IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'Who extended a stay is kept on record.'; END IF;\n        \n        IF NOT EXISTS (SELECT FROM public.cases_case c\n                        WHERE (c.id, c.victim_id) = (NEW.case_id, NEW.victim_id)) THEN\n            RAISE check_violation USING CONSTRAINT = 'record_fits',\n                MESSAGE = 'This record belongs elsewhere.';\n        END IF;\n        IF TG_OP = 'INSERT' THEN\n            IF NEW.decided_at IS NOT NULL OR NEW.approved IS NOT NULL OR NEW.decided_by_id IS NOT NULL THEN\n                RAISE EXCEPTION 'Nobody approves while asking.';\n            END IF;\n            SELECT s.ends_on, c.number INTO NEW.until_then, NEW.number\n              FROM public.rehabilitation_stay s JOIN public.cases_case c ON c.id = s.case_id\n             WHERE (s.id, s.case_id) = (NEW.stay_id, NEW.case_id) AND s.left_on IS NULL FOR UPDATE OF s;\n            IF NOT FOUND THEN\n                RAISE check_violation USING CONSTRAINT = 'extension_of_open_stay',\n                    MESSAGE = 'Only a stay that goes on ends later.';\n            END IF;\n            NEW.for_director := NOT public.has_supervisor_beside(NEW.case_id, NEW.author_id);\n            NEW.asked_at := statement_timestamp();\n            RETURN NEW;\n        END IF;\n        IF pg_trigger_depth() > 1 THEN RETURN NEW; END IF;\n        IF OLD.decided_at IS NOT NULL OR NEW.decided_at IS NULL OR NEW.approved IS NULL\n            OR NEW.decided_by_id IS DISTINCT FROM public.app_uid()\n            OR public.app_role() <> (CASE WHEN OLD.for_director THEN 'director' ELSE 'supervisor' END)\n            OR to_jsonb(NEW) - ARRAY['decided_at', 'decided_by_id', 'approved', 'answer'] IS DISTINCT FROM to_jsonb(OLD) - ARRAY['decided_at', 'decided_by_id', 'approved', 'answer'] THEN\n            RAISE check_violation USING CONSTRAINT = 'extension_decided_by_another',\n                MESSAGE = 'An extension is decided once, by a supervisor who did not ask for it.';\n        END IF;\n        NEW.decided_at := transaction_timestamp();\n        RETURN NEW;",
                    hash="8217233fa6f1927c1cefa8aff871b0ab66f4c78e",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_kept_30c30",
                    table="rehabilitation_stayextension",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stayextension",
            trigger=pgtrigger.compiler.Trigger(
                name="z_longer",
                sql=aidcenter.triggers.DefinerTriggerSql(
                    condition='WHEN (NEW."approved" AND OLD."decided_at" IS NULL)',
                    func="\n        UPDATE public.rehabilitation_stay SET ends_on = ends_on + NEW.days WHERE id = NEW.stay_id;\n        RETURN NULL;",
                    hash="34a35a60751629b6ca503b66aa7d8730ab9cd05a",
                    operation="UPDATE",
                    pgid="pgtrigger_z_longer_a8126",
                    table="rehabilitation_stayextension",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="stay",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("victim", "="),
                    (
                        models.Func(
                            "starts_on", "left_on", function="daterange", output_field=models.Field()
                        ),
                        "&&",
                    ),
                ],
                name="stay_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="stay",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("bed", "="),
                    (
                        models.Func(
                            "starts_on",
                            django.db.models.functions.comparison.Least("left_on", "ends_on"),
                            function="daterange",
                            output_field=models.Field(),
                        ),
                        "&&",
                    ),
                ],
                name="stay_bed_planned_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="stay",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("came_on__isnull", False)),
                expressions=[
                    ("bed", "="),
                    (
                        models.Func("came_on", "left_on", function="daterange", output_field=models.Field()),
                        "&&",
                    ),
                ],
                name="stay_one_in_a_bed",
            ),
        ),
        migrations.AddConstraint(
            model_name="stay",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__gt", models.F("starts_on")),
                    models.Q(
                        ("came_on__isnull", True), ("came_on__gte", models.F("starts_on")), _connector="OR"
                    ),
                    models.Q(
                        ("left_on__isnull", True), ("left_on__gte", models.F("starts_on")), _connector="OR"
                    ),
                    models.Q(
                        ("left_on__isnull", True),
                        ("came_on__isnull", True),
                        ("left_on__gte", models.F("came_on")),
                        _connector="OR",
                    ),
                ),
                name="stay_days_follow",
            ),
        ),
        migrations.AddConstraint(
            model_name="stayextension",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decided_at__isnull", True)), fields=("stay",), name="extension_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="stayextension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(("decided_by", models.F("author")), _negated=True),
                    _connector="OR",
                ),
                name="extension_by_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="stayextension",
            constraint=models.CheckConstraint(
                condition=models.Q(("days__gte", 1), ("days__lte", 90)), name="extension_days"
            ),
        ),
    ]
