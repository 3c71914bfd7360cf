drawn_test.o: tests/unit/drawn_test.c tests/unit/test.h \
  include/firsthand/base.h src/app/drawn.h src/app/views.h src/app/ask.h \
  include/firsthand/fold.h include/firsthand/story.h \
  src/store/segments.h src/store/org.h src/os/os.h src/app/table.h \
  src/base/json.h src/base/time.h src/store/identities.h \
  include/firsthand/parse.h include/firsthand/layout.h

tests/unit/test.h:

include/firsthand/base.h:

src/app/drawn.h:

src/app/views.h:

src/app/ask.h:

include/firsthand/fold.h:

include/firsthand/story.h:

src/store/segments.h:

src/store/org.h:

src/os/os.h:

src/app/table.h:

src/base/json.h:

src/base/time.h:

src/store/identities.h:

include/firsthand/parse.h:

include/firsthand/layout.h:
