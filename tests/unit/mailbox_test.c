/* mailbox_test.c - mails as rows: who, when, which conversation, what they say; files of
 * mails cut in pieces of any size; and mails that mean harm. */
#include "test.h"

#include "app/mailbox/letter.h"
#include "app/mailbox/mailbox.h"

#include <stdlib.h>
#include <time.h>

static fh_status append(void *ctx, fh_str lines, bool last, fh_error *err)
{
    fh_buf *out = ctx;
    (void)last;
    fh_buf_str(out, lines);
    return out->status ? fh_no_memory(err) : FH_OK;
}

/* The lines of `file`, given in pieces of `size` bytes. */
static void read_file(fh_str file, const char *own_text, size_t size, fh_buf *out)
{
    fh_mailbox *box = NULL;
    const fh_own *own = NULL;
    fh_error err = {0};
    fh_arena *arena = fh_arena_new(NULL);
    assert_status(fh_own_new(arena, fh_str_of(own_text), &own, &err), FH_OK);
    const fh_status s = fh_mailbox_new(own, &box, &err);
    if (s == FH_NOTFOUND) {
        fh_arena_free(arena);
        skip();
    }
    fh_buf_clear(out);
    for (size_t at = 0; !s;) {
        const size_t n = file.len - at < size ? file.len - at : size;
        const bool last = at + n == file.len;
        if (fh_mailbox_feed(box, (fh_str){file.ptr + at, n}, false, false, last, append, out, &err))
            fail_msg("%s", err.message);
        at += n;
        if (last) break;
    }
    fh_mailbox_free(box);
    fh_arena_free(arena);
}

static void check(const char *mail, const char *own, const char *want)
{
    static const size_t sizes[] = {1 << 20, 1, 7};
    fh_buf out;
    fh_buf_init(&out, NULL, 1 << 20);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        read_file(fh_str_of(mail), own, sizes[i], &out);
        const fh_str got = fh_buf_view(&out);
        if (!fh_str_eq(got, fh_str_of(want)))
            fail_msg("in pieces of %zu:\n%.*s\nand not\n%s", sizes[i], FH_STR_ARG(got), want);
    }
    fh_buf_free(&out);
}

#define DATE   "Date: Mon, 29 Jul 2002 11:28:02 +0200\n"
#define TIME   "\"time\":\"2002-07-29T09:28:02Z\",\"touchpoint\":\"E-mail\",\"channel\":\"e-mail\""
#define ANN    "{\"correspondent\":\"ann@x.org\"," TIME
#define SENDER "\"sender\":\"Ann <Ann@X.org>\"}\n"

static void who_is_not_ours_is_the_customer(void **state)
{
    (void)state;
    static const char own[] = "firm.example, claims@firm.example=Claims";
    /* without own addresses: the sender, and no direction */
    check("From: Ann <Ann@X.org>\n" DATE "\nhello\n", "", ANN ",\"text\":\"hello\"," SENDER);
    check("From: Ann <Ann@X.org>\nTo: z@other.example, Claims@firm.example\n" DATE "\nhello", own,
          ANN ",\"direction\":\"in\",\"department\":\"Claims\",\"own\":\"claims@firm.example\","
              "\"text\":\"hello\"," SENDER);
    /* from us: each of those it goes to */
    check("From: Bob <bob@mail.firm.example>\nTo: Ann <ann@x.org>, me@firm.example\n"
          "Cc: Ann <ANN@x.org>, friends: b@y.org, c@y.org;\n" DATE "\n",
          own,
          ANN
          ",\"direction\":\"out\",\"own\":\"bob@mail.firm.example\","
          "\"sender\":\"Bob <bob@mail.firm.example>\"}\n"
          "{\"correspondent\":\"b@y.org\"," TIME ",\"direction\":\"out\",\"own\":\"bob@mail.firm."
          "example\",\"sender\":\"Bob <bob@mail.firm.example>\"}\n"
          "{\"correspondent\":\"c@y.org\"," TIME ",\"direction\":\"out\",\"own\":\"bob@mail.firm."
          "example\",\"sender\":\"Bob <bob@mail.firm.example>\"}\n");
    /* among us: nobody's; written into a form of ours: whoever is to be answered */
    check("From: a@firm.example\nTo: b@firm.example\n" DATE "\n", own,
          "{" TIME ",\"direction\":\"internal\",\"own\":\"a@firm.example\",\"sender\":\"a@firm."
          "example\"}\n");
    check("From: web@firm.example\nTo: b@firm.example\nReply-To: ann@x.org\n" DATE "\n", own,
          ANN
          ",\"direction\":\"in\",\"own\":\"web@firm.example\",\"sender\":\"web@firm.example\"}\n");
    /* nobody at all: a line all the same, so that it is told as a reject */
    check("Subject: a\n\nb\n", own,
          "{\"touchpoint\":\"E-mail\",\"channel\":\"e-mail\",\"subject\":\"a\",\"text\":\"b\"}\n");
}

static void what_cannot_be_ours_is_refused(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_own *own = NULL;
    fh_str department;
    fh_error err = {0};
    assert_status(fh_own_new(arena, FH_STR("x.org, nonsense"), &own, &err), FH_INVALID);
    assert_string_equal(err.message, "'nonsense' is neither a domain nor an address");
    assert_status(fh_own_new(arena, FH_STR(" @x.org ,, a@y.org"), &own, &err), FH_OK);
    assert_true(fh_own_has(own, FH_STR("z@X.ORG"), &department));
    assert_true(fh_own_has(own, FH_STR("z@sub.x.org"), &department));
    assert_false(fh_own_has(own, FH_STR("z@notx.org"), &department));
    assert_false(fh_own_has(own, FH_STR("b@y.org"), &department));
    assert_true(fh_own_has(own, FH_STR("A@y.org"), &department));
    assert_str(department, "a");
    assert_status(fh_own_new(arena, FH_STR(""), &own, &err), FH_OK);
    assert_false(fh_own_any(own) || fh_own_has(own, FH_STR("a@b.c"), &department));
    fh_arena_free(arena);
}

static void a_mail_without_a_good_date_has_the_time_it_came(void **state)
{
    (void)state;
    check("From: Ann <Ann@X.org>\nDate: yesterday\nReceived: by b; nonsense\n"
          "Received: from a by b (c; d);\n\tMon, 29 Jul 2002 11:28:02 +0200\n\nx",
          "", ANN ",\"text\":\"x\"," SENDER);
    check("From: Ann <Ann@X.org>\nDate: Mon, 29 Jul 1802 11:28:02 +0200\n"
          "Received: by b; Mon, 29 Jul 2002 11:28:02 +0200\n\nx",
          "", ANN ",\"text\":\"x\"," SENDER);
    check("From: Ann <Ann@X.org>\n\nx", "",
          "{\"correspondent\":\"ann@x.org\",\"touchpoint\":\"E-mail\",\"channel\":\"e-mail\","
          "\"text\":"
          "\"x\"," SENDER);
}

#define HEAD "From: Ann <Ann@X.org>\n" DATE

static void headers_and_texts_are_utf8_whatever_they_were(void **state)
{
    (void)state;
    /* characters cut between words, underscores, languages, blanks between words */
    check(HEAD "Subject: =?utf-8?B?R3LDvA==?= =?UTF-8?q?=C3?=\n =?utf-8?q?=9Fe_an?= "
               "=?iso-8859-1*de?Q?M=FCller?= x =?x?=\n\n",
          "",
          ANN ",\"subject\":\"Gr\xc3\xbc\xc3\x9f"
              "e anM\xc3\xbcller x =?x?=\"," SENDER);
    check(HEAD "Subject: =?iso-2022-jp?B?GyRCRnxLXBsoQg==?=\n\t=?iso-2022-jp?B?GyRCOGwbKEI=?=\n\n",
          "", ANN ",\"subject\":\"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\"," SENDER);
    check(HEAD "Content-Type: text/plain; charset=\"ISO-8859-1\"\n"
               "Content-Transfer-Encoding: quoted-printable\n\nsch=F6n f=\nein =80\n",
          "", ANN ",\"text\":\"sch\xc3\xb6n fein \xe2\x82\xac\"," SENDER);
    check(HEAD "Content-Type: text/plain; charset=koi8-r\nContent-Transfer-Encoding: base64\n\n"
               "8NLJ18XU\n",
          "", ANN ",\"text\":\"\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82\"," SENDER);
    /* told wrongly or not at all */
    check(HEAD "Content-Type: text/plain; charset=none-such\n\n\xc3\xa4\n", "",
          ANN ",\"text\":\"\xc3\xa4\"," SENDER);
    check(HEAD "\n\xe4\n", "", ANN ",\"text\":\"\xc3\xa4\"," SENDER);
    check(HEAD "Content-Type: text/plain; charset=utf-8\n\na\xff"
               "b\n",
          "",
          ANN ",\"text\":\"a\xef\xbf\xbd"
              "b\"," SENDER);
    check(HEAD "Content-Language: de\n\na\r\nb\x01\rc\r\n", "",
          ANN ",\"text\":\"a\\nb \\nc\",\"sender\":\"Ann <Ann@X.org>\",\"language\":\"de\"}\n");
}

static void of_several_forms_the_plain_one_is_read(void **state)
{
    (void)state;
    check(HEAD "Content-Type: multipart/mixed; boundary=\"a\"\n\npreamble\n--a\n"
               "Content-Type: multipart/alternative; boundary=ab\n\n--ab\n\nplain\n--ab\n"
               "Content-Type: text/html\n\n<p>html</p>\n--ab--\nepilogue\n--a\n"
               "Content-Type: text/plain\n\nfooter\n--a--\nend\n",
          "", ANN ",\"text\":\"plain\\n\\nfooter\"," SENDER);
    check(HEAD
          "Content-Type: multipart/alternative; boundary=a\n\n--a\n\n \n--a\n"
          "Content-Type: text/html; charset=utf-8\n\n<style>x</style><p>Dear&nbsp;<b>Ann</b></p>\n",
          "", ANN ",\"text\":\"Dear Ann\"," SENDER);
}

static void of_attachments_name_type_size_and_hash_are_kept(void **state)
{
    (void)state;
    check(HEAD
          "Content-Type: multipart/mixed; boundary=a\n\n--a\n\nsee there\n--a\n"
          "Content-Type: application/pdf; name=\"other.pdf\"\nContent-Transfer-Encoding: base64\n"
          "Content-Disposition: attachment; filename*=utf-8''%C3%A4.pdf\n\nYWJj\n--a\n"
          "Content-Type: message/rfc822\n\nSubject: inner\n\nhidden\n--a--\n",
          "",
          ANN ",\"text\":\"see there\",\"sender\":\"Ann <Ann@X.org>\",\"attachments\":["
              "{\"name\":\"\xc3\xa4.pdf\",\"type\":\"application/pdf\",\"size\":3,\"sha256\":"
              "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"},"
              "{\"name\":\"\",\"type\":\"message/rfc822\",\"size\":22,\"sha256\":"
              "\"d0c1d0ec2d8ae42638e8408a0488d2879e32fb4b68c37fdc720209dfb699493f\"}]}\n");
}

/* The member of the n-th line (0: the first), "" when it has none. */
static void member(fh_str lines, int n, const char *key, char out[64])
{
    char find[32];
    (void)snprintf(find, sizeof find, "\"%s\":\"", key);
    const char *at = lines.ptr;
    for (; n > 0; n--) at = strchr(at, '\n') + 1;
    const char *end = strchr(at, '\n'), *found = strstr(at, find);
    out[0] = '\0';
    if (!found || found > end) return;
    found += strlen(find);
    (void)snprintf(out, 64, "%.*s", (int)strcspn(found, "\""), found);
}

static void a_conversation_is_known_by_its_first_mail(void **state)
{
    (void)state;
    static const char mbox[] =
        "From a Mon Jul 29 11:28:02 2002\nMessage-ID: <1@x>\n\na\n\n"
        "From a Mon Jul 29 11:28:02 2002\nMessage-ID: <2@x>\nIn-Reply-To: <1@x>\n\n>From b\n\n"
        "From here on, at 10:15, nothing begins.\n\n"
        "From a Mon Jul 29 11:28:02 2002\nMessage-ID: <3@x>\nReferences: <2@x>\n\nc\n\n"
        "From a Mon Jul 29 11:28:02 2002\nMessage-ID: <4@x>\nReferences:\n <0@x> <9@x>\n\nd\n\n"
        "From a Mon Jul 29 11:28:02 2002\nMessage-ID: <5@x>\nIn-Reply-To: your mail <9@x>\n\ne\n\n"
        "From a Mon Jul 29 11:28:02 2002\nSubject: none\n\nf\n";
    static const size_t sizes[] = {1 << 20, 1, 2, 3, 50};
    fh_buf out;
    fh_buf_init(&out, NULL, 1 << 20);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        char thread[6][64], text[64], id[64];
        read_file(fh_str_of(mbox), "", sizes[i], &out);
        size_t n = 0;
        for (size_t k = 0; k < out.len; k++) n += out.ptr[k] == '\n';
        assert_int_equal(n, 6);
        fh_buf_char(&out, '\0');
        for (int k = 0; k < 6; k++) member(fh_buf_view(&out), k, "thread", thread[k]);
        member(fh_buf_view(&out), 1, "text", text);
        member(fh_buf_view(&out), 2, "message_id", id);
        assert_string_equal(id, "3@x");
        assert_string_equal(text, "From b\\n\\nFrom here on, at 10:15, nothing begins.");
        assert_int_equal(strlen(thread[0]), 16);
        assert_string_equal(thread[1], thread[0]);
        assert_string_equal(thread[2], thread[0]);
        assert_string_not_equal(thread[3], thread[0]);
        assert_string_equal(thread[4], thread[3]);
        assert_string_equal(thread[5], "");
    }
    fh_buf_free(&out);
}

/* ---- Mails that mean harm ---- */

/* Three are larger; as large as they come (25 MB) they are in docs/measurements.md. */
#if defined(__SANITIZE_ADDRESS__) || defined(__clang__)
enum { HARM = 1 << 20, MUCH_HARM = 2 << 20, SLOW = true };
#else
enum { HARM = 2 << 20, MUCH_HARM = 8 << 20, SLOW = false };
#endif

typedef struct bomb {
    const char *head, *again, *want; /* `want` stands in the line */
    bool growing;                    /* `again` has a %d, the number of the turn */
} bomb;

static void build(const bomb *b, size_t most, fh_buf *out)
{
    fh_buf_clear(out);
    fh_buf_text(out, HEAD);
    fh_buf_text(out, b->head);
    const size_t n = strlen(b->again);
    for (unsigned i = 0; out->len + 2 * n + 64 < most; i++)
        if (b->growing)
            fh_buf_printf(out, "Content-Type: multipart/mixed; boundary=b%u\n\n--b%u\n", i, i);
        else
            fh_buf_put(out, b->again, n);
    assert_status(out->status, FH_OK);
}

static void a_mail_costs_what_its_bytes_cost_whatever_it_claims(void **state)
{
    (void)state;
    static const bomb bombs[] = {
        {"", "X-A: b\n", ANN, false},
        {"To: ", "a@b.c, ", ANN, false},
        {"To: ", "a:", ANN, false},
        {"Subject: ", "=?utf-8?q?a", ANN, false},
        {"Content-Type: text/plain", "; a*0=b", ANN, false},
        {"Content-Type: multipart/mixed; boundary=b\n\n", "--b\n\n", "\"cut\":true", false},
        {"Content-Type: multipart/mixed; boundary=b\n\n--b\n\n", "\n", ANN, false},
        {"", "", "multipart/mixed", true},
        {"Content-Type: text/html\n\n", "<a \"", ANN, false},
        {"Content-Type: text/html\n\n", "<div hidden>", ANN, false},
        {"Content-Type: text/html\n\n", "<!--", ANN, false},
        {"Content-Transfer-Encoding: quoted-printable\n\n", "=41", "\"cut\":true", false},
        {"Content-Type: x/y\nContent-Transfer-Encoding: base64\n\n", "QUJD", "sha256", false},
        {"Content-Type: text/plain; charset=iso-2022-jp\n\n", "\x1b$B", ANN, false},
        {"\n", "\x01\"\\", "\"cut\":true", false},
    };
    fh_buf mail, out;
    fh_buf_init(&mail, NULL, MUCH_HARM);
    fh_buf_init(&out, NULL, 4 << 20);
    for (size_t i = 0; i < COUNT(bombs); i++) {
        build(&bombs[i], i % 6 == 0 ? MUCH_HARM : HARM, &mail);
        const clock_t began = clock();
        read_file(fh_buf_view(&mail), "", 1 << 17, &out);
        const double seconds = (double)(clock() - began) / CLOCKS_PER_SEC;
        assert_true(out.len < 1 << 20);
        fh_buf_char(&out, '\0');
        if (!strstr(out.ptr, bombs[i].want)) fail_msg("bomb %zu: %.200s", i, out.ptr);
        /* About .3 s are measured; sanitizers and a busy machine take their time. */
        if (seconds > 10) fail_msg("bomb %zu took %.1f s", i, seconds);
    }
    fh_buf_free(&mail);
    fh_buf_free(&out);
}

/* What is longer than a mail may be is cut, and the next mail is read. */
static void a_mail_too_long_is_cut(void **state)
{
    (void)state;
    fh_buf mbox, out;
    if (SLOW) skip();
    fh_buf_init(&mbox, NULL, 128 << 20);
    fh_buf_init(&out, NULL, 4 << 20);
    fh_buf_text(&mbox, "From a Mon Jul 29 11:28:02 2002\n" HEAD "\n");
    while (mbox.len < FH_MAIL_MAX + (5 << 20)) fh_buf_text(&mbox, "line after line after line\n\n");
    fh_buf_text(&mbox, "From b Mon Jul 29 11:28:02 2002\nFrom: Ann <Ann@X.org>\n" DATE "\nnext\n");
    read_file(fh_buf_view(&mbox), "", 1 << 17, &out);
    fh_buf_char(&out, '\0');
    const char *second = strchr(out.ptr, '\n');
    assert_non_null(strstr(out.ptr, "\"cut\":true"));
    assert_string_equal(second + 1, ANN ",\"text\":\"next\"," SENDER);
    fh_buf_free(&mbox);
    fh_buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_not_ours_is_the_customer),
        cmocka_unit_test(what_cannot_be_ours_is_refused),
        cmocka_unit_test(a_mail_without_a_good_date_has_the_time_it_came),
        cmocka_unit_test(headers_and_texts_are_utf8_whatever_they_were),
        cmocka_unit_test(of_several_forms_the_plain_one_is_read),
        cmocka_unit_test(of_attachments_name_type_size_and_hash_are_kept),
        cmocka_unit_test(a_conversation_is_known_by_its_first_mail),
        cmocka_unit_test(a_mail_costs_what_its_bytes_cost_whatever_it_claims),
        cmocka_unit_test(a_mail_too_long_is_cut),
    };
    return cmocka_run_group_tests_name("mailbox", tests, NULL, NULL);
}
