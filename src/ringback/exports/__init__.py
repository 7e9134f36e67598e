"""Calls as files: one row per call as CSV, XLSX or Parquet, or the log's own records as JSON lines."""
