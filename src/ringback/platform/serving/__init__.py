"""What lies between a socket and the endpoints: limits, guards, refusals, forms, pages."""
