/* digest_test.c - digests by e-mail: when they are due, what they may tell, that each goes out at
 * most once whatever the mail server says, what a mail looks like on the wire, and signed links. */
#include "records.h"

#include "faulty_os.h"
#include "maps.h"
#include "orgs.h"

#include "app/digest/digest.h"
#include "app/digest/letter.h"
#include "app/digest/postman.h"
#include "app/maps/follow.h"
#include "app/signin/signed.h"
#include "base/time.h"
#include "store/record_ways.h"

#define HOUR INT64_C(3600000)

static int64_t at(const char *text)
{
    int64_t ms = 0;
    assert_true(fh_time_iso(fh_str_of(text), NULL, &ms));
    return ms;
}

/* Where `what` begins in it; its length when it does not. */
static size_t place(fh_str text, const char *what)
{
    const size_t n = strlen(what);
    for (size_t i = 0; i + n <= text.len; i++)
        if (memcmp(text.ptr + i, what, n) == 0) return i;
    return text.len;
}

static bool says(fh_str text, const char *what)
{
    return place(text, what) < text.len;
}

/* ---- When ---- */

static void digests_are_due_at_an_hour_of_the_zone_and_weekly_ones_on_mondays(void **state)
{
    static const struct {
        const char *now, *zone;
        bool daily;
        const char *last, *next;
    } cases[] = {
        /* 2026-11-22 is a Sunday */
        {"2026-11-22T15:00Z", "Z", true, "2026-11-22T07:00Z", "2026-11-23T07:00Z"},
        {"2026-11-22T06:59Z", "Z", true, "2026-11-21T07:00Z", "2026-11-22T07:00Z"},
        {"2026-11-22T07:00Z", "Z", true, "2026-11-22T07:00Z", "2026-11-23T07:00Z"},
        {"2026-11-22T15:00Z", "Z", false, "2026-11-16T07:00Z", "2026-11-23T07:00Z"},
        {"2026-11-23T06:59Z", "Z", false, "2026-11-16T07:00Z", "2026-11-23T07:00Z"},
        {"2026-11-23T07:00Z", "Z", false, "2026-11-23T07:00Z", "2026-11-30T07:00Z"},
        {"2026-11-22T23:30Z", "+09:00", true, "2026-11-22T22:00Z", "2026-11-23T22:00Z"},
        {"2026-11-22T22:30Z", "+09:00", false, "2026-11-22T22:00Z", "2026-11-29T22:00Z"},
        {"1969-12-31T23:00Z", "Z", false, "1969-12-29T07:00Z", "1970-01-05T07:00Z"},
    };
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const fh_zone *zone = NULL;
        const int64_t now = at(cases[i].now);
        assert_status(fh_zone_fixed(arena, fh_str_of(cases[i].zone), &zone, NULL), FH_OK);
        assert_int_equal(fh_digest_last_due(zone, cases[i].daily, 7, now), at(cases[i].last));
        assert_int_equal(fh_digest_next_due(zone, cases[i].daily, 7, now), at(cases[i].next));
    }
    fh_arena_free(arena);
}

static void pauses_double_up_to_six_hours_and_end(void **state)
{
    (void)state;
    assert_int_equal(fh_postman_pause_ms(1, 60000), 60000);
    assert_int_equal(fh_postman_pause_ms(4, 60000), 8 * 60000);
    assert_int_equal(fh_postman_pause_ms(11, 60000), 6 * HOUR);
    assert_int_equal(fh_postman_pause_ms(12, 60000), -1);
}

/* ---- An office whose mails a carrier of ours takes ---- */

static struct world {
    office o;
    faulty_os clock;
    fh_pool *pool;
    fh_postman_options options;
    fh_smtp_result says;
    int carried;
    char to[64], text[20000];
    char state[16]; /* of the mail, as others see it while it is carried */
} w;

static const fh_key key = {.bytes = {1, 2, 3}, .id = {4, 5, 6, 7}};

static fh_mail last_mail(void)
{
    fh_mail *list = NULL;
    fh_org *org = NULL;
    size_t n = 0;
    assert_status(fh_pool_read(w.pool, &org, NULL), FH_OK);
    assert_status(fh_mail_list(org, 0, 0, 1, w.o.arena, &list, &n, NULL), FH_OK);
    fh_pool_read_done(w.pool, org);
    return n ? list[0] : (fh_mail){.mail = 0};
}

static fh_status carry(void *ctx, const fh_smtp_mail *mail, fh_smtp_result *out, fh_error *err)
{
    struct world *to = ctx;
    (void)err;
    to->carried++;
    (void)snprintf(to->to, sizeof to->to, "%s", mail->to);
    (void)snprintf(to->text, sizeof to->text, "%.*s", FH_STR_ARG(mail->text));
    (void)snprintf(to->state, sizeof to->state, "%.*s", FH_STR_ARG(last_mail().state));
    *out = to->says;
    return FH_OK;
}

static void give_address(const fh_actor *who, const char *email)
{
    fh_person p;
    assert_status(fh_person_row(w.o.org, who->person, w.o.arena, &p, NULL), FH_OK);
    p.email = fh_str_of(email);
    assert_status(fh_person_update(w.o.org, &p, NULL), FH_OK);
}

/* Wants one; the last was due on Sunday 2026-11-15. */
static void wants(const fh_actor *who, const char *how)
{
    fh_digest_row row = {
        .person = who->person, .how = fh_str_of(how), .until_ms = at("2026-11-15T07:00Z")};
    assert_status(fh_record_newest(w.o.org, &row.entry, NULL), FH_OK);
    assert_status(fh_digest_row_put(w.o.org, &row, NULL), FH_OK);
}

static int set_up(void **state)
{
    (void)state;
    memset(&w, 0, sizeof w);
    office_open(&w.o);
    faulty_os_init(&w.clock, FAULT_NONE, 0);
    w.clock.now_ms = at("2026-11-22T15:00Z");
    assert_status(fh_pool_open(&w.clock.os, test_org_name(0), &w.pool, NULL), FH_OK);
    w.options = (fh_postman_options){.carrier = {.ctx = &w, .carry = carry},
                                     .from = FH_STR("Us <us@example.org>"),
                                     .base_url = FH_STR("https://firsthand.example.org"),
                                     .key = &key,
                                     .hour = 7,
                                     .retry_ms = 60000,
                                     .keep_ms = 90 * FH_DAY_MS};
    give_address(&w.o.ann, "ann@example.org");
    give_address(&w.o.carl, "carl@example.org");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fh_pool_close(w.pool);
    office_close(&w.o);
    return 0;
}

static int64_t round_at(const char *now)
{
    int64_t next = 0;
    fh_error err = {0};
    w.clock.now_ms = at(now);
    if (fh_postman_round(w.pool, &w.options, &next, &err)) fail_msg("%s", err.message);
    return next;
}

/* Something happens in what `who` follows. */
static fh_record_view news_for(const fh_actor *who, const char *title)
{
    char fields[128];
    fh_record_view v = {0};
    (void)snprintf(fields, sizeof fields, "{'what': '%s'}", title);
    if (office_make(&w.o, &w.o.bob, "chore", fields, &v)) fail_msg("%s", w.o.err.message);
    assert_status(fh_org_begin(w.o.org, NULL), FH_OK);
    assert_status(fh_record_follow(w.o.org, who, v.row.record, true, NULL), FH_OK);
    assert_status(
        fh_record_comment(w.o.org, &w.o.bob, v.row.record, FH_STR("Quill said so"), NULL, NULL),
        FH_OK);
    assert_status(fh_org_commit(w.o.org, NULL), FH_OK);
    return v;
}

static fh_str preview_of(const fh_actor *who)
{
    fh_mail m;
    fh_digest d;
    fh_digest_words words;
    bool daily = false;
    assert_status(fh_digest_now(w.o.org, who->person, w.o.arena, &m, &daily, NULL), FH_OK);
    assert_status(fh_digest_read(w.o.org, who, &m, daily, w.clock.now_ms, w.o.arena, &d, NULL),
                  FH_OK);
    assert_status(
        fh_digest_say(&d, FH_STR("https://f.example"), (fh_str){0}, w.o.arena, &words, NULL),
        FH_OK);
    return words.text;
}

