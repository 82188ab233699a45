"""What can be wrong with what a source gives."""


class ListFileError(ValueError):
    """The file is not a list of listed issues, or not a whole one. The message is Japanese, names the place (row,
    column) and says what to do.
    """
