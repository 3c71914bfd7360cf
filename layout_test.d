layout_test.o: tests/unit/layout_test.c include/firsthand/layout.h \
  include/firsthand/base.h tests/unit/test.h

include/firsthand/layout.h:

include/firsthand/base.h:

tests/unit/test.h:
