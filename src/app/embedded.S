/* embedded.S - lists of words, the tokens of the look, maps of the demonstration
 * organisation, what simulated messages say: text files, embedded: text NUL. */
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

    .global fh_demo_map_texts
    .hidden fh_demo_map_texts
fh_demo_map_texts:
    .incbin "src/app/demo/maps/first-car.journey"
    .byte 0
    .incbin "src/app/demo/maps/claim.journey"
    .byte 0
    .incbin "src/app/demo/maps/renew.journey"
    .byte 0
    .incbin "src/app/demo/maps/ninety-days.journey"
    .byte 0
    .byte 0

    .global fh_messages_en
    .hidden fh_messages_en
fh_messages_en:
    .incbin "src/app/demo/messages/en.txt"
    .byte 0

    .global fh_messages_de
    .hidden fh_messages_de
fh_messages_de:
    .incbin "src/app/demo/messages/de.txt"
    .byte 0

    .global fh_messages_nl
    .hidden fh_messages_nl
fh_messages_nl:
    .incbin "src/app/demo/messages/nl.txt"
    .byte 0

    .section .note.GNU-stack,"",%progbits
