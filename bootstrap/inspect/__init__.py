"""Questions to the store and the plan: what a target is made of, where routes meet, what was checked."""
