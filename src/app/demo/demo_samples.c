/* demo_samples.c - who works at Harbour Mutual, and what they did about what customers live
 * through. Only tables. */
#include "app/demo/demo_parts.h"
#include "app/people/rights.h"

#include <stddef.h>

const char *const fh_demo_departments[] = {"Marketing",
                                           "President's office",
                                           "Sales",
                                           "Contact centre",
                                           "Claims",
                                           "Operations",
                                           "Finance",
                                           "IT",
                                           "Learning & Development",
                                           NULL};

#define R(role) (1u << FH_ROLE_##role)
const fh_demo_person fh_demo_people[] = {
    {"president", "Agnes Holm", "President's office", R(EXECUTIVE) | R(LEAD)},
    {"cx", "Mira Sand", "President's office", R(FACILITATOR) | R(ANALYST)},
    {"mkt.lead", "Bruno Keller", "Marketing", R(LEAD)},
    {"mkt", "Carla Weiss", "Marketing", R(FRONT_LINE)},
    {"sales.lead", "Olaf Jansen", "Sales", R(LEAD)},
    {"branch", "Nils Berg", "Sales", R(FRONT_LINE)},
    {"cc.lead", "Dana Ortiz", "Contact centre", R(LEAD)},
    {"cc1", "Emil Brandt", "Contact centre", R(FRONT_LINE)},
    {"cc2", "Fatma Yildiz", "Contact centre", R(FRONT_LINE)},
    {"cc3", "Pia Lund", "Contact centre", R(FRONT_LINE)},
    {"claims.lead", "Greta Lindqvist", "Claims", R(LEAD) | R(JOURNEY_OWNER)},
    {"claims1", "Hugo Maier", "Claims", R(FRONT_LINE)},
    {"claims2", "Rosa Conti", "Claims", R(FRONT_LINE)},
    {"ops.lead", "Ines Vogel", "Operations", R(LEAD) | R(EXECUTIVE)},
    {"ops", "Sven Dahl", "Operations", R(FRONT_LINE)},
    {"fin.lead", "Jonas Petri", "Finance", R(LEAD)},
    {"fin", "Tilda Roth", "Finance", R(FRONT_LINE)},
    {"it.lead", "Katja Nowak", "IT", R(LEAD)},
    {"it", "Udo Franke", "IT", R(FRONT_LINE)},
    {"ld.lead", "Lars Olsen", "Learning & Development", R(LEAD) | R(DESIGNER)},
    {"ld", "Vera Klein", "Learning & Development", R(DESIGNER)},
    {0},
};

const fh_demo_sample fh_demo_samples[] = {
    {"address", "aggravation", "cc1", "640",
     "{\"what\":\"I told you my new address, and the letter went to the old one\","
     "\"touchpoint\":<T:Reports a new address>,\"harm\":\"Customers ask two or three times; "
     "letters "
     "and policies go to the wrong house.\",\"effort\":\"week\"}",
     "630 cc.lead offer it.lead\n"
     "626 it.lead decline The form only passes on what is typed; what happens with it is decided "
     "in "
     "Operations.\n"
     "618 cc.lead offer ops.lead\n"
     "609 ops.lead decline We change the address when Finance has closed the invoice; ask there.\n"
     "600 cc.lead offer fin.lead\n"
     "594 fin.lead decline Invoices use the address we are given. Not ours.\n"
     "300 cc2 comment Eleven calls about it this week alone.\n"
     "60 cx comment Three departments, one sentence each, and the customer still waits.",
     false},
    {NULL, "ownership-claim", "cx", "590",
     "{\"what\":\"The change of address, from the first call to the last "
     "letter\",\"touchpoint\":<T:"
     "Passes the address on>,\"why\":\"Whoever moves house tells it us once and expects that to be "
     "enough.\"}",
     "580 cx offer ops.lead\n"
     "573 ops.lead decline Not ours alone.\n"
     "3 cx offer cc.lead Would you take the first step of it?",
     false},
    {"confirmation", "aggravation", "branch", "1500",
     "{\"what\":\"I have to confirm the same details a second time\",\"touchpoint\":<T:Confirms "
     "the "
     "details a second time>,\"harm\":\"About one in five gives up there.\",\"effort\":\"day\"}",
     "1490 ops.lead take\n"
     "1468 ops.lead move sign-off The second confirmation stays until the new system comes.",
     false},
    {"known-bad", "known-bad", "branch", "1470",
     "{\"what\":\"Customers who bought online confirm the same details a second "
     "time\",\"harm\":\"They "
     "type everything twice, and about one in five gives "
     "up.\",\"asked\":<P:ops.lead>,\"touchpoint\":"
     "<T:Confirms the details a second time>,\"about\":[<R:confirmation>]}",
     "1469 ops.lead accept\n"
     "1468 ops.lead move sign | {\"why\":\"The old system cannot hand the details "
     "over.\",\"review\":"
     "\"<day:-1150>\"}",
     false},
    {NULL, "known-bad", "fin", "120",
     "{\"what\":\"Reminders go out although the payment is on its way\",\"harm\":\"Customers who "
     "paid "
     "are reminded, and call us.\",\"asked\":<P:president>,\"touchpoint\":<T:Payment reminder>}",
     "118 president accept\n"
     "115 president move sign | {\"why\":\"The bank tells us two days late until its new service "
     "starts.\",\"review\":\"<day:+60>\"}",
     false},
    {"retold", "finding", "cx", "F-160",
     "{\"what\":\"Each hand-off of a claim makes the customer tell the story "
     "again\",\"about\":\"dam\","
     "\"touchpoint\":<T:Tells the claims handler what happened>,\"department\":[<D:Contact centre>,"
     "<D:Claims>],\"asked\":<P:claims.lead>,\"harm\":\"Two in three tell it again at the first "
     "hand-off.\",\"effort\":\"month\",\"severe\":true}",
     "F-152 claims.lead move publish | {\"reply\":\"The claim number is all that reaches us; what "
     "was "
     "said stays in the call.\"}\n"
     "F-150 claims.lead take\n"
     "F-140 claims.lead move start\n"
     "F+1 claims.lead move mend",
     false},
    {"fix", "fix", "claims.lead", "F-140",
     "{\"what\":\"The claim file travels with the claim\",\"touchpoint\":[<T:Takes the claim "
     "over>,<T:"
     "Hands the claim to the garage>],\"mends\":[<R:retold>],\"department\":<D:Claims>,\"effort\":"
     "\"month\",\"due\":\"<fix:+10>\"}",
     "F-139 claims.lead move start\n"
     "F-100 it comment The file opens from the claim number in the garage's system, too.\n"
     "F+0 claims.lead move finish | {\"done\":\"<fix:+0>\",\"customer-gain\":\"They tell it "
     "once.\","
     "\"inside-gain\":\"A quarter of an hour less for each claim, and fewer "
     "calls.\",\"saved\":84000,"
     "\"saved-basis\":\"0.25 h for 9,600 claims at 35 EUR an hour\"}\n"
     "F+2 cc1 comment Customers notice: 'You know it already, how nice.'",
     false},
    {NULL, "inspiration", "cx", "F+40",
     "{\"what\":\"The claim file that travels along\",\"before\":\"Whoever had an accident told it "
     "three "
     "times.\",\"after\":\"They tell it once; the garage has the file before the "
     "car.\",\"effect\":\"Told "
     "again falls from two in three to one in seven.\",\"sort\":\"fix\",\"touchpoint\":[<T:Takes "
     "the claim "
     "over>],\"who\":[<P:claims.lead>,<P:it>],\"fix\":<R:fix>}",
     "F+41 cx move show", false},
    {"welcome", "finding", "mkt", "200",
     "{\"what\":\"The two welcome letters name different opening hours and a different excess\","
     "\"about\":\"contradiction\",\"touchpoint\":<T:Welcome letter>,\"department\":[<D:Marketing>,"
     "<D:Operations>],\"asked\":<P:ops.lead>,\"effort\":\"minutes\"}",
     "195 ops.lead move publish | {\"reply\":\"Our letter is the older one; the excess in it is "
     "right "
     "for policies before 2023.\"}\n"
     "190 cx offer mkt.lead\n"
     "4 cx comment Which of the two is right today?",
     false},
    {NULL, "finding", "cx", "90",
     "{\"what\":\"Two letters from the President thank the same customers within two "
     "weeks\",\"about\":"
     "\"duplicate\",\"touchpoint\":<T:Anniversary letter from the "
     "President>,\"department\":[<D:Marketing>,"
     "<D:President's office>],\"asked\":<P:mkt.lead>,\"effort\":\"day\",\"intention\":\"Both "
     "wanted to say "
     "thank you.\"}",
     "85 mkt.lead move publish | {\"reply\":\"We did not know of the other letter.\"}\n"
     "84 mkt.lead take\n84 mkt.lead move start",
     false},
    {NULL, "finding", "cc1", "60",
     "{\"what\":\"Whoever reports a damage is asked first whether anybody is hurt\",\"about\":"
     "\"make\",\"touchpoint\":<T:Reports the damage>,\"department\":[<D:Contact centre>],"
     "\"asked\":<P:claims.lead>,\"behaviour\":\"Ask after the people before the policy "
     "number.\"}",
     "58 claims.lead move publish | {\"reply\":\"We shall do so with every claim handed over, "
     "too.\"}",
     false},
    {NULL, "finding", "cc2", "45",
     "{\"what\":\"The call back begins with 'what is it about?'\",\"about\":\"break\","
     "\"touchpoint\":<T:Asks where the call back is>,\"department\":[<D:Contact centre>],"
     "\"asked\":<P:claims.lead>,\"behaviour\":\"Open the story before the number is dialled.\"}",
     "41 claims.lead move publish | {\"reply\":\"The note of the first call is two screens away; "
     "we have asked for it on the first.\"}",
     false},
    {NULL, "aggravation", "fin", "420",
     "{\"what\":\"Nobody here has ever looked at an invoice as a customer "
     "would\",\"touchpoint\":<T:Invoice "
     "sent>,\"effort\":\"day\"}",
     "410 fin offer fin.lead\n402 fin.lead decline It has always looked like that; Marketing "
     "designs it.",
     false},
    {NULL, "aggravation", "ld", "150",
     "{\"what\":\"Sales runs workshops we hear of from participants\",\"touchpoint\":<T:Workshop: "
     "closing "
     "the deal>,\"effort\":\"day\"}",
     "140 ld offer sales.lead\n138 sales.lead accept\n120 sales.lead move start", false},
    {NULL, "aggravation", "claims2", "330",
     "{\"what\":\"A customer reviewed the garage, and nobody answered\",\"touchpoint\":<T:Reviews "
     "the "
     "garage>,\"effort\":\"minutes\"}",
     NULL, false},
    {NULL, "aggravation", "cc3", "45",
     "{\"what\":\"I was promised a call back, and nobody called\",\"touchpoint\":<T:Asks where the "
     "call back "
     "is>,\"effort\":\"week\"}",
     "40 cc3 offer claims.lead\n39 claims.lead accept", false},
    {NULL, "fix", "fin", "70",
     "{\"what\":\"The invoice says in one line what is paid and why\",\"touchpoint\":[<T:Invoice "
     "sent>],"
     "\"effort\":\"day\",\"due\":\"<day:+9>\"}",
     "60 fin move start", false},
    {NULL, "fix", "cc2", "25",
     "{\"what\":\"Whoever moves house gets one message when all is "
     "changed\",\"touchpoint\":[<T:Address "
     "changed>],\"mends\":[<R:address>],\"effort\":\"week\"}",
     NULL, false},
    {NULL, "ask", "cc1", "12",
     "{\"what\":\"An hour a week to close what I promised\",\"asked\":<P:cc.lead>,\"why\":\"Call "
     "backs slip "
     "when the queue is long.\"}",
     NULL, false},
    {NULL, "ask", "claims1", "40",
     "{\"what\":\"A look into the garage's calendar\",\"asked\":<P:it.lead>,\"why\":\"I could name "
     "the day at "
     "once.\"}",
     "36 it.lead move answer | {\"answer\":\"You have it from Monday on.\"}\n20 claims1 move "
     "settle",
     false},
    {NULL, "ask", "ld", "3",
     "{\"what\":\"A list of the workshops that departments run "
     "themselves\",\"asked\":<P:president>,\"why\":"
     "\"Learners are told the same twice.\"}",
     NULL, false},
    {NULL, "note", "cc.lead", "210",
     "{\"what\":\"When somebody calls after an accident\",\"text\":\"First: are you all right? "
     "Then the "
     "claim.\",\"guidance\":true,\"touchpoint\":[<T:Reports the damage>]}",
     NULL, false},
    {NULL, "note", "branch", "30",
     "{\"what\":\"What people ask about the excess\",\"text\":\"They have two numbers in two "
     "letters, and "
     "bring both.\",\"touchpoint\":[<T:Welcome letter>]}",
     NULL, false},
    {NULL, "information-request", "mkt", "14",
     "{\"what\":\"Who else writes to customers in their first week?\",\"why\":\"They are welcomed "
     "twice, with two opening hours.\",\"department\":<D:Operations>}",
     NULL, false},
    {0},
};

const fh_demo_moment fh_demo_signals[] = {
    {"Confirms the details a second time", "The form forgets what I typed"},
    {"Asks about the new address", "Nobody can see whether the address was changed"},
    {"Invoice sent", "The invoice names a contract number nobody knows"},
    {"Payment reminder", "The reminder came after I had paid"},
    {"Asks where the call back is", "No call back, and no note of the promise"},
    {"Welcome letter", "The opening hours on the letter are wrong"},
    {"Reports the damage", "The photo cannot be sent from a phone"},
    {"Receives the decision", "The letter does not say what happens next"},
    {"Reviews the garage", "The review asks for a garage I was not at"},
    {NULL, NULL},
};

const fh_demo_moment fh_demo_suggestions[] = {
    {"Reports a new address", "Ask for the day of the move and change everything on that day"},
    {"Invoice sent", "Say on the invoice whom to call about it"},
    {"Receives the claim number", "Send the claim number with the name of the handler"},
    {"Welcome e-mail", "One welcome instead of two"},
    {"Promises to call back within two days", "Name the hour, not the day"},
    {"Receives the decision", "Call before a refusal is sent"},
    {"Payment reminder", "Wait a week longer before the first reminder"},
    {NULL, NULL},
};

const fh_demo_focus fh_demo_focuses[] = {
    {"Reports the damage", "people who just had an accident",
     "I want to know whether I can go on driving"},
    {"Receives the claim number", "people who just had an accident",
     "I want to know who has it now"},
    {"Takes the claim over", "people who wait for a decision", "I want to tell it once"},
    {"Hands the claim to the garage", "people whose car is broken", "I want my car back soon"},
    {"Receives the decision", "people who wait for a decision", "I want to understand it"},
    {"Calls back", "people who asked something", "I want an answer when I was told to get it"},
    {"Welcome e-mail", "new customers", "I want to know that it worked"},
    {"Reports a new address", "people who move house",
     "I have a hundred things to do; this one once"},
    {"Welcome letter", NULL, NULL},
    {"Invoice sent", NULL, NULL},
    {"Payment reminder", NULL, NULL},
    {"Anniversary letter from the President", NULL, NULL},
    {"Confirms the details a second time", NULL, NULL},
    {"Workshop: closing the deal", NULL, NULL},
    {NULL, NULL, NULL},
};
