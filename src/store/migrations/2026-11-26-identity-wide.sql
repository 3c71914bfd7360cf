-- 2026-11-26-identity-wide: the lists of identifiers that hold a member, found in a few steps.
--
-- Lists of one import or one commit hold neighbours: whoever looks for a member looks at those that
-- begin shortly before it. The few that reach far (somebody long known got one more identifier
-- together with somebody new) are told apart by this index; src/store/named.c asks for both.

CREATE INDEX identity_list_wide ON identity_list (lo, hi) WHERE hi - lo > 1024;
