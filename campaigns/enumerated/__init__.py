"""The refresh protocol enumerated: every schedule of a few cores over a model of the vault and the server.

The cores are the real ones: generators of `ringback.client`, whose effects are performed on models that are
written from the contract (section 6.2) and from the back ends' interface, and share no code with either.
"""
