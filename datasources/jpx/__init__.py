"""JPX's public list of listed issues (`data_j.xls`), published monthly without an account."""
