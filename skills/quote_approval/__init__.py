"""Take a quote or discount to the right approvers, and say where it stands."""
