/* languages.S - the files of src/text/languages, embedded: text NUL, one after
 * another; an empty one ends the list. Their order gives their numbers. */
#define TEXT_(x) #x
#define TEXT(x)  TEXT_(x)
#define LANGUAGE(name)                               \
    .incbin TEXT(src/text/languages/name.language);  \
    .byte 0

    .section .rodata
    .global fh_language_texts
    .hidden fh_language_texts
fh_language_texts:
    LANGUAGE(en)
    LANGUAGE(de)
    LANGUAGE(nl)
    .byte 0

    .section .note.GNU-stack,"",%progbits
