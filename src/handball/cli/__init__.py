"""The command `handball`."""
