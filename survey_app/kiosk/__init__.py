"""A kiosk: a device of ours on which one person after another answers."""
