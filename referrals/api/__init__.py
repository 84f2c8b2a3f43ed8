"""Notifications and referrals through the API: the same forms and actions as the screens."""
