"""Reading call logs: filters, pages, joined calls, syncs, records by their ids, recordings."""
