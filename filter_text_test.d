filter_text_test.o: tests/unit/filter_text_test.c tests/unit/test.h \
  include/firsthand/base.h src/app/ask.h include/firsthand/fold.h \
  include/firsthand/story.h src/store/segments.h src/store/org.h \
  src/os/os.h src/base/time.h

tests/unit/test.h:

include/firsthand/base.h:

src/app/ask.h:

include/firsthand/fold.h:

include/firsthand/story.h:

src/store/segments.h:

src/store/org.h:

src/os/os.h:

src/base/time.h:
