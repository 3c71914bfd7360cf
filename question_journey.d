question_journey.o: src/app/question_journey.c src/app/drawn.h \
  src/app/views.h src/app/ask.h include/firsthand/fold.h \
  include/firsthand/story.h include/firsthand/base.h \
  src/store/segments.h src/store/org.h src/os/os.h src/app/table.h \
  src/base/json.h src/base/time.h src/store/identities.h \
  include/firsthand/parse.h include/firsthand/layout.h \
  src/app/question.h src/app/option.h

src/app/drawn.h:

src/app/views.h:

src/app/ask.h:

include/firsthand/fold.h:

include/firsthand/story.h:

include/firsthand/base.h:

src/store/segments.h:

src/store/org.h:

src/os/os.h:

src/app/table.h:

src/base/json.h:

src/base/time.h:

src/store/identities.h:

include/firsthand/parse.h:

include/firsthand/layout.h:

src/app/question.h:

src/app/option.h:
