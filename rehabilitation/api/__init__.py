"""Plans, services and stays through the API: the same forms and actions as the screens."""
