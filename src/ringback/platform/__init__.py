"""The local platform: RingCentral's side of the conversation, to try and test against. Not RingCentral."""
