"""Where credentials come from, one room for each place; each source gives a whole identity or none.

The rooms share one vocabulary (`fields`), one table of environment names (`environment_names`)
and one way to turn fields into credentials (`assembly`).
"""
