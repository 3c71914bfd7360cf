fold_fuzz.o: tests/fuzz/fold_fuzz.c include/firsthand/fold.h \
  include/firsthand/story.h include/firsthand/base.h

include/firsthand/fold.h:

include/firsthand/story.h:

include/firsthand/base.h:
