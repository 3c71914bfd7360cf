/* migrations.S - the SQL files of src/store/migrations, embedded in their order:
 * name NUL text NUL, one after another; an empty name ends the list. A released
 * migration is never edited or moved: the next one corrects it. */
#define TEXT_(x) #x
#define TEXT(x)  TEXT_(x)
#define MIGRATION(name)                              \
    .asciz TEXT(name);                               \
    .incbin TEXT(src/store/migrations/name.sql);     \
    .byte 0

    .section .rodata
    .global fh_migration_texts
    .hidden fh_migration_texts
fh_migration_texts:
    MIGRATION(2026-11-21-stories)
    MIGRATION(2026-11-21-identities)
    MIGRATION(2026-11-21-once)
    MIGRATION(2026-11-21-live)
    MIGRATION(2026-11-22-people)
    MIGRATION(2026-11-22-audit)
    MIGRATION(2026-11-21-jobs)
    MIGRATION(2026-11-22-recipes)
    MIGRATION(2026-11-22-rules)
    MIGRATION(2026-11-22-receipts)
    MIGRATION(2026-11-22-consent)
    MIGRATION(2026-11-22-records)
    MIGRATION(2026-11-22-saved)
    MIGRATION(2026-11-22-record-ways)
    MIGRATION(2026-11-22-keeping)
    MIGRATION(2026-11-22-maps)
    MIGRATION(2026-11-22-record-due)
    MIGRATION(2026-11-22-standing)
    MIGRATION(2026-11-22-findings)
    MIGRATION(2026-11-23-mail)
    MIGRATION(2026-11-24-votes)
    MIGRATION(2026-11-24-find-days)
    MIGRATION(2026-11-24-map-marked)
    MIGRATION(2026-11-24-record-when)
    MIGRATION(2026-11-24-find-templates)
    MIGRATION(2026-11-24-customer-asked)
    MIGRATION(2026-11-24-saved-roles)
    MIGRATION(2026-11-25-record-deadline)
    MIGRATION(2026-11-25-record-merged)
    MIGRATION(2026-11-25-record-orders)
    MIGRATION(2026-11-26-record-doers)
    MIGRATION(2026-11-26-record-between)
    MIGRATION(2026-11-26-map-follow)
    MIGRATION(2026-11-26-record-department)
    MIGRATION(2026-11-26-record-sight)
    MIGRATION(2026-11-26-find-gravest)
    MIGRATION(2026-11-26-identity-wide)
    .byte 0

    .section .note.GNU-stack,"",%progbits
