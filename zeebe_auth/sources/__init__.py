"""Where credentials come from, a module for each place; each source gives a whole identity or none.

They share one vocabulary of fields and one way to turn fields into credentials: see
`zeebe_auth.configuration`.
"""
