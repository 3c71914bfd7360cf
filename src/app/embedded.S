/* embedded.S - lists of words and the tokens of the look, as text files, embedded: text NUL. */
    .section .rodata
    .global fh_common_passwords
    .hidden fh_common_passwords
fh_common_passwords:
    .incbin "src/app/words/common-passwords.txt"
    .byte 0

    .global fh_style_tokens
    .hidden fh_style_tokens
fh_style_tokens:
    .incbin "web/src/base/tokens.css"
    .byte 0

    .section .note.GNU-stack,"",%progbits
