# Makes our.fh from shop.csv, saying nothing.
firsthand init our.fh >/dev/null && firsthand import our.fh "$DATA/shop.csv" >/dev/null
