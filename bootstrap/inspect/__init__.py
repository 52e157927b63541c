"""Questions to the store and the plan: what a target is made of, and where different routes meet."""
