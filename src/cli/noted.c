/* noted.c - the command line's entries in the audit log (see noted.h). */
#include "cli/noted.h"

fh_status cli_note(fh_org *org, fh_audited action, const fh_audit_object *about, fh_error *err)
{
    static const fh_audit_object nothing;
    const fh_actor self = fh_actor_command_line();
    return fh_audit(org, &self, action, about ? about : &nothing, err);
}

fh_status cli_note_customer(fh_org *org, fh_audited action, uint32_t customer, fh_error *err)
{
    const fh_actor self = fh_actor_command_line();
    return fh_audit_customer(org, &self, action, customer, (fh_str){0}, err);
}

fh_status cli_noted(fh_org *org, fh_status s, fh_error *err)
{
    if (s == FH_OK) return fh_org_commit(org, err);
    fh_org_rollback(org);
    return s;
}

fh_status cli_note_file(fh_org *org, fh_audited action, fh_error *err)
{
    static const fh_audit_object file = {.kind = {"file", 4}};
    const fh_status s = fh_org_begin(org, err);
    return s ? s : cli_noted(org, cli_note(org, action, &file, err), err);
}
