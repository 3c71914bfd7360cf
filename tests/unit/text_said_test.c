/* text_said_test.c - in which parts of a message its writer speaks, and who signed. */
#include "test.h"
#include "texts.h"

#define SAYS(raw, want) assert_str(texts_sentences(*state, raw), want)

static fh_str signed_by(void **state, const char *raw)
{
    return texts_read(*state, fh_str_of(raw))->signed_by;
}

static void greeting_and_signature_are_not_said(void **state)
{
    SAYS("Dear Ms. Smith,\n\nYour parcel is late.\n\nKind regards,\nAnna Lopez\nBilling\n",
         "Your parcel is late.|");
    SAYS("Dear Dr. J. Smith, your parcel is late. Kind regards, Anna", "your parcel is late.|");
    SAYS("Hello, this is the service department. All is well.",
         "this is the service department.|All is well.|");
    SAYS("Sehr geehrte Frau Müller, Ihr Paket kommt heute. Mit freundlichen Grüßen, Ihr Team",
         "Ihr Paket kommt heute.|");
    SAYS("Geachte mevrouw De Vries,\nUw pakket komt vandaag.\nMet vriendelijke groet,\n\nJan\n",
         "Uw pakket komt vandaag.|");
    SAYS("Dear {first name},\nyour parcel is late.", "your parcel is late.|");
}

static void what_would_leave_nothing_is_said(void **state)
{
    SAYS("Thanks!", "Thanks!|");
    SAYS("Hello", "Hello|");
    SAYS("Kind regards", "Kind regards|");
    SAYS("", "");
    SAYS("\n\n  \r\n", "");
}

static void thanks_close_only_at_the_end_and_alone(void **state)
{
    SAYS("The lamp is broken.\nThanks,\nBob", "The lamp is broken.|");
    SAYS("The lamp is broken.\nThanks for your help with the last one.\nIt is the red one.",
         "The lamp is broken.|Thanks for your help with the last one.|It is the red one.|");
    SAYS(
        "The lamp is broken.\n\nThank you\n\nOne more: it was new.\n\na\n\nb\n\nc\n\nd\n\ne\n\nf\n",
        "The lamp is broken.|Thank you|One more: it was new.|a|b|c|d|e|f|");
}

static void below_a_dashed_line_is_the_signature(void **state)
{
    SAYS("It works now.\n-- \nAnna\nThe Company\n", "It works now.|");
    SAYS("It works - now.\n- really", "It works - now.|- really|");
}

static void what_a_list_adds_below_a_drawn_line_is_not_said(void **state)
{
    SAYS("It works now.\n\n________________\nLamps mailing list\nlamps@example.org\n",
         "It works now.|");
    SAYS("It works now.\n----------- Sponsor --->\nNew lamps!\nhttp://lamps.example/new\n"
         "==========\nTo unsubscribe from this list, write to us.\n",
         "It works now.|");
    SAYS("Your order:\n---------\nOne lamp\n---------\nTotal: € 30, see http://lamps.example/1",
         "Your order:|One lamp|Total: € 30, see http://lamps.example/1|");
    SAYS("One\n--------\nTwo", "One|Two|");
    SAYS("All is well. ________ Lamps mailing list https://example.org", "All is well.|");
    SAYS("________\nlamps@example.org\n", "________ lamps@example.org|");
    SAYS("Lamps\n=====\nlamps@example.org", "Lamps|===== lamps@example.org|");
    SAYS("One\n--------\na@b.example\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10",
         "One|-------- a@b.example|1|2|3|4|5|6|7|8|9|10|");
}

