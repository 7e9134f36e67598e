"""Campaigns: long runs that try to make Ringback lose a login, and the services they run against."""
