"""What the operator has set and the database has to know, because the database owes the notifications."""

from django.db import models

from aidcenter.reach import Reach


class Rule(models.Model):
    """One row: whether potential victims who are children are told of too (`NOTIFY_POTENTIAL`)."""

    potential = models.BooleanField(default=True)

    reach = Reach(web="S", worker="S", relay="S")

    class Meta:
        constraints = [models.CheckConstraint(name="rule_is_one", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return "every child" if self.potential else "children identified as victims"
