customers.o: src/fold/customers.c src/fold/fold.h \
  include/firsthand/fold.h include/firsthand/story.h \
  include/firsthand/base.h src/base/checked.h src/base/sort.h

src/fold/fold.h:

include/firsthand/fold.h:

include/firsthand/story.h:

include/firsthand/base.h:

src/base/checked.h:

src/base/sort.h:
