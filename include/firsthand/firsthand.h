/* firsthand/firsthand.h - all of libfirsthand. */
#ifndef FIRSTHAND_FIRSTHAND_H
#define FIRSTHAND_FIRSTHAND_H

#include "firsthand/base.h"
#include "firsthand/fold.h"
#include "firsthand/layout.h"
#include "firsthand/parse.h"
#include "firsthand/story.h"

#endif