/* A journey that Sales owns, which Bob leads, drawn by Dora, who leads all. */
static int64_t journey_drawn(void)
{
    int64_t map = 0;
    const fh_map read = maps_read("journey buy \"I buy\"\nowner \"sales\"\n\nstage s \"I come\"\n"
                                  "  touchpoint t \"I ask\"\n",
                                  w.o.arena);
    assert_status(fh_org_begin(w.o.org, NULL), FH_OK);
    assert_status(fh_maps_make(w.o.org, &w.o.dora, &read, FH_STR(""), &map, NULL), FH_OK);
    assert_status(fh_org_commit(w.o.org, NULL), FH_OK);
    return map;
}

static void marked(int64_t map, fh_map_mark mark)
{
    assert_status(fh_org_begin(w.o.org, NULL), FH_OK);
    assert_status(fh_maps_mark_as(w.o.org, &w.o.dora, map, 1, mark, 0, true, NULL), FH_OK);
    assert_status(fh_org_commit(w.o.org, NULL), FH_OK);
}

static void followed(const fh_actor *who, int64_t map, bool follows)
{
    assert_status(fh_org_begin(w.o.org, NULL), FH_OK);
    assert_status(fh_map_follow(w.o.org, who, map, follows, NULL), FH_OK);
    assert_status(fh_org_commit(w.o.org, NULL), FH_OK);
}

/* By a handle whose clock is ours. */
static fh_status again(const fh_actor *who, int64_t mail)
{
    fh_org *org = NULL;
    assert_status(fh_pool_write(w.pool, -1, &org, NULL), FH_OK);
    const fh_status status = fh_mail_again(org, who, mail, NULL);
    fh_pool_write_done(w.pool, org);
    return status;
}

static void one_digest_a_week_goes_out_and_none_when_nothing_is_new(void **state)
{
    (void)state;
    wants(&w.o.ann, "weekly");
    (void)news_for(&w.o.ann, "The hinge squeaks");
    assert_true(says(preview_of(&w.o.ann), "The hinge squeaks"));
    assert_int_equal(round_at("2026-11-16T06:59Z"), -1);
    assert_int_equal(w.carried, 0);
    assert_int_equal(round_at("2026-11-23T07:00Z"), -1); /* a Monday was missed: one, not two */
    assert_int_equal(w.carried, 1);
    assert_string_equal(w.to, "ann@example.org");
    assert_string_equal(w.state, "sending");
    assert_true(fh_str_eq(last_mail().state, FH_STR("sent")));
    (void)round_at("2026-11-23T07:05Z");
    (void)round_at("2026-11-30T07:00Z");
    assert_int_equal(w.carried, 1);
    assert_true(fh_str_eq(last_mail().state, FH_STR("dropped")));
    assert_false(says(preview_of(&w.o.ann), "The hinge squeaks"));
}

