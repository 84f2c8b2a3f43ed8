"""How referrals are shown: in a list, whole with all that left and was said, and a sheet before it leaves."""

from rest_framework import serializers

from aidcenter.api.shown import Shown
from referrals.models import PartnerSheet, PartnerWord, Referral


class ReferralShown(Shown):
    """One service asked of one partner, without what was written about it."""

    class Meta:
        model = Referral
        fields: tuple[str, ...] = (
            "id", "reference", "case", "provider", "service_type", "urgency", "wished_on", "state", "asks",
            "author", "made_at", "sent_at", "moved_at",
        )  # fmt: skip


class SaidShown(serializers.Serializer):
    """What a sheet tells; what is not open yet is left out."""

    reference = serializers.CharField(required=False)
    centre = serializers.CharField(required=False)
    name = serializers.CharField(required=False)
    real_name = serializers.BooleanField(required=False)
    birth_year = serializers.IntegerField(required=False, allow_null=True)
    age_group = serializers.CharField(required=False)
    languages = serializers.ListField(child=serializers.CharField(), required=False)
    interpreter = serializers.BooleanField(required=False)
    safe_contact = serializers.CharField(required=False)
    phone = serializers.CharField(required=False)
    service_type = serializers.CharField(required=False)
    asked = serializers.CharField(required=False)
    must_know = serializers.CharField(required=False)
    urgency = serializers.CharField(required=False)
    wished_on = serializers.CharField(required=False)
    caseworker = serializers.CharField(required=False)
    centre_phone = serializers.CharField(required=False)


class SentSheetShown(Shown):
    """A sheet as it left for a partner."""

    said = SaidShown(read_only=True)

    class Meta:
        model = PartnerSheet
        fields = ("id", "number", "provider", "language", "way", "sent_by", "sent_at", "state", "said")


class WordShown(Shown):
    """Something that was said or done about a referral."""

    class Meta:
        model = PartnerWord
        fields = (
            "id", "sheet", "kind", "text", "reason", "outcome", "starts_on", "ends_on", "said_by", "said_on",
            "author", "at",
        )  # fmt: skip


class WholeReferralShown(ReferralShown):
    """A referral with all that left and all that was said."""

    sheets = SentSheetShown(many=True, read_only=True, source="sheets_told")
    words = WordShown(many=True, read_only=True, source="words_told")

    class Meta:
        model = Referral
        fields = (*ReferralShown.Meta.fields, "asked", "why", "consent", "why_alone", "sheets", "words")


class PreviewShown(serializers.Serializer):
    """The sheet as it would leave, what it withholds, and its mark, with which it is sent."""

    said = SaidShown(read_only=True)
    withheld = serializers.ListField(child=serializers.CharField(), read_only=True)
    seen = serializers.CharField(read_only=True)
