import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import aidcenter.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0031_staffing_by_two"),
    ]

    operations = [
        migrations.CreateModel(
            name="CentreValue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=40)),
                ("value", models.DecimalField(decimal_places=2, max_digits=9, verbose_name="value")),
                ("since", models.DateField(verbose_name="from")),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                (
                    "set_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "ordering": ["since", "pk"],
            },
        ),
        migrations.AddField(
            model_name="centrevalue",
            name="set_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="centrevalue",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__gt", 0)), name="centre_value_positive"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="centrevalue",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=aidcenter.triggers.DefinerTriggerSql(
                    func="RAISE EXCEPTION 'Rows of % are only added.', TG_TABLE_NAME;",
                    hash="88847da0ff8a6f6509c57f26a13a9ee16eaa64a9",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_745c2",
                    table="cases_centrevalue",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="centrevalue",
            trigger=pgtrigger.compiler.Trigger(
                name="from_today",
                sql=aidcenter.triggers.DefinerTriggerSql(
                    func="\n        IF NEW.since < (now() AT TIME ZONE 'Asia/Baku')::date THEN\n            RAISE check_violation USING CONSTRAINT = 'centre_value_from_today',\n                MESSAGE = 'A setting changes from today on, or later.';\n        END IF;\n        NEW.set_at := statement_timestamp();\n        RETURN NEW;",
                    hash="e2848582ecd1d2d5de2ac8f27fe5003b880283c5",
                    operation="INSERT",
                    pgid="pgtrigger_from_today_52401",
                    table="cases_centrevalue",
                    when="BEFORE",
                ),
            ),
        ),
    ]
