"""A field that no list has, 売買単位, added to a copy of the product as `docs/adding.md` says, and tried there."""
