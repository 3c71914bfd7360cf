/* export_xes.c - stories as an XES log (IEEE 1849): a trace is a customer, an event
 * an interaction. Names, times and departments use the standard extensions
 * (concept, time, org), so that any tool for logs understands them. */
#include "app/ask/table.h"
#include "app/data/export_parts.h"

#include <utf8proc.h>

/* XML 1.0 has no control characters but tab, line feed and carriage return. */
static void put_xml(fh_buf *out, fh_str s)
{
    while (s.len) {
        utf8proc_int32_t c = -1;
        const utf8proc_ssize_t n =
            utf8proc_iterate((const utf8proc_uint8_t *)s.ptr, (utf8proc_ssize_t)s.len, &c);
        const size_t used = n > 0 ? (size_t)n : 1;
        if (n <= 0 || (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0xfffe ||
            c == 0xffff)
            fh_buf_text(out, "\xef\xbf\xbd");
        else if (c == '&')
            fh_buf_text(out, "&amp;");
        else if (c == '<')
            fh_buf_text(out, "&lt;");
        else if (c == '>')
            fh_buf_text(out, "&gt;");
        else if (c == '"')
            fh_buf_text(out, "&quot;");
        else if (c < 0x20)
            fh_buf_printf(out, "&#%d;", (int)c);
        else
            fh_buf_put(out, s.ptr, used);
        s.ptr += used;
        s.len -= used;
    }
}

static void put_attribute(fh_buf *out, const char *type, fh_str key, fh_str value)
{
    fh_buf_printf(out, "\t\t\t<%s key=\"", type);
    put_xml(out, key);
    fh_buf_text(out, "\" value=\"");
    put_xml(out, value);
    fh_buf_text(out, "\"/>\n");
}

static void put_string(fh_buf *out, const char *key, fh_str value)
{
    if (value.len) put_attribute(out, "string", fh_str_of(key), value);
}

static void head(fh_exporter *e)
{
    fh_buf_text(&e->out,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                "<log xes.version=\"1849.2016\" xes.features=\"nested-attributes\" "
                "xmlns=\"http://www.xes-standard.org/\">\n"
                "\t<extension name=\"Concept\" prefix=\"concept\" "
                "uri=\"http://www.xes-standard.org/concept.xesext\"/>\n"
                "\t<extension name=\"Time\" prefix=\"time\" "
                "uri=\"http://www.xes-standard.org/time.xesext\"/>\n"
                "\t<extension name=\"Organizational\" prefix=\"org\" "
                "uri=\"http://www.xes-standard.org/org.xesext\"/>\n"
                "\t<global scope=\"trace\">\n"
                "\t\t<string key=\"concept:name\" value=\"(none)\"/>\n"
                "\t</global>\n"
                "\t<global scope=\"event\">\n"
                "\t\t<string key=\"concept:name\" value=\"(none)\"/>\n"
                "\t\t<date key=\"time:timestamp\" value=\"1970-01-01T00:00:00.000+00:00\"/>\n"
                "\t</global>\n"
                "\t<classifier name=\"Touchpoint\" scope=\"event\" keys=\"concept:name\"/>\n");
}

/* XES wants an offset; Z is one for XML but not for every reader of logs. */
static void put_time(fh_exporter *e, int64_t at_ms)
{
    char text[FH_TIME_TEXT];
    const fh_str time = {text, fh_time_format(at_ms, e->options->zone, text)};
    const bool z = time.len && text[time.len - 1] == 'Z';
    fh_buf_text(&e->out, "\t\t\t<date key=\"time:timestamp\" value=\"");
    fh_buf_put(&e->out, text, time.len - (z ? 1 : 0));
    fh_buf_text(&e->out, z ? "+00:00\"/>\n" : "\"/>\n");
}

static void put_fixed(fh_buf *out, const char *key, int64_t minor, fh_str currency)
{
    fh_buf_printf(out, "\t\t\t<float key=\"%s\" value=\"", key);
    fh_money_text(out, minor, currency);
    fh_buf_text(out, "\"/>\n");
}

/* The type of XES for a JSON value; what is nested stands as its JSON. */
static const char *type_of(const fh_json_doc *doc, uint32_t token)
{
    int64_t whole;
    const uint8_t type = doc->token[token].type;
    if (type == FH_JSON_TRUE || type == FH_JSON_FALSE) return "boolean";
    if (type != FH_JSON_NUMBER) return "string";
    return fh_json_i64(doc, token, &whole) ? "int" : "float";
}

static fh_status put_payload(fh_exporter *e, fh_str payload, fh_error *err)
{
    fh_json_doc doc;
    const fh_status s = fh_export_payload(e, payload, &doc, err);
    if (s) return s;
    for (uint32_t k = 1; k < doc.n_tokens; k = doc.token[k + 1].next) {
        fh_str key, value = fh_json_raw(&doc, k + 1);
        const uint8_t type = doc.token[k + 1].type;
        if (type == FH_JSON_NULL) continue;
        if (!fh_json_text(&doc, k, e->scratch, &key) ||
            (type == FH_JSON_STRING && !fh_json_text(&doc, k + 1, e->scratch, &value)))
            return fh_no_memory(err);
        put_attribute(&e->out, type_of(&doc, k + 1), key, value);
    }
    return FH_OK;
}

static fh_status put_event(fh_exporter *e, const fh_told *t, fh_error *err)
{
    fh_buf *out = &e->out;
    fh_str problem;
    fh_status s = fh_export_problem(e, t->problem, &problem, err);
    if (s) return s;
    const fh_str currency = fh_export_name(&e->currency, t->currency);
    const fh_str touchpoint = fh_export_name(&e->touchpoint, t->touchpoint);
    fh_buf_text(out, "\t\t<event>\n");
    put_string(out, "concept:name", touchpoint.len ? touchpoint : FH_STR("(none)"));
    put_time(e, t->at_ms);
    put_string(out, "org:group", fh_export_name(&e->department, t->department));
    put_string(out, "channel", fh_export_name(&e->channel, t->channel));
    put_string(out, "direction", fh_str_of(fh_export_direction(t->direction)));
    put_string(out, "outcome", fh_export_name(&e->outcome, t->outcome));
    put_string(out, "problem", problem);
    if (t->has_value) put_fixed(out, "value", t->value, currency);
    if (t->has_value) put_string(out, "currency", currency);
    if (t->has_score) put_fixed(out, "score", t->score, (fh_str){0});
    s = put_payload(e, t->payload, err);
    fh_buf_text(out, "\t\t</event>\n");
    return s;
}

static fh_status story(fh_exporter *e, const fh_export_story *s, fh_error *err)
{
    fh_buf_text(&e->out, "\t<trace>\n");
    fh_str name = {0};
    for (size_t i = 0; i < s->n_identities; i++) {
        const fh_identity *id = &s->identity[i];
        if (!name.len || (!id->shared && fh_str_eq(id->kind, FH_STR("customer")))) name = id->value;
    }
    fh_buf_text(&e->out, "\t\t<string key=\"concept:name\" value=\"");
    if (name.len)
        put_xml(&e->out, name);
    else
        fh_buf_printf(&e->out, "#%u", s->customer);
    fh_buf_text(&e->out, "\"/>\n");
    for (size_t i = 0; i < s->n_identities; i++) {
        const fh_identity *id = &s->identity[i];
        if (fh_str_eq(id->value, name) && fh_str_eq(id->kind, FH_STR("customer"))) continue;
        fh_buf_text(&e->out, "\t\t<string key=\"customer_");
        put_xml(&e->out, id->kind);
        fh_buf_text(&e->out, "\" value=\"");
        put_xml(&e->out, id->value);
        fh_buf_text(&e->out, "\"/>\n");
    }
    fh_status status = FH_OK;
    for (size_t i = 0; !status && i < s->n; i++) status = put_event(e, &s->told[i], err);
    fh_buf_text(&e->out, "\t</trace>\n");
    return status;
}

static void tail(fh_exporter *e)
{
    fh_buf_text(&e->out, "</log>\n");
}

const fh_export_kind fh_export_xes = {NULL, head, story, tail};