static void of_a_journey_its_owner_and_its_followers_are_told_that_a_version_begins_and_is_intended(
    void **state)
{
    static const char waits[] = "version 1 waits for an answer: is this really reverse, at draft, "
                                "review, release?";
    (void)state;
    const int64_t map = journey_drawn();
    /* Whoever drew it is reminded of the question, whoever leads its owner told what they did. */
    assert_true(says(preview_of(&w.o.dora), waits));
    assert_false(says(preview_of(&w.o.dora), "1 change"));
    assert_true(says(preview_of(&w.o.bob), "1 change, now version 1; version 1 waits for"));
    assert_true(says(preview_of(&w.o.bob), "https://f.example/maps/1"));
    assert_false(says(preview_of(&w.o.carl), "I buy"));
    followed(&w.o.carl, map, true);
    marked(map, FH_MAP_INTENDED);
    assert_true(says(preview_of(&w.o.carl), "version 1 is intended now"));
    assert_true(says(preview_of(&w.o.bob), "version 1 is intended now"));
    assert_false(says(preview_of(&w.o.bob), waits));
    assert_false(says(preview_of(&w.o.dora), "I buy")); /* they did it themselves */
    /* By e-mail, too; and nobody takes up again what somebody has left. */
    fh_digest_row row = {.person = w.o.carl.person, .how = FH_STR("daily"), .until_ms = 1};
    assert_status(fh_digest_row_put(w.o.org, &row, NULL), FH_OK);
    (void)round_at("2099-01-02T08:00Z");
    assert_int_equal(w.carried, 1);
    assert_non_null(strstr(w.text, "VGVzdDogMSBqb3VybmV5")); /* "Test: 1 journey" */
    followed(&w.o.bob, map, false);
    marked(map, FH_MAP_ACTUAL);
    assert_false(says(preview_of(&w.o.bob), "I buy"));
    followed(&w.o.bob, map, true);
    assert_true(says(preview_of(&w.o.bob), "version 1 is how it is now"));
    /* What nobody may ask about any more is not told. */
    fh_actor portal = w.o.bob;
    portal.rights = fh_right_bit(FH_RIGHT_TAKE_PART);
    assert_false(says(preview_of(&portal), "I buy"));
}

static void a_digest_tells_nothing_its_reader_may_not_see_and_no_words_of_people(void **state)
{
    (void)state;
    const fh_record_view seen = news_for(&w.o.carl, "The open one");
    fh_digest_row row = {.person = w.o.carl.person, .how = FH_STR("daily"), .until_ms = 1};
    assert_status(fh_digest_row_put(w.o.org, &row, NULL), FH_OK);
    const fh_str text = preview_of(&w.o.carl);
    assert_true(says(text, "The open one"));
    assert_false(says(text, "Quill"));
    /* Who does not take part any more gets none. */
    fh_person p;
    assert_status(fh_person_row(w.o.org, w.o.carl.person, w.o.arena, &p, NULL), FH_OK);
    const fh_roles roles = p.roles;
    p.roles = 0;
    assert_status(fh_person_update(w.o.org, &p, NULL), FH_OK);
    (void)round_at("2026-11-22T08:00Z");
    assert_int_equal(w.carried, 0);
    assert_true(fh_str_eq(last_mail().state, FH_STR("dropped")));
    assert_status(again(&w.o.carl, last_mail().mail), FH_OK);
    assert_status(fh_person_row(w.o.org, w.o.carl.person, w.o.arena, &p, NULL), FH_OK);
    p.roles = roles;
    assert_status(fh_person_update(w.o.org, &p, NULL), FH_OK);
    (void)round_at("2026-11-22T08:01Z");
    assert_int_equal(w.carried, 1);
    assert_status(fh_digest_row_put(w.o.org, &row, NULL), FH_OK);
    /* What was looked at since is no news. */
    assert_status(fh_org_begin(w.o.org, NULL), FH_OK);
    assert_status(fh_record_seen(w.o.org, &w.o.carl, seen.row.record, NULL), FH_OK);
    assert_status(fh_org_commit(w.o.org, NULL), FH_OK);
    assert_false(says(preview_of(&w.o.carl), "The open one"));
}

static void what_a_mail_server_says_decides_whether_it_is_tried_again(void **state)
{
    (void)state;
    wants(&w.o.ann, "daily");
    (void)news_for(&w.o.ann, "The hinge squeaks");
    w.says = (fh_smtp_result){.outcome = FH_SMTP_LATER, .code = 451, .reply = "451 not now"};
    assert_int_equal(round_at("2026-11-22T08:00Z"), at("2026-11-22T08:01Z"));
    assert_true(fh_str_eq(last_mail().state, FH_STR("waiting")));
    assert_int_equal(round_at("2026-11-22T08:01Z"), at("2026-11-22T08:03Z"));
    assert_int_equal(w.carried, 2);
    w.says = (fh_smtp_result){.outcome = FH_SMTP_REFUSED, .code = 550, .reply = "550 nobody"};
    assert_int_equal(round_at("2026-11-22T08:03Z"), -1);
    const fh_mail m = last_mail();
    assert_true(fh_str_eq(m.state, FH_STR("refused")) && fh_str_eq(m.reply, FH_STR("550 nobody")));
    (void)round_at("2026-11-22T20:00Z");
    assert_int_equal(w.carried, 3);
    /* Sent again when asked for; then nobody knows, and it stays so. */
    assert_status(again(&w.o.carl, m.mail), FH_NOTFOUND);
    assert_status(again(&w.o.ann, m.mail), FH_OK);
    w.says = (fh_smtp_result){.outcome = FH_SMTP_UNSURE, .reply = "no answer"};
    (void)round_at("2026-11-22T20:01Z");
    (void)round_at("2026-11-22T23:00Z");
    assert_int_equal(w.carried, 4);
    assert_true(fh_str_eq(last_mail().state, FH_STR("unsure")));
}

static void a_server_that_is_away_is_left_alone_with_all_that_waits(void **state)
{
    (void)state;
    wants(&w.o.ann, "daily");
    wants(&w.o.carl, "daily");
    (void)news_for(&w.o.ann, "One");
    (void)news_for(&w.o.carl, "Two");
    w.says = (fh_smtp_result){.outcome = FH_SMTP_AWAY, .reply = "no connection"};
    assert_int_equal(round_at("2026-11-22T08:00Z"), at("2026-11-22T08:01Z"));
    assert_int_equal(w.carried, 1);
    w.says = (fh_smtp_result){.outcome = FH_SMTP_SENT};
    assert_int_equal(round_at("2026-11-22T08:01Z"), -1);
    assert_int_equal(w.carried, 3);
}

static void what_was_being_sent_when_the_program_ended_is_unsure(void **state)
{
    (void)state;
    fh_mail m = {.person = w.o.ann.person, .what = FH_STR("sample"), .state = FH_STR("sending")};
    assert_status(fh_org_begin(w.o.org, NULL), FH_OK);
    assert_status(fh_mail_add(w.o.org, &m, NULL), FH_OK);
    assert_status(fh_org_commit(w.o.org, NULL), FH_OK);
    m.made_ms = w.clock.now_ms;
    w.options.keep_ms = w.clock.now_ms + FH_DAY_MS;
    assert_status(fh_postman_recover(w.pool, &w.options, NULL), FH_OK);
    (void)round_at("2026-11-22T08:00Z");
    assert_int_equal(w.carried, 0);
    assert_true(fh_str_eq(last_mail().state, FH_STR("unsure")));
}

static void whoever_left_or_wants_none_gets_none_and_is_forgotten(void **state)
{
    (void)state;
    wants(&w.o.ann, "daily");
    (void)news_for(&w.o.ann, "The hinge squeaks");
    w.says = (fh_smtp_result){.outcome = FH_SMTP_LATER, .code = 451, .reply = "451 not now"};
    (void)round_at("2026-11-22T08:00Z");
    fh_str token = {0};
    assert_status(fh_digest_link(&key, last_mail().mail, w.o.arena, &token, NULL), FH_OK);
    assert_status(fh_org_begin(w.o.org, NULL), FH_OK);
    assert_status(fh_digest_leave(w.o.org, &key, token, NULL), FH_OK);
    assert_status(fh_org_commit(w.o.org, NULL), FH_OK);
    (void)round_at("2026-11-22T09:00Z");
    assert_int_equal(w.carried, 1);
    assert_true(fh_str_eq(last_mail().state, FH_STR("dropped")));
    assert_status(fh_person_forget(w.o.org, &w.o.eve, w.o.ann.person, 0, NULL), FH_OK);
    assert_int_equal(last_mail().mail, 0);
}

/* ---- On the wire, and links ---- */

static void nothing_people_wrote_ends_a_line_of_the_head(void **state)
{
    (void)state;
    fh_buf out;
    fh_buf_init(&out, NULL, 1 << 20);
    const fh_letter l = {.from_name = FH_STR("Us\r\nBcc: all@example.org"),
                         .from = FH_STR("us@example.org"),
                         .to_name = FH_STR("\xc3\x84nn\xff\n.\n"),
                         .to = FH_STR("ann@example.org"),
                         .subject =
                             FH_STR("A subject that is so long that it does not stand in one "
                                    "line, with \xe2\x82\xac and \r\n\r\nmore"),
                         .text = FH_STR("one\n.\ntwo\n"),
                         .html = FH_STR("<p>one</p>\n"),
                         .leave = FH_STR("https://f.example/unsubscribe/x"),
                         .id = FH_STR("firsthand.1.2"),
                         .at_ms = at("2026-11-22T15:04:44Z")};
    fh_letter_write(&l, &out);
    const fh_str text = fh_buf_view(&out);
    const fh_str head = {text.ptr, place(text, "\r\n\r\n") + 2};
    assert_false(says(head, "Bcc"));
    assert_true(says(head, "Date: Sun, 22 Nov 2026 15:04:44 +0000\r\n"));
    assert_true(says(head, "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    assert_true(says(head, "Message-ID: <firsthand.1.2@example.org>\r\n"));
    assert_true(says(text, "b25lDQouDQp0d28NCg==\r\n")); /* "one\r\n.\r\ntwo\r\n" */
    size_t line = 0;
    for (size_t i = 0; i < text.len; i++) {
        assert_true((unsigned char)text.ptr[i] < 0x7f);
        line = text.ptr[i] == '\n' ? 0 : line + 1;
        assert_true(line <= 79);
    }
    fh_buf_free(&out);
    static const char *const bad[] = {"",
                                      "nobody",
                                      "a b@example.org",
                                      "Us <us@example.org",
                                      "@x",
                                      "us@example.org\r\nRCPT TO:x",
                                      "Us <us@@example.org>"};
    fh_str name, address;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_status(fh_letter_address(fh_str_of(bad[i]), &name, &address, NULL), FH_INVALID);
}

static void a_signed_link_holds_for_its_use_its_key_and_its_number_alone(void **state)
{
    (void)state;
    const fh_key other = {.bytes = {9}};
    fh_arena *arena = fh_arena_new(NULL);
    fh_str token;
    int64_t number = 0;
    assert_status(fh_signed_make(&key, "one", 4711, arena, &token, NULL), FH_OK);
    assert_int_equal(token.len, 32);
    assert_status(fh_signed_read(&key, "one", token, arena, &number, NULL), FH_OK);
    assert_int_equal(number, 4711);
    assert_status(fh_signed_read(&key, "two", token, arena, &number, NULL), FH_NOTFOUND);
    assert_status(fh_signed_read(&other, "one", token, arena, &number, NULL), FH_NOTFOUND);
    for (size_t i = 0; i < token.len; i++) {
        char changed[33];
        memcpy(changed, token.ptr, 32);
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        assert_status(fh_signed_read(&key, "one", (fh_str){changed, 32}, arena, &number, NULL),
                      FH_NOTFOUND);
        assert_status(fh_signed_read(&key, "one", (fh_str){token.ptr, i}, arena, &number, NULL),
                      FH_NOTFOUND);
    }
    fh_arena_free(arena);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_are_due_at_an_hour_of_the_zone_and_weekly_ones_on_mondays),
        cmocka_unit_test(pauses_double_up_to_six_hours_and_end),
        cmocka_unit_test(nothing_people_wrote_ends_a_line_of_the_head),
        cmocka_unit_test(a_signed_link_holds_for_its_use_its_key_and_its_number_alone),
        TEST(one_digest_a_week_goes_out_and_none_when_nothing_is_new),
        TEST(
            of_a_journey_its_owner_and_its_followers_are_told_that_a_version_begins_and_is_intended),
        TEST(a_digest_tells_nothing_its_reader_may_not_see_and_no_words_of_people),
        TEST(what_a_mail_server_says_decides_whether_it_is_tried_again),
        TEST(a_server_that_is_away_is_left_alone_with_all_that_waits),
        TEST(what_was_being_sent_when_the_program_ended_is_unsure),
        TEST(whoever_left_or_wants_none_gets_none_and_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
