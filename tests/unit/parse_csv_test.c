/* parse_csv_test.c - CSV as the world writes it: what is read, what is refused and
 * how it is said; the same in pieces of any size. */
#include "test.h"

#include "reading.h"

#include <stdlib.h>

#define T    "2024-01-31T10:00:00Z"
#define HEAD "customer,time,touchpoint\n"
#define SKIP " or skip the row."

typedef struct example {
    const char *mapping, *text, *want;
} example;

static void check_all(const example *e, size_t n)
{
    for (size_t i = 0; i < n; i++)
        check_reading(FH_CSV, e[i].mapping, fh_str_of(e[i].text), e[i].want);
}

static void files_are_read_however_they_are_written(void **state)
{
    (void)state;
    static const example table[] = {
        {NULL, HEAD "c1," T ",call\nc2," T ",visit\n",
         "1@2 customer=c1 " T " call\n2@3 customer=c2 " T " visit\n"},
        /* delimiters, ends of lines, BOM, no newline at the end */
        {NULL, "customer;time;touchpoint\r\nc1;" T ";a, b\r\n", "1@2 customer=c1 " T " a, b\n"},
        {NULL, "customer\ttime\ttouchpoint\rc1\t" T "\tcall\r", "1@2 customer=c1 " T " call\n"},
        {NULL,
         "\xef\xbb\xbf"
         "customer|time|touchpoint\nc1|" T "|call",
         "1@2 customer=c1 " T " call\n"},
        /* quotes */
        {NULL, HEAD "\"c1\"," T ",\"a \"\"b\"\", c\"\n", "1@2 customer=c1 " T " a \"b\", c\n"},
        {NULL, HEAD "c1," T ",\"two\nlines\"\nc2," T ",x\n",
         "1@2 customer=c1 " T " two\nlines\n2@4 customer=c2 " T " x\n"},
        {NULL, HEAD "c1," T ",5\" pipe\nc2," T ",x\"y\"\n",
         "1@2 customer=c1 " T " 5\" pipe\n2@3 customer=c2 " T " x\"y\"\n"},
        {NULL, HEAD "c1," T ",\"x\" \nc2," T ",\"\"\"\"\n",
         "1@2 customer=c1 " T " x\n2@3 customer=c2 " T " \"\n"},
        /* empty lines, also such as spreadsheets leave behind */
        {NULL, "\n" HEAD "\nc1," T ",call\n\n  \n,,\nc2," T ",x\n",
         "1@4 customer=c1 " T " call\n2@8 customer=c2 " T " x\n"},
        /* spaces around cells */
        {NULL, "customer , time,touchpoint\n c1 , " T " , call \n", "1@2 customer=c1 " T " call\n"},
        /* Latin-1 and what Windows adds */
        {NULL, HEAD "M\xfcller," T ",gr\xfc\xdf\x80\n",
         "1@2 customer=M\xc3\xbcller " T " gr\xc3\xbc\xc3\x9f\xe2\x82\xac\n"},
        {NULL, HEAD "M\xc3\xbcller," T ",x\n", "1@2 customer=M\xc3\xbcller " T " x\n"},
        /* what is not mapped is kept; the second of two columns is #2 */
        {NULL, "customer,time,touchpoint,plan,plan,\nc1," T ",call,a,b,\"c\"\"d\"\n",
         "1@2 customer=c1 " T " call {\"plan\":\"a\",\"plan#2\":\"b\",\"#6\":\"c\\\"d\"}\n"},
        {"text=note,ignore=secret",
         "customer,time,touchpoint,note,secret,text\nc1," T ",call,hello,x,y\n",
         "1@2 customer=c1 " T " call text=hello {\"text\":\"hello\",\"text column\":\"y\"}\n"},
        /* by number */
        {"customer=#2,time=#1,touchpoint=#3", "when,who,what\n" T ",c1,call\n",
         "1@2 customer=c1 " T " call\n"},
        {NULL, HEAD, ""},
    };
    check_all(table, COUNT(table));
}

static void every_field_has_its_form(void **state)
{
    (void)state;
    static const example table[] = {
        {NULL,
         "customer,time,touchpoint,channel,department,direction,outcome,value,currency,score,"
         "problem,"
         "event_id,comment\n"
         "c1," T ",call,phone,sales,inbound,sold,12.50,eur,9.5,p1,e1,hello\n"
         "c2," T ",call,?,NULL,Ausgang,-,?,,N/A,,e2,\n",
         "1@2 customer=c1 " T " call ch=phone dep=sales dir=in out=sold value=1250 EUR score=950 "
         "problem=p1 id=e1 text=hello {\"text\":\"hello\"}\n"
         "2@3 customer=c2 " T " call dir=out id=e2\n"},
        /* a message: its members stand first in the payload, under one name in any language */
        {NULL,
         "Kunde,time,touchpoint,plan,Absender,Gespr\xc3\xa4"
         "ch,thread_id,Sprache,unterzeichner,"
         "Zweck,"
         "Betreff,text\nc1," T ",letter,p,Ann <a@x>,g,t1,de,Dr. B,welcome,Hallo,Liebe Ann\n"
         "c2," T ",letter,,?,,,,,,,\n",
         "1@2 customer=c1 " T
         " letter text=Liebe Ann {\"text\":\"Liebe Ann\",\"subject\":\"Hallo\","
         "\"purpose\":\"welcome\",\"signatory\":\"Dr. B\",\"language\":\"de\",\"thread\":\"t1\","
         "\"sender\":\"Ann <a@x>\",\"plan\":\"p\",\"Gespr\xc3\xa4"
         "ch\":\"g\"}\n"
         "2@3 customer=c2 " T " letter\n"},
        {"purpose=kind:'w*=welcome',signatory=\"The board\",subject=a+b",
         "customer,time,touchpoint,kind,a,b,subject,purpose\nc1," T ",x,w3,one,two,three,four\n",
         "1@2 customer=c1 " T " x {\"subject\":\"one: two\",\"purpose\":\"welcome\","
         "\"signatory\":\"The board\",\"subject column\":\"three\",\"purpose column\":\"four\"}\n"},
        {"customer.email=mail,customer.phone=tel",
         "customer,mail,tel,time,touchpoint\nc1,a@b.c,," T ",x\n,,7," T ",x\n",
         "1@2 email=a@b.c customer=c1 " T " x\n2@3 phone=7 " T " x\n"},
        {"customer=c,time=t,touchpoint=a+b", "c,t,a,b\n1," T ",x,y\n1," T ",,y\n1," T ",x,?\n",
         "1@2 customer=1 " T " x: y\n2@3 customer=1 " T " y\n3@4 customer=1 " T " x\n"},
        {"customer=c,time=d+h:'%Y-%m-%d %H:%M',touchpoint=\"visit\"", "c,d,h\n1,2024-01-31,10:00\n",
         "1@2 customer=1 " T " visit\n"},
        {"value=q*p,outcome=no:'C*=cancelled|*=sold'",
         "customer,time,touchpoint,no,q,p\nc1," T ",buy,536,3,1.005\nc1," T ",buy,C536,-3,1.005\n"
         "c1," T ",buy,,,1\n",
         "1@2 customer=c1 " T " buy out=sold value=302\n"
         "2@3 customer=c1 " T " buy out=cancelled value=-302\n"
         "3@4 customer=c1 " T " buy out=sold\n"},
        {"currency=\"JPY\"", "customer,time,touchpoint,value\nc1," T ",buy,1200\n",
         "1@2 customer=c1 " T " buy value=1200 JPY\n"},
        {NULL,
         "customer,time,touchpoint,value\nc1," T ",buy,1.200 KWD\nc1," T
         ",buy,\xe2\x82\xac 2\nc1," T ",buy,3.5\n",
         "1@2 customer=c1 " T " buy value=1200 KWD\n2@3 customer=c1 " T " buy value=200 EUR\n"
         "3@4 customer=c1 " T " buy value=350\n"},
        {NULL, "customer;time;touchpoint;value\nc1;" T ";buy;1.234,50\nc1;" T ";buy;12\n",
         "1@2 customer=c1 " T " buy value=123450\n2@3 customer=c1 " T " buy value=1200\n"},
        {"direction=way:'from*=in|to*=out'", "customer,time,touchpoint,way\nc1," T ",x,from us\n",
         "1@2 customer=c1 " T " x dir=in\n"},
        {"channel=\"web\"", "customer,time,touchpoint,channel\nc1," T ",x,phone\n",
         "1@2 customer=c1 " T " x ch=web {\"channel\":\"phone\"}\n"},
        {NULL, HEAD "NA," T ",None\n", "1@2 customer=NA " T " None\n"},
    };
    check_all(table, COUNT(table));
}

static void a_bad_row_is_told_with_place_reason_and_text(void **state)
{
    (void)state;
    static const example table[] = {
        {NULL, HEAD "c1,2024-02-31,call\nc2," T ",x\n",
         "1@2 REJECT column 2 time: '2024-02-31' is not a date in the form of this column | "
         "Correct the date" SKIP " | c1,2024-02-31,call\n2@3 customer=c2 " T " x\n"},
        {NULL, HEAD "c1,,call\n",
         "1@2 REJECT column 2 time: the time is missing | Fill in the time" SKIP " | c1,,call\n"},
        {NULL, HEAD "?," T ",call\n",
         "1@2 REJECT column 1 customer: the customer is missing | Fill in who it was" SKIP " | ?," T
         ",call\n"},
        {NULL, HEAD "c1," T ",\n",
         "1@2 REJECT column 3 touchpoint: the touchpoint is missing | Fill in the touchpoint" SKIP
         " | c1," T ",\n"},
        {NULL,
         HEAD "c1,1939-12-31T23:59:59.999Z,call\nc1,1940-01-01T00:00:00Z,call\n"
              "c1,1948-01-26T22:59:59.001Z,call\nc1,2076-02-06T06:28:15.999Z,call\n"
              "c1,2076-02-06T06:28:16Z,call\n",
         "1@2 REJECT column 2 time: '1939-12-31T23:59:59.999Z' lies outside the years 1940 to 2076 "
         "| Correct the date" SKIP " | c1,1939-12-31T23:59:59.999Z,call\n"
         "2@3 customer=c1 1940-01-01T00:00:00Z call\n"
         "3@4 customer=c1 1948-01-26T22:59:59.001Z call\n"
         "4@5 customer=c1 2076-02-06T06:28:15.999Z call\n"
         "5@6 REJECT column 2 time: '2076-02-06T06:28:16Z' lies outside the years 1940 to 2076 "
         "| Correct the date" SKIP " | c1,2076-02-06T06:28:16Z,call\n"},
        {NULL, HEAD "c1,1939-12-31,call\n",
         "1@2 REJECT column 2 time: '1939-12-31' lies outside the years 1940 to 2076 | Correct the "
         "date" SKIP " | c1,1939-12-31,call\n"},
        {NULL, HEAD "c1," T "\nc2," T ",x\n",
         "1@2 REJECT column 3 touchpoint: the row has 2 of 3 fields | Add the missing fields, or "
         "their delimiters. | c1," T "\n2@3 customer=c2 " T " x\n"},
        {NULL, HEAD "c1," T ",a,b\r\n",
         "1@2 REJECT the row has 4 fields, the header has 3 | Quote the field that has a delimiter "
         "in it. | c1," T ",a,b\n"},
        {NULL, HEAD "c1," T ",\"a\"b\n",
         "1@2 REJECT column 3 touchpoint: text stands behind the closing quote | Write quotes "
         "inside "
         "a quoted field twice. | c1," T ",\"a\"b\n"},
        {"value=v",
         "customer,time,touchpoint,v\nc1," T ",x,1\nc1," T ",x,twelve\nc1," T
         ",x,99999999999999999999\n",
         "1@2 customer=c1 " T " x value=100\n"
         "2@3 REJECT column 4 v: 'twelve' is not a number | Correct it (decimals are parted by a "
         "point in this file)" SKIP " | c1," T ",x,twelve\n"
         "3@4 REJECT column 4 v: '99999999999999999999' is too large a number | Correct the "
         "number" SKIP " | c1," T ",x,99999999999999999999\n"},
        {"direction=d", "customer,time,touchpoint,d\nc1," T ",x,sideways\n",
         "1@2 REJECT column 4 d: 'sideways' is not a direction | Write in, out or internal, or map "
         "words to them: direction=column:'from*=in|to*=out'. | c1," T ",x,sideways\n"},
        {"customer=customer,time=time:'%d/%m/%Y',touchpoint=touchpoint", HEAD "c1,31/02/2024,x\n",
         "1@2 REJECT column 2 time: '31/02/2024' is not a date in the form of this column | "
         "Correct "
         "the date" SKIP " | c1,31/02/2024,x\n"},
    };
    check_all(table, COUNT(table));
}

static void a_byte_of_0_rejects_its_row(void **state)
{
    (void)state;
    static const char text[] = HEAD "c1," T ",a\0b\nc2," T ",x\n";
    fh_buf out;
    fh_buf_init(&out, NULL, 1 << 20);
    const fh_reader_options options = {0};
    assert_status(
        reading(test_allocator(), FH_CSV, &options, (fh_str){text, sizeof text - 1}, 0, &out),
        FH_OK);
    fh_buf_char(&out, '\0');
    assert_non_null(
        strstr(out.ptr, "1@2 REJECT column 3 touchpoint: a byte of value 0 stands here"));
    fh_buf_free(&out);
}

/* A file that begins as UTF-8 stays so: a later bad byte is a bad row. */
static void bad_utf8_later_in_a_file_rejects_its_row(void **state)
{
    (void)state;
    enum { ROWS = 4000 };
    fh_buf text, out;
    fh_buf_init(&text, NULL, 1 << 20);
    fh_buf_init(&out, NULL, 1 << 22);
    fh_buf_text(&text, HEAD);
    for (int i = 0; i < ROWS; i++) fh_buf_printf(&text, "M\xc3\xbcller%d," T ",call\n", i);
    fh_buf_text(&text, "Sch\xf6n," T ",call\nc," T ",x\n");
    const fh_reader_options options = {0};
    assert_status(reading(test_allocator(), FH_CSV, &options, fh_buf_view(&text), 0, &out), FH_OK);
    fh_buf_char(&out, '\0');
    assert_non_null(strstr(
        out.ptr,
        "4001@4002 REJECT column 1 customer: byte f6 is not UTF-8 | Correct the character, or "
        "import the file as Latin-1. | Sch\xf6n,"));
    assert_non_null(strstr(out.ptr, "4002@4003 customer=c " T " x\n"));
    fh_buf_free(&text);
    fh_buf_free(&out);
}

static void a_file_that_is_no_csv_is_refused_with_a_remedy(void **state)
{
    (void)state;
    static const example table[] = {
        {NULL, "",
         "ERROR the file is empty | A CSV file begins with a line that names its columns.\n"},
        {NULL, " \n\n",
         "ERROR the file is empty | A CSV file begins with a line that names its columns.\n"},
        {NULL, HEAD "c1," T ",call\nc2," T ",\"open\nmore\n",
         "1@2 customer=c1 " T
         " call\nERROR line 3: a quote opens in field 3 and never closes | Close "
         "the quote, or take it away; a quote inside a quoted field is written twice.\n"},
        {NULL,
         "\xff\xfe"
         "a",
         "ERROR the file is in UTF-16 | Save it as UTF-8 (\"CSV UTF-8\") and import it again.\n"},
        {NULL, "a,b\n1,2\n",
         "ERROR no column tells for certain who the customer was; the columns are: a, b | Say "
         "which "
         "columns do, such as --map customer=a,time=a,touchpoint=b.\n"},
        {"customer=who", HEAD "c1," T ",x\n",
         "ERROR the mapping names the column 'who', which the file does not have | The columns "
         "are: "
         "customer, time, touchpoint.\n"},
        {"customer=#4", HEAD "c1," T ",x\n",
         "ERROR the mapping names column #4 of 3 | The columns are: customer, time, touchpoint.\n"},
        {NULL, HEAD "c1,soon,x\n",
         "ERROR no column tells for certain when it happened; the columns are: customer, time, "
         "touchpoint | Say which columns do, such as --map customer=customer,time=time,"
         "touchpoint=touchpoint.\n"},
        {"time=time", HEAD "c1,soon,x\n",
         "ERROR the times in 'time', such as 'soon', are in no known form | Give their pattern, "
         "such "
         "as --map time=time:'%d/%m/%Y %H:%M'.\n"},
    };
    check_all(table, COUNT(table));
}

static void a_row_over_1_mib_is_rejected_and_the_next_ones_are_read(void **state)
{
    (void)state;
    enum { LONG = (1 << 20) + 100 };
    static const size_t pieces[] = {0, 65536, 1000000};
    fh_buf text;
    fh_buf_init(&text, NULL, 8 << 20);
    fh_buf_text(&text, HEAD "c1," T ",x\nc2," T ",");
    for (int i = 0; i < LONG; i++) fh_buf_char(&text, 'a');
    fh_buf_text(&text, "\nc3," T ",y\n");
    for (size_t i = 0; i < COUNT(pieces); i++) {
        fh_buf out;
        fh_buf_init(&out, NULL, 8 << 20);
        const fh_reader_options options = {0};
        assert_status(reading(NULL, FH_CSV, &options, fh_buf_view(&text), pieces[i], &out), FH_OK);
        fh_buf_char(&out, '\0');
        assert_non_null(strstr(out.ptr, "1@2 customer=c1"));
        assert_non_null(strstr(out.ptr, "2@3 REJECT the row is longer than 1 MiB"));
        assert_non_null(strstr(out.ptr, "3@4 customer=c3"));
        fh_buf_free(&out);
    }
    fh_buf_free(&text);
}

static void rows_already_imported_are_skipped(void **state)
{
    (void)state;
    const fh_str text = FH_STR(HEAD "c1," T ",a\nc2,x,b\nc3," T ",c\nc4,x,d\nc5," T ",e\n");
    fh_reader_options options = {.skip_rows = 2};
    fh_buf out;
    fh_buf_init(&out, NULL, 1 << 20);
    assert_status(reading(test_allocator(), FH_CSV, &options, text, 0, &out), FH_OK);
    fh_buf_char(&out, '\0');
    assert_int_equal(strncmp(out.ptr, "3@4 customer=c3", 15), 0);
    assert_non_null(strstr(out.ptr, "4@5 REJECT"));
    assert_non_null(strstr(out.ptr, "5@6 customer=c5"));
    fh_buf_free(&out);
}

/* Every line of `got` begins as its line of `want`; there are as many. */
static void check_lines(fh_str got, fh_str want)
{
    while (want.len) {
        const size_t n = (size_t)((const char *)memchr(want.ptr, '\n', want.len) - want.ptr);
        const char *end = got.len ? memchr(got.ptr, '\n', got.len) : NULL;
        if (!end || (size_t)(end - got.ptr) < n || memcmp(got.ptr, want.ptr, n) != 0)
            fail_msg("want '%.*s', got '%.60s'", (int)n, want.ptr, got.len ? got.ptr : "nothing");
        want = (fh_str){want.ptr + n + 1, want.len - n - 1};
        got = (fh_str){end + 1, got.len - (size_t)(end + 1 - got.ptr)};
    }
    assert_int_equal(got.len, 0);
}

/* Row i of a large file: mostly plain, now and then quoted, not ASCII, or bad. */
static void put_row(fh_buf *text, fh_buf *want, uint32_t i)
{
    const uint32_t line = i + 1;
    if (i % 37 == 5) {
        fh_buf_printf(text, "c%u,2024-02-31,a\n", i);
        fh_buf_printf(want, "%u@%u REJECT column 2", i, line);
    } else if (i % 41 == 7) {
        fh_buf_printf(text, "c%u," T ",?\n", i);
        fh_buf_printf(want, "%u@%u REJECT column 3", i, line);
    } else if (i % 53 == 9) {
        fh_buf_printf(text, "c%u," T "\n", i);
        fh_buf_printf(want, "%u@%u REJECT", i, line);
    } else if (i > 2800 && i % 61 == 11) { /* behind what tells the encoding */
        fh_buf_printf(text, "c%u," T ",\xff\n", i);
        fh_buf_printf(want, "%u@%u REJECT column 3", i, line);
    } else {
        const char *what = i % 29 == 3 ? "\"quoted\"" : i % 31 == 2 ? "caf\xc3\xa9" : "call";
        fh_buf_printf(text, "c%u," T ",%s\n", i, what);
        fh_buf_printf(want, "%u@%u customer=c%u " T " %s", i, line, i,
                      i % 29 == 3 ? "quoted" : what);
    }
    fh_buf_char(want, '\n');
}

/* Rows are read in runs; what stands between is told as if each were read alone. */
static void bad_rows_among_many_are_told_where_they_stand(void **state)
{
    (void)state;
    enum { ROWS = 3200 };
    static const size_t pieces[] = {0, 1, 7, 64, 1000};
    for (uint32_t skip = 0; skip <= ROWS; skip += skip ? 1033 : 1) {
        fh_buf text, want, got;
        fh_buf_init(&text, NULL, 1 << 20);
        fh_buf_init(&want, NULL, 1 << 20);
        fh_buf_init(&got, NULL, 1 << 20);
        fh_buf_text(&text, HEAD);
        for (uint32_t i = 1; i <= ROWS; i++) {
            if (i == skip + 1) fh_buf_clear(&want);
            put_row(&text, &want, i);
        }
        for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
            const fh_reader_options options = {.skip_rows = skip};
            fh_buf_clear(&got);
            assert_status(reading(NULL, FH_CSV, &options, fh_buf_view(&text), pieces[p], &got),
                          FH_OK);
            check_lines(fh_buf_view(&got), fh_buf_view(&want));
        }
        fh_buf_free(&text);
        fh_buf_free(&want);
        fh_buf_free(&got);
    }
}

/* Rejected rows behind the head are a file that can be mended and imported. */
static void the_rejects_with_their_head_are_a_file_again(void **state)
{
    (void)state;
    const fh_str text =
        FH_STR("customer;time;touchpoint\r\nc1;xx/01/2024;\"a;\r\nb\"\r\nc2;30/01/2024;x\r\n"
               "c3;xx/02/2024;y\r\nc4;31/01/2024;x\r\n");
    fh_reader *reader;
    fh_batch batch;
    fh_buf file, out;
    fh_buf_init(&file, NULL, 1 << 20);
    fh_buf_init(&out, NULL, 1 << 20);
    assert_status(fh_reader_new(NULL, FH_CSV, NULL, &reader, NULL), FH_OK);
    assert_status(fh_reader_feed(reader, text.ptr, text.len, true, NULL), FH_OK);
    assert_status(fh_reader_next(reader, &batch, NULL), FH_OK);
    assert_int_equal(batch.n, 2);
    assert_int_equal(batch.n_rejects, 2);
    fh_buf_str(&file, fh_reader_reject_head(reader));
    for (size_t i = 0; i < batch.n_rejects; i++) {
        fh_buf_str(&file, batch.rejects[i].text);
        fh_buf_char(&file, '\n');
    }
    fh_buf_str(&file, fh_reader_reject_tail(reader));
    fh_reader_free(reader);
    fh_buf_char(&file, '\0');
    for (char *p = file.ptr; (p = strstr(p, "xx")) != NULL;) memcpy(p, "05", 2);
    file.len--;
    const fh_reader_options options = {0};
    assert_status(reading(NULL, FH_CSV, &options, fh_buf_view(&file), 0, &out), FH_OK);
    fh_buf_char(&out, '\0');
    assert_non_null(strstr(out.ptr, "1@2 customer=c1 2024-01-05T00:00:00Z a;\r\nb\n"));
    assert_non_null(strstr(out.ptr, "2@4 customer=c3 2024-02-05T00:00:00Z y\n"));
    fh_buf_free(&file);
    fh_buf_free(&out);
}

/* A naive reader of well-formed CSV: one character at a time. */
static void naive(const char *text, size_t n, fh_buf *out)
{
    bool quoted = false, begins = true;
    for (size_t i = 0; i < n; i++) {
        const char ch = text[i];
        if (quoted && ch == '"' && i + 1 < n && text[i + 1] == '"')
            fh_buf_char(out, text[++i]);
        else if (quoted && ch == '"')
            quoted = false;
        else if (!quoted && begins && ch == '"')
            quoted = true;
        else if (!quoted && (ch == ',' || ch == '\n'))
            fh_buf_char(out, ch == ',' ? '\x1f' : '\x1e');
        else
            fh_buf_char(out, ch);
        begins = !quoted && (ch == ',' || ch == '\n');
    }
}

static void random_files_read_as_by_a_naive_reader(void **state)
{
    (void)state;
    test_seed(3);
    for (int round = 0; round < 30; round++) {
        fh_buf text, want, out, flat;
        fh_buf_init(&text, NULL, 1 << 20);
        fh_buf_init(&want, NULL, 1 << 20);
        fh_buf_init(&out, NULL, 1 << 20);
        fh_buf_init(&flat, NULL, 1 << 20);
        fh_buf_text(&text, HEAD);
        const uint32_t rows = test_rand(40) + 1;
        for (uint32_t r = 0; r < rows; r++) {
            fh_buf_printf(&text, "c%u," T ",", r);
            const bool quoted = test_rand(2);
            if (quoted) fh_buf_char(&text, '"');
            fh_buf_char(&text, 'x');
            for (uint32_t k = test_rand(120); k; k--) {
                const char ch = "ab,\n\"z"[test_rand(6)];
                if (!quoted && ch != 'a' && ch != 'b' && ch != '"') continue;
                if (quoted && ch == '"') fh_buf_char(&text, '"');
                fh_buf_char(&text, ch);
            }
            fh_buf_char(&text, 'y');
            if (quoted) fh_buf_char(&text, '"');
            fh_buf_char(&text, '\n');
        }
        naive(text.ptr + strlen(HEAD), text.len - strlen(HEAD), &want);
        fh_reader *reader;
        fh_batch batch;
        assert_status(fh_reader_new(NULL, FH_CSV, NULL, &reader, NULL), FH_OK);
        assert_status(fh_reader_feed(reader, text.ptr, text.len, true, NULL), FH_OK);
        assert_status(fh_reader_next(reader, &batch, NULL), FH_OK);
        assert_int_equal(batch.n, rows);
        for (size_t i = 0; i < batch.n; i++)
            fh_buf_printf(&flat, "%.*s\x1f" T "\x1f%.*s\x1e",
                          FH_STR_ARG(batch.rows[i].identifier[0].value),
                          FH_STR_ARG(batch.rows[i].touchpoint));
        assert_int_equal(flat.len, want.len);
        assert_memory_equal(flat.ptr, want.ptr, want.len);
        fh_reader_free(reader);
        for (size_t piece = 1; piece < 40; piece += 5) {
            fh_buf whole, cut;
            fh_buf_init(&whole, NULL, 1 << 20);
            fh_buf_init(&cut, NULL, 1 << 20);
            const fh_reader_options options = {.keep_payload = true};
            (void)reading(NULL, FH_CSV, &options, fh_buf_view(&text), 0, &whole);
            (void)reading(NULL, FH_CSV, &options, fh_buf_view(&text), piece, &cut);
            assert_int_equal(whole.len, cut.len);
            assert_memory_equal(whole.ptr, cut.ptr, cut.len);
            fh_buf_free(&whole);
            fh_buf_free(&cut);
        }
        fh_buf_free(&text);
        fh_buf_free(&want);
        fh_buf_free(&out);
        fh_buf_free(&flat);
    }
}

/* The time's pattern is given: recognising it takes thousands of allocations. */
static fh_status read_some(void *ctx)
{
    static const char text[] = "customer;time;touchpoint;value;x\nM\xfcller;31/01/2024;\"a\"\"b\";"
                               "1,5;\"k\"\nbad;soon;x;1;y\nc;d\n";
    const size_t *piece = ctx;
    fh_arena *arena = fh_arena_new(NULL);
    fh_mapping *m = NULL;
    fh_buf out;
    fh_buf_init(&out, NULL, 1 << 20);
    assert_status(fh_mapping_parse(arena, FH_STR("time=time:'%d/%m/%Y'"), &m, NULL), FH_OK);
    const fh_reader_options options = {.mapping = m, .keep_payload = true};
    const fh_status status =
        reading(test_allocator(), FH_CSV, &options, (fh_str){text, sizeof text - 1}, *piece, &out);
    fh_buf_free(&out);
    fh_arena_free(arena);
    return status;
}

static void reading_survives_running_out_of_memory(void **state)
{
    (void)state;
    size_t piece = 0;
    test_oom(read_some, &piece);
    piece = 50;
    test_oom(read_some, &piece);
}

static void formats_are_guessed_by_bytes_and_name(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *name;
        fh_format format;
    } table[] = {
        {"a,b\n", "x", FH_CSV},
        {"a;b", "x.csv.gz", FH_CSV},
        {"{\"a\":1}", "x", FH_JSONL},
        {"\xef\xbb\xbf {\"a\":1}", "", FH_JSONL},
        {"<?xml version='1.0'?>", "", FH_XES},
        {"<log>", "x.csv", FH_XES},
        {"", "x.xes.gz", FH_XES},
        {"", "x", FH_FORMAT_UNKNOWN},
        {"\x1f\x8b\x08", "x", FH_FORMAT_UNKNOWN},
        {"[1]", "a.json", FH_JSONL},
    };
    for (size_t i = 0; i < COUNT(table); i++)
        assert_int_equal(fh_format_guess(fh_str_of(table[i].bytes), fh_str_of(table[i].name)),
                         table[i].format);
    assert_string_equal(fh_format_name(FH_JSONL), "JSON Lines");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_read_however_they_are_written),
        cmocka_unit_test(every_field_has_its_form),
        cmocka_unit_test(a_bad_row_is_told_with_place_reason_and_text),
        cmocka_unit_test(a_byte_of_0_rejects_its_row),
        cmocka_unit_test(bad_utf8_later_in_a_file_rejects_its_row),
        cmocka_unit_test(a_file_that_is_no_csv_is_refused_with_a_remedy),
        cmocka_unit_test(a_row_over_1_mib_is_rejected_and_the_next_ones_are_read),
        cmocka_unit_test(rows_already_imported_are_skipped),
        cmocka_unit_test(bad_rows_among_many_are_told_where_they_stand),
        cmocka_unit_test(the_rejects_with_their_head_are_a_file_again),
        cmocka_unit_test(random_files_read_as_by_a_naive_reader),
        cmocka_unit_test(reading_survives_running_out_of_memory),
        cmocka_unit_test(formats_are_guessed_by_bytes_and_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
