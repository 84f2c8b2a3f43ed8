"""Cases through the API: the same forms and actions as the screens."""
