select.o: src/story/select.c src/story/flat.h src/story/space.h \
  include/firsthand/story.h include/firsthand/base.h src/story/pick.h \
  src/story/walked.h

src/story/flat.h:

src/story/space.h:

include/firsthand/story.h:

include/firsthand/base.h:

src/story/pick.h:

src/story/walked.h:
