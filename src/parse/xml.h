/* xml.h - as much of XML as an event log needs, strictly: one element at a time
 * from a run of bytes, as a flat list of its tags. Slices, no copies, no tree. */
#ifndef FH_PARSE_XML_H
#define FH_PARSE_XML_H

#include "firsthand/base.h"

enum { FH_XML_DEPTH = 64, FH_XML_TAGS = 1024 };

/* What may have to be done to a value before it is text. */
enum { FH_XML_ENTITIES = 1, FH_XML_HIGH = 2 };

typedef struct fh_xml_tag {
    fh_str name;       /* without prefix */
    fh_str key, value; /* the attributes of these names; raw */
    uint8_t key_flags, value_flags;
    uint8_t depth; /* 0: the element itself */
    bool has_value;
} fh_xml_tag;

typedef struct fh_xml {
    uint32_t n; /* tags of the element, in order; what is more than fits is left out */
    bool too_many;
    fh_xml_tag *tag;           /* [FH_XML_TAGS] */
    fh_str scope, keys, title; /* of the element itself: attributes scope, keys, name */
    fh_str open[FH_XML_DEPTH];
    const char *bad;    /* what is wrong, NULL: nothing */
    const char *bad_at; /* where */
} fh_xml;

/* Reads the element whose < stands at p, to its end. NULL: more bytes are needed,
 * or x->bad says what is wrong. */
const char *fh_xml_element(fh_xml *x, const char *p, const char *end);
/* Reads only the start tag at p, into x->tag[0]; `*empty` when it ends with />. */
const char *fh_xml_start(fh_xml *x, const char *p, const char *end, bool *empty);
/* Reads the end tag at p; its name without prefix. */
const char *fh_xml_close(fh_xml *x, const char *p, const char *end, fh_str *name);
/* Skips a comment, a processing instruction or CDATA at p. A DOCTYPE is bad. */
const char *fh_xml_skip(fh_xml *x, const char *p, const char *end);

typedef enum fh_xml_text { FH_XML_TEXT, FH_XML_TEXT_BAD, FH_XML_TEXT_NOMEM } fh_xml_text;
/* A raw value as UTF-8: a slice when there is nothing to do, else in the arena. */
fh_xml_text fh_xml_value(fh_str raw, unsigned flags, bool latin1, fh_arena *arena, fh_str *out);

uint64_t fh_count_newlines(const char *p, size_t n);

#endif
