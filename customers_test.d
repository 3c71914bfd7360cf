customers_test.o: tests/unit/customers_test.c tests/unit/folds.h \
  tests/unit/segments.h tests/unit/test.h include/firsthand/base.h \
  include/firsthand/story.h include/firsthand/fold.h

tests/unit/folds.h:

tests/unit/segments.h:

tests/unit/test.h:

include/firsthand/base.h:

include/firsthand/story.h:

include/firsthand/fold.h:
