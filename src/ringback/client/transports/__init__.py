"""HTTP over sockets: one exchange at a time, within its time, to one origin."""
