/* embedded.S - lists of words, as text files, embedded: text NUL. */
    .section .rodata
    .global fh_common_passwords
    .hidden fh_common_passwords
fh_common_passwords:
    .incbin "src/app/words/common-passwords.txt"
    .byte 0

    .section .note.GNU-stack,"",%progbits
