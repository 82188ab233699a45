"""Local services for laptops and CI: real PostgreSQL and Valkey from wheels, started where no URL names others.

`python -m local run | exec [--test] -- COMMAND… | manage ARGUMENTS…`
"""
