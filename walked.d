walked.o: src/story/walked.c src/story/walked.h src/story/space.h \
  include/firsthand/story.h include/firsthand/base.h

src/story/walked.h:

src/story/space.h:

include/firsthand/story.h:

include/firsthand/base.h:
