follows.o: src/fold/follows.c src/fold/fold.h include/firsthand/fold.h \
  include/firsthand/story.h include/firsthand/base.h src/base/checked.h \
  src/fold/gaps.h src/fold/pairs.h src/fold/histogram.h src/base/sort.h

src/fold/fold.h:

include/firsthand/fold.h:

include/firsthand/story.h:

include/firsthand/base.h:

src/base/checked.h:

src/fold/gaps.h:

src/fold/pairs.h:

src/fold/histogram.h:

src/base/sort.h:
