# Makes our.fh from shop.csv, saying nothing.
cp "$DATA/shop.csv" .
firsthand init our.fh >/dev/null &&
    firsthand import our.fh shop.csv --map customer=customer,customer.email=email >/dev/null
