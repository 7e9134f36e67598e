"""Files of calls that are written beside the pages, kept for a while, and fetched in parts if need be."""
