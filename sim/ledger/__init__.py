"""The true ledger: what a run left behind, as tidy frames, and the chains that goods went through."""
