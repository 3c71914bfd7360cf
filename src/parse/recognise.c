/* recognise.c - what the columns of a file mean, by their names and values.
 *
 * Each field has a list of names it goes by, in tiers. Names are compared in
 * small letters without spaces and marks. In the first tier the earlier name wins
 * over the later; in the later tiers two columns for one field are two too many,
 * and neither is taken: better to ask than to guess. What is taken by its name
 * must also look the part: a time must be readable in every sampled row, an
 * amount must be a number, and so on.
 */
#include "parse/recognise.h"

#include "base/currency.h"
#include "base/intern.h"
#include "parse/number.h"
#include "parse/plan.h"

#include <string.h>

enum { MAX_WORD = 48, MAX_LISTED = 24, FIRST_ROWS = 5 };

/* Names in order of trust; | begins the next tier. */
static const struct {
    fh_field field;
    const char *names;
} vocabulary[] = {
    {FH_FIELD_CUSTOMER,
     " caseconceptname customerid customer customerno customernr customernumber customerkey"
     " kundenid kundennummer kundennr kdnr kunde klantid klantnummer klantnr klant clientid client"
     " patientid patient memberid member callerid caller learnerid learner studentid student"
     " cursist deelnemer deelnemernummer lerner teilnehmer teilnehmerid teilnehmernummer"
     " participant participantid attendee attendeeid trainee traineeid mitglied mitgliedsnummer"
     " | userid user caseid accountid account visitorid visitor subscriberid subscriber contactid"
     " personid person guestid guest buyerid buyer traceid benutzer benutzerid gebruiker"
     " gebruikersid case fall fallid zaak zaakid"
     " | email emailaddress mail mailaddress emailadres "},
    {FH_FIELD_TIME,
     " timetimestamp timestamp time datetime dateandtime eventtime eventtimestamp zeitstempel"
     " zeitpunkt tijdstip tijdstempel"
     " | occurredat date datum zeit tijd createdat created timecreated creationdate eventdate"
     " invoicedate orderdate openedat opened startedat receivedat sentat loggedat contactdate"
     " transactiondate purchasedate visitdate erstelltam erstellt angelegtam eingegangenam"
     " aangemaaktop aangemaakt besteldatum bestelldatum ts "},
    {FH_FIELD_TOUCHPOINT,
     " touchpoint kontaktpunkt contactpunt activity activityname conceptname aktivitaet"
     " aktivit\xc3\xa4t activiteit eventname event ereignis gebeurtenis handling action aktion"
     " actie"
     " | step schritt stap task aufgabe taak vorgang eventtype activitytype page pagename"
     " incidentstate identstate ticketstate"
     " | course coursename coursetitle kurs kursname kurstitel cursus cursusnaam training"
     " trainingname trainingtitle schulung schulungstitel "},
    {FH_FIELD_CHANNEL, " channel kanal kanaal contacttype contactchannel kontaktkanal | medium "},
    {FH_FIELD_DEPARTMENT,
     " department dept abteilung afdeling orggroup assignmentgroup team | businessunit"
     " organizationalunit orgunit fachbereich dienststelle "},
    {FH_FIELD_DIRECTION, " direction richtung richting "},
    {FH_FIELD_OUTCOME, " outcome ergebnis uitkomst result resultaat resultat | status "},
    {FH_FIELD_VALUE,
     " value amount betrag bedrag wert waarde revenue umsatz omzet | price preis prijs total"
     " totalamount gesamtbetrag totaalbedrag "},
    {FH_FIELD_CURRENCY, " currency currencycode w\xc3\xa4hrung waehrung valuta munteenheid "},
    {FH_FIELD_SCORE, " score rating nps csat bewertung beoordeling npsscore "},
    {FH_FIELD_PROBLEM,
     " problem problemid ticket ticketid ticketnumber ticketnummer incident incidentid"
     " incidentnumber casenumber"
     " | number vorgangsnummer fallnummer zaaknummer meldingsnummer "},
    {FH_FIELD_ID, " eventid messageid interactionid | id "},
    {FH_FIELD_TEXT, " text message messagetext nachricht bericht comment kommentar opmerking"
                    " | body comments feedback review "},
    {FH_FIELD_SUBJECT, " subject subjectline mailsubject emailsubject betreff betreffzeile"
                       " onderwerp onderwerpregel "},
    {FH_FIELD_PURPOSE, " purpose messagepurpose zweck anlass doel aanleiding"
                       " | template templatename vorlage sjabloon intent "},
    {FH_FIELD_SIGNATORY, " signatory signedby signer unterzeichner unterzeichnetvon"
                         " unterschriftvon ondertekenaar ondertekenddoor "},
    {FH_FIELD_LANGUAGE, " language languagecode lang sprache sprachcode taal taalcode "},
    {FH_FIELD_THREAD, " thread threadid conversation conversationid konversation konversationid"
                      " unterhaltung unterhaltungsid gesprek gesprekid conversatie conversatieid "},
    {FH_FIELD_SENDER, " sender sendername absender afzender"
                      " | senderaddress fromaddress mailfrom absenderadresse afzenderadres "},
};

typedef struct state {
    fh_arena *arena;
    const fh_sample *sample;
    fh_recognised *out;
    bool *taken; /* [n_columns] */
    fh_error *err;
} state;

uint32_t fh_column_find(const fh_str *name, uint32_t n_columns, const fh_term *term)
{
    if (term->number) return term->number <= n_columns ? term->number - 1 : n_columns;
    for (uint32_t i = 0; i < n_columns; i++)
        if (fh_str_eq(name[i], term->name)) return i;
    for (uint32_t i = 0; i < n_columns; i++)
        if (fh_str_eq_nocase(name[i], term->name)) return i;
    return n_columns;
}

static fh_str cell(const state *s, uint32_t row, uint32_t column)
{
    return fh_str_trim(s->sample->cell[(size_t)row * s->sample->n_columns + column]);
}

/* ---- Names -------------------------------------------------------------------- */

/* Small letters, without spaces and marks; false when too long for any word. */
static bool plain_name(fh_str name, char out[MAX_WORD + 1])
{
    size_t n = 0;
    for (size_t i = 0; i < name.len; i++) {
        char ch = name.ptr[i];
        if (ch >= 'A' && ch <= 'Z') ch = (char)(ch + 32);
        if (!((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || (unsigned char)ch >= 0x80))
            continue;
        if (n == MAX_WORD) return false;
        out[n++] = ch;
    }
    out[n] = '\0';
    return n > 0;
}

/* Where `name` stands in a list of names: tier and place; false: not there. */
static bool find_word(const char *names, const char *name, uint32_t *tier, uint32_t *place)
{
    const size_t len = strlen(name);
    uint32_t t = 0, p = 0;
    for (const char *w = names; *w;) {
        while (*w == ' ') w++;
        size_t n = 0;
        while (w[n] && w[n] != ' ') n++;
        if (n == 1 && *w == '|')
            t++;
        else if (n == len && memcmp(w, name, n) == 0) {
            *tier = t;
            *place = p;
            return true;
        }
        p++;
        w += n;
    }
    return false;
}

/* ---- Shapes --------------------------------------------------------------------- */

static bool all_numbers(const state *s, uint32_t column, bool comma)
{
    bool any = false;
    for (uint32_t r = 0; r < s->sample->n_rows; r++) {
        const fh_str v = cell(s, r, column);
        fh_decimal d;
        fh_str currency;
        if (fh_is_missing(v)) continue;
        if (fh_decimal_parse(v, comma, &d, &currency)) return false;
        any = true;
    }
    return any;
}

static bool all_in(const state *s, uint32_t column, fh_field field)
{
    bool any = false;
    for (uint32_t r = 0; r < s->sample->n_rows; r++) {
        const fh_str v = cell(s, r, column);
        fh_direction direction;
        fh_str code;
        if (fh_is_missing(v)) continue;
        if (field == FH_FIELD_DIRECTION ? !fh_direction_word(v, &direction)
                                        : !fh_currency_code(v, &code))
            return false;
        any = true;
    }
    return any;
}

/* Different values among the sampled rows, and how many rows tell one. */
static fh_status count_values(const state *s, uint32_t column, uint32_t *n, uint32_t *different)
{
    fh_intern *seen = fh_intern_new(fh_arena_allocator(s->arena));
    if (!seen) return fh_no_memory(s->err);
    fh_status status = FH_OK;
    *n = 0;
    for (uint32_t r = 0; r < s->sample->n_rows && !status; r++) {
        const fh_str v = cell(s, r, column);
        if (fh_is_missing(v)) continue;
        ++*n;
        if (!fh_intern_add(seen, v, fh_intern_hash(v))) status = fh_no_memory(s->err);
    }
    *different = fh_intern_count(seen);
    fh_intern_free(seen);
    return status;
}

/* The values told in a column, at most n_rows of them. */
static bool gather(const state *s, uint32_t column, fh_str **out, size_t *n)
{
    fh_str *v = FH_NEW_ARRAY(s->arena, fh_str, s->sample->n_rows + 1);
    if (!v) return false;
    *n = 0;
    for (uint32_t r = 0; r < s->sample->n_rows; r++) {
        const fh_str told = cell(s, r, column);
        if (!fh_is_missing(told)) v[(*n)++] = told;
    }
    *out = v;
    return true;
}

/* The pattern of a column of times; NULL when there is none. A few bad rows are
 * no obstacle when `forgiving`: then the pattern that reads most is taken. */
static fh_status find_pattern(const state *s, fh_str *v, size_t n, bool forgiving,
                              const fh_time_pattern **out, fh_str *why)
{
    *out = NULL;
    if (!n) return FH_OK;
    fh_status status = fh_time_recognise(s->arena, v, n, out, why, s->err);
    if (status || *out || !forgiving) return status;
    size_t best = 0;
    for (size_t i = 0; i < n && i < 16; i++) {
        const fh_time_pattern *p;
        fh_str why_this;
        status =
            fh_time_recognise(s->arena, v + i * n / (n < 16 ? n : 16), 1, &p, &why_this, s->err);
        if (status) return status;
        size_t reads = 0;
        int64_t ms;
        for (size_t k = 0; p && k < n; k++) reads += fh_time_parse(p, v[k], NULL, &ms);
        if (reads > best && reads * 2 >= n) {
            best = reads;
            *out = p;
            *why = FH_STR("most rows are such dates");
        }
    }
    return FH_OK;
}

/* Does the column look the part? `*fits` tells; `*why` says why not. */
static fh_status looks_like(const state *s, uint32_t column, fh_field field, bool *fits,
                            const char **why)
{
    uint32_t n, different;
    *fits = true;
    if (field == FH_FIELD_TIME) {
        fh_str *v, text;
        size_t told;
        const fh_time_pattern *p;
        if (!gather(s, column, &v, &told)) return fh_no_memory(s->err);
        const fh_status status = find_pattern(s, v, told, true, &p, &text);
        *fits = told == 0 || p;
        *why = "not all its values are dates";
        return status;
    }
    if (field == FH_FIELD_VALUE || field == FH_FIELD_SCORE) {
        *fits = all_numbers(s, column, false) || all_numbers(s, column, true);
        *why = "not all its values are numbers";
        return FH_OK;
    }
    if (field == FH_FIELD_DIRECTION || field == FH_FIELD_CURRENCY) {
        *fits = all_in(s, column, field);
        *why = field == FH_FIELD_CURRENCY ? "not all its values are currencies"
                                          : "not all its values are in, out or internal";
        return FH_OK;
    }
    if (field == FH_FIELD_PROBLEM) {
        const fh_status status = count_values(s, column, &n, &different);
        /* Our own word is believed: most interactions belong to no problem. */
        *fits = n * 2 >= s->sample->n_rows ||
                fh_str_eq_nocase(s->sample->name[column], FH_STR("problem"));
        *why = "most rows do not tell it";
        return status;
    }
    if (field == FH_FIELD_ID || field == FH_FIELD_CHANNEL || field == FH_FIELD_DEPARTMENT ||
        field == FH_FIELD_OUTCOME) {
        const fh_status status = count_values(s, column, &n, &different);
        if (field == FH_FIELD_ID) {
            *fits = different == n && n == s->sample->n_rows;
            *why = "its values are not different in every row";
        } else {
            *fits = n < 40 || different <= n / 2;
            *why = "it has too many different values";
        }
        return status;
    }
    return FH_OK;
}

/* ---- Taking columns ----------------------------------------------------------------- */

static fh_status note(const state *s, uint32_t column, fh_field field, fh_str why)
{
    fh_column_note *to = &s->out->note[column];
    to->field = field < FH_N_FIELDS ? fh_str_of(fh_field_name(field)) : (fh_str){"", 0};
    to->why = why;
    return FH_OK;
}

/* The term for a column: its name, or its number when the name cannot be written. */
static fh_term term_of(const state *s, uint32_t column)
{
    const fh_str name = s->sample->name[column];
    bool writable = name.len > 0 && fh_str_trim(name).len == name.len;
    for (size_t i = 0; i < name.len; i++) writable &= (unsigned char)name.ptr[i] >= ' ';
    return writable ? (fh_term){.name = name} : (fh_term){.name = {"", 0}, .number = column + 1};
}

static fh_status take(const state *s, uint32_t column, fh_field field, fh_str kind, fh_str why)
{
    fh_rule rule = {.field = field,
                    .kind = kind,
                    .n_terms = 1,
                    .term = {term_of(s, column)},
                    .constant = {"", 0},
                    .pattern = {"", 0}};
    if (!fh_mapping_add(s->arena, s->out->mapping, &rule)) return fh_no_memory(s->err);
    s->taken[column] = true;
    return note(s, column, field, why);
}

typedef struct candidate {
    uint32_t column, tier, place;
} candidate;

/* Columns whose name is in the list and that look the part, in order of trust. */
static fh_status find_candidates(const state *s, size_t entry, candidate *out, uint32_t *n)
{
    const fh_field field = vocabulary[entry].field;
    *n = 0;
    for (uint32_t c = 0; c < s->sample->n_columns; c++) {
        char name[MAX_WORD + 1];
        candidate found = {.column = c};
        bool fits;
        const char *why = "";
        if (s->taken[c] || !plain_name(s->sample->name[c], name) ||
            !find_word(vocabulary[entry].names, name, &found.tier, &found.place))
            continue;
        const fh_status status = looks_like(s, c, field, &fits, &why);
        if (status) return status;
        /* Beside an identifier that was mapped only the clearest name will do. */
        if (field == FH_FIELD_CUSTOMER && found.tier && fh_mapping_find(s->out->mapping, field))
            continue;
        if (!fits) {
            fh_str text;
            if (!fh_arena_format(s->arena, &text, "kept aside: named like the %s, but %s",
                                 fh_field_name(field), why))
                return fh_no_memory(s->err);
            s->out->note[c].why = text;
            continue;
        }
        uint32_t at = (*n)++;
        for (; at && (out[at - 1].tier > found.tier ||
                      (out[at - 1].tier == found.tier && out[at - 1].place > found.place));
             at--)
            out[at] = out[at - 1];
        out[at] = found;
    }
    return FH_OK;
}

static bool is_unclear(const candidate *c, uint32_t n)
{
    return n > 1 && c[0].tier == c[1].tier && (c[0].tier > 0 || c[0].place == c[1].place);
}

static fh_status take_time_by_shape(const state *s, uint32_t faintly);

static fh_status take_by_name(const state *s, size_t entry, candidate *found)
{
    const fh_field field = vocabulary[entry].field;
    uint32_t n;
    fh_status status = find_candidates(s, entry, found, &n);
    if (status || !n) return status;
    const bool unclear = is_unclear(found, n);
    if (!unclear && field == FH_FIELD_TIME && found[0].tier > 0) {
        status = take_time_by_shape(s, found[0].column);
    } else if (!unclear) {
        const bool mail = field == FH_FIELD_CUSTOMER && found[0].tier == 2;
        const fh_str kind = mail                         ? FH_STR("email")
                            : field == FH_FIELD_CUSTOMER ? FH_STR("customer")
                                                         : (fh_str){"", 0};
        status = take(s, found[0].column, field, kind, FH_STR("by its name"));
    }
    for (uint32_t i = unclear ? 0 : 1; i < n && !status; i++) {
        fh_str why;
        const bool mail = field == FH_FIELD_CUSTOMER && found[i].tier == 2;
        const fh_str other = fh_shown(s->sample->name[found[!unclear || i ? 0 : 1].column]);
        const bool said =
            mail ? fh_arena_format(s->arena, &why,
                                   "kept aside: could identify the customer too (customer.email)")
                 : fh_arena_format(s->arena, &why, "kept aside: could be the %s too, like '%.*s'",
                                   fh_field_name(field), FH_STR_ARG(other));
        if (!said) return fh_no_memory(s->err);
        s->out->note[found[i].column].why = why;
    }
    return status;
}

/* Is the column not mapped, and all of it dates, though not mere numbers? */
static fh_status has_dates(const state *s, uint32_t column, bool *dates, fh_str *why)
{
    fh_str *v;
    size_t n;
    const fh_time_pattern *p = NULL;
    *dates = false;
    if (s->taken[column]) return FH_OK;
    if (!gather(s, column, &v, &n)) return fh_no_memory(s->err);
    bool dated = n > 0;
    for (size_t i = 0; i < n && dated; i++) {
        size_t digits = 0;
        for (size_t k = 0; k < v[i].len; k++) digits += v[i].ptr[k] >= '0' && v[i].ptr[k] <= '9';
        dated = digits >= 4 && digits < v[i].len;
    }
    if (!dated) return FH_OK;
    const fh_status status = find_pattern(s, v, n, false, &p, why);
    *dates = p != NULL;
    return status;
}

/* The only column of dates, when none has a name that says so. A name that says so
 * only faintly (opened_at) is not believed when other columns have dates too. */
static fh_status take_time_by_shape(const state *s, uint32_t faintly)
{
    uint32_t only = s->sample->n_columns, n_found = 0;
    fh_str why = {"", 0};
    for (uint32_t c = 0; c < s->sample->n_columns; c++) {
        bool dates;
        fh_str text = {"", 0};
        const fh_status status = has_dates(s, c, &dates, &text);
        if (status) return status;
        if (!dates) continue;
        only = c;
        n_found++;
        why = text;
        s->out->note[c].why = FH_STR("kept aside: dates; could be the time");
    }
    if (faintly < s->sample->n_columns)
        return n_found == 1
                   ? take(s, faintly, FH_FIELD_TIME, (fh_str){"", 0}, FH_STR("by its name"))
                   : FH_OK;
    if (n_found != 1) return FH_OK;
    fh_str text;
    if (!fh_arena_format(s->arena, &text, "looks like a date%s%.*s", why.len ? ", " : "",
                         FH_STR_ARG(why)))
        return fh_no_memory(s->err);
    return take(s, only, FH_FIELD_TIME, (fh_str){"", 0}, text);
}

/* ---- The mapping that was given -------------------------------------------------------- */

static void list_columns(const state *s, char *out, size_t size)
{
    size_t n = 0;
    out[0] = '\0';
    for (uint32_t c = 0; c < s->sample->n_columns; c++) {
        const fh_str name = fh_shown(s->sample->name[c]);
        if (n + name.len + 8 > size || c == MAX_LISTED) {
            memcpy(out + n, ", ...", 6);
            return;
        }
        if (c) {
            memcpy(out + n, ", ", 2);
            n += 2;
        }
        memcpy(out + n, name.ptr, name.len);
        n += name.len;
        out[n] = '\0';
    }
}

static fh_status accept_given(const state *s, const fh_mapping *given)
{
    for (uint32_t i = 0; given && i < given->n; i++) {
        const fh_rule *rule = &given->rule[i];
        for (uint32_t t = 0; t < rule->n_terms; t++) {
            const fh_term *term = &rule->term[t];
            const uint32_t c = fh_column_find(s->sample->name, s->sample->n_columns, term);
            if (c < s->sample->n_columns && (!term->number || s->sample->format == FH_CSV)) {
                s->taken[c] = true;
                (void)note(s, c, rule->field, FH_STR("as mapped"));
                continue;
            }
            char columns[160];
            list_columns(s, columns, sizeof columns);
            if (term->number && s->sample->format != FH_CSV)
                (void)fh_fail(s->err, FH_INVALID,
                              "the mapping names column #%u, but only CSV has numbered columns",
                              term->number);
            else if (s->sample->format != FH_CSV)
                continue; /* may well come later in the file */
            else if (term->number)
                (void)fh_fail(s->err, FH_INVALID, "the mapping names column #%u of %u",
                              term->number, s->sample->n_columns);
            else
                (void)fh_fail(s->err, FH_INVALID,
                              "the mapping names the column '%.*s', which the file does not have",
                              FH_STR_ARG(fh_shown(term->name)));
            return fh_hint(s->err, FH_INVALID, "The columns are: %s.", columns);
        }
        if (!fh_mapping_add(s->arena, s->out->mapping, rule)) return fh_no_memory(s->err);
    }
    return FH_OK;
}

/* ---- Finishing --------------------------------------------------------------------------- */

static fh_status complete_time(const state *s)
{
    fh_rule *rule = NULL;
    for (uint32_t i = 0; i < s->out->mapping->n; i++)
        if (s->out->mapping->rule[i].field == FH_FIELD_TIME) rule = &s->out->mapping->rule[i];
    if (!rule || rule->time) return FH_OK;
    const uint32_t c = fh_column_find(s->sample->name, s->sample->n_columns, &rule->term[0]);
    fh_str *v = NULL, why = {"", 0};
    size_t n = 0;
    fh_status status = FH_OK;
    if (rule->n_terms == 1 && c < s->sample->n_columns) {
        if (!gather(s, c, &v, &n)) return fh_no_memory(s->err);
        status = find_pattern(s, v, n, true, &rule->time, &why);
        if (status) return status;
        if (n && !rule->time) {
            (void)fh_fail(s->err, FH_FORMAT,
                          "the times in '%.*s', such as '%.*s', are in no known "
                          "form",
                          FH_STR_ARG(fh_shown(s->sample->name[c])), FH_STR_ARG(fh_shown(v[0])));
            return fh_hint(s->err, FH_FORMAT,
                           "Give their pattern, such as --map time=%.*s:'%%d/%%m/%%Y %%H:%%M'.",
                           FH_STR_ARG(fh_shown(s->sample->name[c])));
        }
        if (why.len) {
            fh_str text;
            const fh_str before = s->out->note[c].why;
            if (!fh_arena_format(s->arena, &text, "%.*s; %.*s", FH_STR_ARG(before),
                                 FH_STR_ARG(why)))
                return fh_no_memory(s->err);
            if (!memchr(before.ptr, ',', before.len)) s->out->note[c].why = text;
        }
    }
    if (!rule->time) {
        status = fh_time_pattern_new(s->arena, FH_STR("iso"), &rule->time, s->err);
        if (status) return status;
    }
    rule->pattern = fh_time_pattern_text(rule->time);
    return FH_OK;
}

/* By which mark the file parts decimals: as the amounts themselves tell. */
static bool uses_comma(const state *s, const fh_reader_options *options)
{
    size_t points = 0, commas = 0, unclear = 0;
    if (options->decimal_comma) return true;
    for (uint32_t i = 0; i < s->out->mapping->n; i++) {
        const fh_rule *rule = &s->out->mapping->rule[i];
        if (rule->field != FH_FIELD_VALUE && rule->field != FH_FIELD_SCORE) continue;
        for (uint32_t t = 0; t < rule->n_terms; t++) {
            const uint32_t c =
                fh_column_find(s->sample->name, s->sample->n_columns, &rule->term[t]);
            if (c == s->sample->n_columns) continue;
            for (uint32_t r = 0; r < s->sample->n_rows; r++) {
                const fh_str v = cell(s, r, c);
                const fh_mark mark = fh_decimal_mark(v);
                points += mark == FH_MARK_POINT;
                commas += mark == FH_MARK_COMMA;
                unclear += mark == FH_MARK_UNKNOWN && memchr(v.ptr ? v.ptr : "", '.', v.len);
            }
        }
    }
    /* "1.234" alone in a file parted by semicolons: thousands, as its country writes. */
    if (!points && !commas) return unclear && options->delimiter == ';';
    return commas > points;
}

/* What stands in the first rows, for people to look at. */
static fh_status show_first(const state *s, uint32_t column)
{
    fh_column_note *to = &s->out->note[column];
    const uint32_t n = s->sample->n_rows < FIRST_ROWS ? s->sample->n_rows : FIRST_ROWS;
    fh_str *first = FH_NEW_ARRAY(s->arena, fh_str, FIRST_ROWS);
    if (!first) return fh_no_memory(s->err);
    for (uint32_t r = 0; r < n; r++) first[r] = fh_shown(cell(s, r, column));
    to->first = first;
    to->n_first = n;
    return FH_OK;
}

static fh_status describe_rest(const state *s)
{
    for (uint32_t c = 0; c < s->sample->n_columns; c++) {
        fh_column_note *to = &s->out->note[c];
        uint32_t n, different;
        const fh_status shown = show_first(s, c);
        if (shown) return shown;
        for (uint32_t r = 0; r < s->sample->n_rows && !to->sample.len; r++)
            if (!fh_is_missing(cell(s, r, c))) to->sample = fh_shown(cell(s, r, c));
        if (to->field.len || to->why.len) continue;
        const fh_status status = count_values(s, c, &n, &different);
        if (status) return status;
        if (n == 0)
            to->why = FH_STR("kept aside: no value in the first rows");
        else if (all_numbers(s, c, s->out->comma))
            to->why = FH_STR("kept aside: numbers");
        else if (n >= 20 && different <= 12)
            to->why = FH_STR("kept aside: few different values");
        else
            to->why = FH_STR("kept aside");
    }
    return FH_OK;
}

/* Some column that is not mapped: for the touchpoint one with words in it. */
static fh_str likely(const state *s, fh_field field)
{
    fh_str name = {"...", 3};
    for (uint32_t c = s->sample->n_columns; c-- > 0;) {
        if (s->taken[c]) continue;
        if (field == FH_FIELD_TOUCHPOINT && all_numbers(s, c, false) && name.ptr[0] != '.')
            continue;
        name = s->sample->name[c];
    }
    return name.len ? name : (fh_str){"...", 3};
}

static void example(const state *s, fh_field field, char out[48])
{
    const fh_rule *rule = fh_mapping_find(s->out->mapping, field);
    fh_str name = {"...", 3};
    if (rule && rule->n_terms)
        name = rule->term[0].name;
    else
        name = likely(s, field);
    if (rule && !rule->n_terms) name = rule->constant;
    if (name.len > 40) name.len = 40;
    const bool plain = !memchr(name.ptr ? name.ptr : "", ' ', name.len);
    size_t n = 0;
    if (!plain) out[n++] = '\'';
    if (name.len) memcpy(out + n, name.ptr, name.len);
    n += name.len;
    if (!plain) out[n++] = '\'';
    out[n] = '\0';
}

static fh_status require(const state *s)
{
    static const fh_field needed[] = {FH_FIELD_CUSTOMER, FH_FIELD_TIME, FH_FIELD_TOUCHPOINT};
    static const char *const said[] = {"who the customer was", "when it happened",
                                       "what happened (the touchpoint)"};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        if (fh_mapping_find(s->out->mapping, needed[i])) continue;
        char columns[160], customer[48], when[48], what[48];
        list_columns(s, columns, sizeof columns);
        example(s, FH_FIELD_CUSTOMER, customer);
        example(s, FH_FIELD_TIME, when);
        example(s, FH_FIELD_TOUCHPOINT, what);
        (void)fh_fail(s->err, FH_FORMAT, "no column tells for certain %s; the columns are: %s",
                      said[i], columns);
        return fh_hint(s->err, FH_FORMAT,
                       "Say which columns do, such as --map customer=%s,time=%s,touchpoint=%s.",
                       customer, when, what);
    }
    return FH_OK;
}

/* An event log's own names, and nothing else. */
static fh_status take_xes(const state *s)
{
    static const struct {
        fh_field field;
        const char *name;
        bool always;
    } usual[] = {{FH_FIELD_CUSTOMER, "case:concept:name", true},
                 {FH_FIELD_TIME, "time:timestamp", true},
                 {FH_FIELD_TOUCHPOINT, "concept:name", true},
                 {FH_FIELD_DEPARTMENT, "org:group", false}};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        const fh_field field = usual[i].field;
        if (fh_mapping_find(s->out->mapping, field)) continue;
        const fh_term term = {.name = fh_str_of(usual[i].name)};
        const uint32_t c = fh_column_find(s->sample->name, s->sample->n_columns, &term);
        const fh_str kind = field == FH_FIELD_CUSTOMER ? FH_STR("customer") : (fh_str){"", 0};
        if (c < s->sample->n_columns && !s->taken[c]) {
            const fh_status status = take(s, c, field, kind, FH_STR("by its name"));
            if (status) return status;
        } else if (usual[i].always) {
            const fh_rule rule = {.field = field,
                                  .kind = kind,
                                  .n_terms = 1,
                                  .term = {term},
                                  .constant = {"", 0},
                                  .pattern = {"", 0}};
            if (!fh_mapping_add(s->arena, s->out->mapping, &rule)) return fh_no_memory(s->err);
        }
    }
    return FH_OK;
}

/* Has the mapping said all there is to say about the field? One that only adds an
 * identifier (customer.email) leaves open who the customer is. */
static bool is_settled(const state *s, fh_field field)
{
    const fh_mapping *m = s->out->mapping;
    if (field != FH_FIELD_CUSTOMER) return fh_mapping_find(m, field) != NULL;
    for (uint32_t i = 0; i < m->n; i++)
        if (m->rule[i].field == field && fh_str_eq(m->rule[i].kind, FH_STR("customer")))
            return true;
    return false;
}

static fh_status take_by_names(const state *s)
{
    candidate *found = FH_NEW_ARRAY(s->arena, candidate, s->sample->n_columns + 1);
    if (!found) return fh_no_memory(s->err);
    for (size_t i = 0; i < sizeof vocabulary / sizeof *vocabulary; i++) {
        if (is_settled(s, vocabulary[i].field)) continue;
        const fh_status status = take_by_name(s, i, found);
        if (status) return status;
    }
    if (fh_mapping_find(s->out->mapping, FH_FIELD_TIME)) return FH_OK;
    return take_time_by_shape(s, s->sample->n_columns);
}

fh_status fh_recognise(fh_arena *arena, const fh_sample *sample, const fh_reader_options *options,
                       fh_recognised *out, fh_error *err)
{
    fh_recognised r = {0};
    state s = {.arena = arena, .sample = sample, .out = &r, .err = err};
    s.taken = FH_NEW_ARRAY(arena, bool, sample->n_columns + 1);
    r.note = FH_NEW_ARRAY(arena, fh_column_note, sample->n_columns + 1);
    if (!s.taken || !r.note || !fh_mapping_new(arena, &r.mapping)) return fh_no_memory(err);
    for (uint32_t c = 0; c < sample->n_columns; c++) r.note[c].name = sample->name[c];

    fh_status status = accept_given(&s, options->mapping);
    if (!status && !options->exact)
        status = sample->format == FH_XES ? take_xes(&s) : take_by_names(&s);
    if (!status) status = require(&s);
    if (!status) status = complete_time(&s);
    /* Whoever is asked to tell the rest wants to see the columns. */
    if (status && status != FH_INVALID && status != FH_FORMAT) return status;
    r.comma = uses_comma(&s, options);
    s.err = status ? NULL : err;
    const fh_status described = describe_rest(&s);
    if (!described) *out = r;
    return status ? status : described;
}
