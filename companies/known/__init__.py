"""What was known of listed issues at a past revision of the ledger: views that read as the tables read then."""
