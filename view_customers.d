view_customers.o: src/app/view_customers.c src/app/merge_preview.h \
  src/base/json.h include/firsthand/base.h src/base/time.h \
  src/store/identities.h include/firsthand/parse.h \
  include/firsthand/story.h src/store/org.h src/os/os.h \
  src/app/view_parts.h src/app/views.h src/app/ask.h \
  include/firsthand/fold.h src/store/segments.h src/app/table.h \
  src/app/words.h src/base/currency.h

src/app/merge_preview.h:

src/base/json.h:

include/firsthand/base.h:

src/base/time.h:

src/store/identities.h:

include/firsthand/parse.h:

include/firsthand/story.h:

src/store/org.h:

src/os/os.h:

src/app/view_parts.h:

src/app/views.h:

src/app/ask.h:

include/firsthand/fold.h:

src/store/segments.h:

src/app/table.h:

src/app/words.h:

src/base/currency.h:
