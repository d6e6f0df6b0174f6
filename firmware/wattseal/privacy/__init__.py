"""What protects people, and what shows that it does: identities, consent, the audit log; joined.

A folder of its own: a board that loads files finds each the slower the more lie beside it, and
starts late.
"""
