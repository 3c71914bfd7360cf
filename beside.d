beside.o: src/journey/beside.c include/firsthand/layout.h \
  include/firsthand/base.h

include/firsthand/layout.h:

include/firsthand/base.h:
