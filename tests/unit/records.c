/* records.c - an organisation with people and a kind of record (see records.h). */
#include "records.h"

#include "orgs.h"
#include "store/segments.h"

static const char chore[] =
    "kind chore\n"
    "title \"Chore\" \"Chores\"\n"
    "says \"Something that is to be done.\"\n"
    "add \"Note a chore\"\n"
    "made by anybody\n"
    "owner none\n"
    "anonymous\n"
    "challenged\n"
    "field what text required max 200 \"What?\"\n"
    "field more text max 2000 \"More\"\n"
    "field by date \"By when?\"\n"
    "field cost number unit EUR decimals 2 min 0 \"Cost\"\n"
    "field how choice many \"How?\"\n"
    "  choice phone \"By phone\"\n"
    "  choice letter \"By letter\"\n"
    "field customer customer \"Whose?\"\n"
    "field touchpoint touchpoint \"Where?\"\n"
    "field helper person \"Who helps?\"\n"
    "field other record of chore \"Which one before?\"\n"
    "field open computed days-open \"Days open\"\n"
    "state new \"New\"\n"
    "state doing \"Being done\"\n"
    "state secret \"Being looked at\" concerned\n"
    "state done \"Done\" closed\n"
    "state late \"Too late\" closed\n"
    "move start \"Start\" from new to doing by owner, lead needs owned\n"
    "move hide \"Look at it\" from new to secret by findings\n"
    "move show \"Show it\" from secret to new by findings\n"
    "move finish \"Finish\" from doing to done by owner needs cost says\n"
    "move reopen \"Again\" from done, late to new by author, lead\n"
    "move expire \"Its day has passed\" from new, doing to late by firsthand\n"
    "clock due \"Due\" in doing at by remind owner 2d before escalate lead\n"
    "clock lost \"Nobody did it\" in new after 30d move expire\n";

static fh_person person(office *o, const char *name, uint32_t department, fh_roles roles)
{
    const fh_person p = {.name = fh_str_of(name), .department = department, .roles = roles};
    fh_person out = {0};
    if (fh_person_create(o->org, &o->cli, &p, o->arena, &out, &o->err) != FH_OK)
        fail_msg("%s", o->err.message);
    return out;
}

static fh_actor actor(office *o, const char *name, uint32_t department, fh_role role)
{
    fh_actor a = {0};
    const fh_person p = person(o, name, department, fh_role_bit(role));
    assert_status(fh_actor_of(o->org, p.person, o->arena, &a, &o->err), FH_OK);
    return a;
}

static uint32_t department(office *o, const char *name, uint32_t parent)
{
    const fh_department d = {.name = fh_str_of(name), .parent = parent};
    fh_department out = {0};
    if (fh_department_create(o->org, &o->cli, &d, o->arena, &out, &o->err) != FH_OK)
        fail_msg("%s", o->err.message);
    return out.department;
}

void office_open(office *o)
{
    const fh_kind *kind = NULL;
    *o = (office){.org = test_org_new(0), .arena = fh_arena_new(NULL)};
    o->cli = fh_actor_command_line();
    o->whole = department(o, "Customers", 0);
    o->sales = department(o, "Sales", o->whole);
    o->support = department(o, "Support", o->whole);
    o->ann = actor(o, "Ann Berg", o->sales, FH_ROLE_HR);
    o->bob = actor(o, "Bob Carr", o->sales, FH_ROLE_LEAD);
    o->carl = actor(o, "Carl Dorn", o->support, FH_ROLE_HR);
    o->dora = actor(o, "Dora Eng", o->whole, FH_ROLE_LEAD);
    o->eve = actor(o, "Eve Falk", 0, FH_ROLE_OWNER);
    assert_status(fh_org_begin(o->org, NULL), FH_OK);
    if (fh_kind_declare(o->org, &o->cli, FH_STR("chore"), fh_str_of(chore), 0, o->arena, &kind,
                        &o->err) != FH_OK)
        fail_msg("%s %s", o->err.message, o->err.hint);
    assert_status(fh_org_commit(o->org, NULL), FH_OK);
}

static void print_fault(void *ctx, const char *sentence)
{
    (void)ctx;
    print_message("%s\n", sentence);
}

void office_close(office *o)
{
    uint64_t n = 0;
    assert_status(fh_store_check(o->org, print_fault, NULL, &n, NULL), FH_OK);
    fh_arena_free(o->arena);
    test_org_end(o->org);
}

static fh_status end(office *o, fh_status status)
{
    if (status == FH_OK) return fh_org_commit(o->org, &o->err);
    fh_org_rollback(o->org);
    return status;
}

typedef struct sent {
    fh_json_reader *reader;
    fh_json_doc doc;
    char text[4000];
} sent;

static void read_sent(sent *s, const char *fields)
{
    const size_t n = strlen(fields);
    assert_true(n < sizeof s->text);
    for (size_t i = 0; i <= n; i++) s->text[i] = fields[i] == '\'' ? '"' : fields[i];
    s->reader = fh_json_reader_new(NULL, 4096);
    assert_non_null(s->reader);
    assert_status(fh_json_read(s->reader, (fh_str){s->text, n}, &s->doc, NULL), FH_OK);
}

fh_status office_make_with(office *o, const fh_actor *by, fh_record_input in, const char *fields,
                           fh_record_view *out, fh_str *code)
{
    sent s;
    read_sent(&s, fields);
    in.doc = &s.doc;
    o->err = (fh_error){0};
    assert_status(fh_org_begin(o->org, NULL), FH_OK);
    const fh_status status = end(o, fh_record_make(o->org, by, &in, o->arena, out, code, &o->err));
    fh_json_reader_free(s.reader);
    return status;
}

fh_status office_make(office *o, const fh_actor *by, const char *kind, const char *fields,
                      fh_record_view *out)
{
    return office_make_with(o, by, (fh_record_input){.kind = fh_str_of(kind)}, fields, out, NULL);
}

fh_status office_change(office *o, const fh_actor *by, const fh_record_view *seen,
                        const char *fields, fh_record_view *out)
{
    sent s;
    read_sent(&s, fields);
    const fh_record_input in = {.doc = &s.doc};
    o->err = (fh_error){0};
    assert_status(fh_org_begin(o->org, NULL), FH_OK);
    const fh_status status =
        end(o, fh_record_change(o->org, by, seen->row.record, seen->row.version, &in, o->arena, out,
                                &o->err));
    fh_json_reader_free(s.reader);
    return status;
}

fh_status office_move(office *o, const fh_actor *by, const fh_record_view *seen, const char *move,
                      const char *words, const char *fields, fh_record_view *out)
{
    sent s;
    read_sent(&s, fields);
    const fh_record_input in = {.doc = &s.doc, .words = fh_str_of(words)};
    o->err = (fh_error){0};
    assert_status(fh_org_begin(o->org, NULL), FH_OK);
    const fh_status status = end(o, fh_record_move(o->org, by, seen->row.record, seen->row.version,
                                                   fh_str_of(move), &in, o->arena, out, &o->err));
    fh_json_reader_free(s.reader);
    return status;
}

fh_status office_own(office *o, const fh_actor *by, int64_t record, fh_ownership what,
                     uint32_t person_number, uint32_t department_number, const char *words)
{
    o->err = (fh_error){0};
    assert_status(fh_org_begin(o->org, NULL), FH_OK);
    return end(o, fh_record_ownership(o->org, by, record, what, person_number, department_number,
                                      fh_str_of(words), &o->err));
}

fh_record_view office_see(office *o, const fh_actor *by, int64_t record)
{
    fh_record_view v = {0};
    if (fh_record_get(o->org, by, record, o->arena, &v, &o->err) != FH_OK)
        fail_msg("%s", o->err.message);
    return v;
}

void office_reverse(office *o, const fh_actor *by, int64_t map, int64_t version, const char *stage)
{
    char fields[200];
    fh_record_view v;
    int64_t about = 0;
    const fh_record_about to = {.what = FH_STR("map"), .number = map};
    (void)snprintf(fields, sizeof fields,
                   "{'what':'Did we?','asked':%u,'stage':'%s','map-version':%lld}", by->person,
                   stage, (long long)version);
    assert_status(office_make(o, by, "challenge", fields, &v), FH_OK);
    assert_status(fh_org_begin(o->org, NULL), FH_OK);
    assert_status(end(o, fh_record_link(o->org, by, v.row.record, &to, &about, &o->err)), FH_OK);
    v = office_see(o, by, v.row.record);
    assert_status(
        office_move(o, by, &v, "answer", "", "{'answer':'Yes','stories':['/actual']}", &v), FH_OK);
}

const char *office_last(office *o, int64_t record)
{
    const fh_record_entry *e = NULL;
    size_t n = 0;
    assert_status(fh_record_entries(o->org, record, 0, 1, o->arena, &e, &n, NULL), FH_OK);
    return n ? e[0].what.ptr : "";
}

fh_str office_detail(office *o, const fh_actor *by, int64_t record)
{
    fh_record_names *names = NULL;
    fh_buf text;
    fh_json j;
    fh_str out = {0};
    const fh_record_view v = office_see(o, by, record);
    fh_buf_init(&text, NULL, 1 << 20);
    fh_json_begin(&j, &text, 0);
    assert_status(fh_record_names_new(o->org, by, o->arena, &names, NULL), FH_OK);
    if (fh_record_detail_json(o->org, by, &v, names, &j, &o->err) != FH_OK)
        fail_msg("%s", o->err.message);
    assert_true(fh_arena_str(o->arena, fh_buf_view(&text), &out));
    fh_buf_free(&text);
    return out;
}