static void quoted_lines_are_left_out_and_answers_between_them_stay(void **state)
{
    SAYS("> When does it come?\nTomorrow.\n> And what does it cost?\nNothing.\n",
         "Tomorrow.|Nothing.|");
    SAYS(">>>>> \"BK\" == Bob Klein <b@example.com> writes:\n\nBK> The lamp is broken.\n"
         "AL>> Is it new?\nBK> It flickers.\n\nWe mend it.\n",
         "We mend it.|");
    SAYS("Lamps:\nA> the red one\nAnd\nB >5 of the blue\nC>D\nLonger> not a name\n",
         "Lamps:|A> the red one|And|B >5 of the blue|C>D|Longer> not a name|");
    SAYS("See below.\n\nOn Mon, 3 Mar 2025 at 10:00, Bob <b@example.com>\nwrote:\n> The lamp.\n"
         "> Broken.\nIt is not.\n",
         "See below.|It is not.|");
    SAYS("See below.\n\nOn 3 March 2025, Bob wrote:\nThe lamp is broken.\nKind regards\n",
         "See below.|");
    SAYS("Siehe unten und danke.\n\nAm 3. März 2025 um 10:00 schrieb Bob:\n\nDie Lampe ist "
         "kaputt.\n",
         "Siehe unten und danke.|");
    SAYS("My neighbour wrote:\nI want one too.\n", "My neighbour wrote:|I want one too.|");
}

static void a_quoted_message_s_head_cuts_what_follows(void **state)
{
    SAYS(
        "I agree.\n\nFrom: Bob <b@example.com>\nSent: Monday\nTo: Anna\nSubject: Lamp\n\nBroken.\n",
        "I agree.|");
    SAYS("I agree.\n\n-----Original Message-----\nBroken.\n", "I agree.|");
    SAYS("From: Bob\nTo: Anna\nSubject: Lamp\n\nThe lamp is broken.\n", "The lamp is broken.|");
    SAYS("From: Berlin it takes a day.\nFrom Paris two.\n",
         "From: Berlin it takes a day.|From Paris two.|");
}

static void a_disclaimer_s_paragraph_is_left_out_from_its_sentence_on(void **state)
{
    SAYS("All is well.\n\nIf you are not the intended recipient, delete this.\nNo copies.\n\nMore.",
         "All is well.|More.|");
    SAYS("All is well. This e-mail is confidential. Tell nobody.", "All is well.|");
}

static void a_postscript_below_the_signature_is_said(void **state)
{
    SAYS("All is well.\nKind regards,\nAnna\n\nP.S. Bring your card.\n\nThe Company\n",
         "All is well.|P.S. Bring your card.|");
}

static void who_signs_is_named(void **state)
{
    assert_str(signed_by(state, "Well.\n\nKind regards,\n\nAnna Lopez\nBilling"), "Anna Lopez");
    assert_str(signed_by(state, "It is well. Kind regards, your Sales team. A footer."),
               "Sales team");
    assert_str(signed_by(state, "Well.\nKind regards\nAnna\non behalf of the Billing Department\n"),
               "Billing Department");
    assert_str(
        signed_by(state, "Das ist gut und schön. Mit freundlichen Grüßen, i. A. Karl Schmidt"),
        "Karl Schmidt");
    assert_str(signed_by(state, "I write on behalf of Dr. Jane Doe. The lamp is broken."),
               "Dr. Jane Doe");
    assert_str(signed_by(state, "The lamp is broken."), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(greeting_and_signature_are_not_said),
        cmocka_unit_test(what_would_leave_nothing_is_said),
        cmocka_unit_test(thanks_close_only_at_the_end_and_alone),
        cmocka_unit_test(below_a_dashed_line_is_the_signature),
        cmocka_unit_test(what_a_list_adds_below_a_drawn_line_is_not_said),
        cmocka_unit_test(quoted_lines_are_left_out_and_answers_between_them_stay),
        cmocka_unit_test(a_quoted_message_s_head_cuts_what_follows),
        cmocka_unit_test(a_disclaimer_s_paragraph_is_left_out_from_its_sentence_on),
        cmocka_unit_test(a_postscript_below_the_signature_is_said),
        cmocka_unit_test(who_signs_is_named),
    };
    return cmocka_run_group_tests(tests, texts_begin, texts_end);
}
