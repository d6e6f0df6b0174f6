"""The back end's side of identities: opens capsules, and shows whose a pseudonym is."""
