"""A deterministic simulation of workstations, a hub and the network between them: one seed, one history."""
