"""The ways of telling: one file each, which sends what it is given and says what came of it. None of them touches the database."""
