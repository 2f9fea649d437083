"""What stands in for the outside on one machine, each a product with tests of its own.

`github/` is GitHub, `runner.py` is Actions, `model/` is a language model; `demo/` and `web/` show the desk on them, on
a terminal and in a browser. `github` and `model` import nothing else of here, and nothing imports `demo` or `web`.
"""
