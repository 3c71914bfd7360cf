select_test.o: tests/unit/select_test.c tests/unit/segments.h \
  tests/unit/test.h include/firsthand/base.h include/firsthand/story.h

tests/unit/segments.h:

tests/unit/test.h:

include/firsthand/base.h:

include/firsthand/story.h:
