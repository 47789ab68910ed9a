//! Reads a finding's page: the reason, a catalog that fails, the same repaired.
