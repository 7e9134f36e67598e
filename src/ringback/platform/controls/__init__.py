"""The platform's own controls under /_local, for tests and for those who watch: on this machine only."""
