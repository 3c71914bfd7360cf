/* schemas.S - schemas.json, embedded: components of the OpenAPI text. */
    .section .rodata
    .global fh_api_schemas
    .hidden fh_api_schemas
fh_api_schemas:
    .incbin "src/api/schemas.json"
    .byte 0

    .section .note.GNU-stack,"",%progbits
