question_customers.o: src/app/question_customers.c src/app/question.h \
  src/app/option.h include/firsthand/base.h src/app/views.h \
  src/app/ask.h include/firsthand/fold.h include/firsthand/story.h \
  src/store/segments.h src/store/org.h src/os/os.h src/app/table.h \
  src/base/json.h src/base/time.h src/store/identities.h \
  include/firsthand/parse.h

src/app/question.h:

src/app/option.h:

include/firsthand/base.h:

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
