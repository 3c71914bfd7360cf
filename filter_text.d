filter_text.o: src/app/filter_text.c src/app/ask.h \
  include/firsthand/fold.h include/firsthand/story.h \
  include/firsthand/base.h src/store/segments.h src/store/org.h \
  src/os/os.h src/app/words.h src/base/currency.h src/base/time.h \
  src/base/nearest.h src/store/identities.h include/firsthand/parse.h

src/app/ask.h:

include/firsthand/fold.h:

include/firsthand/story.h:

include/firsthand/base.h:

src/store/segments.h:

src/store/org.h:

src/os/os.h:

src/app/words.h:

src/base/currency.h:

src/base/time.h:

src/base/nearest.h:

src/store/identities.h:

include/firsthand/parse.h:
