/* differ.c - how often facts that differ are found: precision, recall and false alarms of
 * fh_texts_differ on planted pairs of messages.
 *
 *     bench/differ [PAIRS [SEED]]     own corpus: families of facts x paraphrases x formats x
 *                                     three languages; the first three paraphrases of a family
 *                                     are those that thresholds were chosen on, the others are
 *                                     held out and reported apart
 *     bench/differ --file PAIRS.tsv   pairs of another generator: ms, text, ms, text and, one
 *                                     a column, type:keyword|keyword of what was planted
 *
 * Environment: ALIKE, ALIKE_POLICY: thresholds other than the defaults. Every pair has two
 * messages of one customer with three facts each and fillers; facts are repeated in another
 * format, planted to differ, planted as an announced change, or said of another order.
 */
#include "firsthand/text.h"

#include "base/time.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LANGUAGES = 3, PHRASES = 5, TUNED = 3, TEXT = 2000, MOST_FACTS = 8, MOST_VALUE = 96 };

typedef struct family {
    fh_fact_type type;
    const char *say[LANGUAGES][PHRASES];
    const char *no[LANGUAGES][PHRASES]; /* policies: the denial */
} family;

static const family families[] = {
    {FH_FACT_DATE,
     {{"Your invoice is due on %s.", "Please pay your invoice by %s.",
       "The payment deadline for this invoice is %s.",
       "We ask you to settle the bill no later than %s.",
       "Payment of the invoice must reach us before %s."},
      {"Ihre Rechnung ist am %s fällig.", "Bitte zahlen Sie Ihre Rechnung bis %s.",
       "Die Zahlungsfrist dieser Rechnung endet am %s.",
       "Bitte überweisen Sie den Rechnungsbetrag bis zum %s.",
       "Wir bitten Sie, die Rechnung bis %s zu begleichen."},
      {"Uw factuur moet op %s betaald zijn.", "Betaal uw factuur voor %s.",
       "De betaaltermijn van deze factuur eindigt op %s.",
       "Wij vragen u de rekening uiterlijk %s te voldoen.",
       "De betaling van de factuur moet %s binnen zijn."}},
     {{0}}},
    {FH_FACT_DATE,
     {{"Your order will be delivered on %s.", "We expect to deliver your order on %s.",
       "Delivery of your order is planned for %s.", "Your parcel arrives on %s.",
       "The shipment of your order reaches you on %s."},
      {"Ihre Bestellung wird am %s geliefert.", "Wir liefern Ihre Bestellung am %s.",
       "Die Lieferung Ihrer Bestellung ist für den %s geplant.",
       "Ihr Paket kommt am %s bei Ihnen an.", "Die Zustellung Ihrer Bestellung erfolgt am %s."},
      {"Uw bestelling wordt op %s bezorgd.", "Wij leveren uw bestelling op %s.",
       "De bezorging van uw bestelling staat gepland voor %s.", "Uw pakket komt op %s aan.",
       "U ontvangt de levering van uw bestelling op %s."}},
     {{0}}},
    {FH_FACT_DATE,
     {{"The course starts on %s.", "Your first session of the course is on %s.",
       "The training course begins %s.", "We kick off the training on %s.",
       "The first day of your course is %s."},
      {"Der Kurs beginnt am %s.", "Der erste Tag des Kurses ist der %s.",
       "Die Schulung startet am %s.", "Wir beginnen den Lehrgang am %s.",
       "Ihr Kurs fängt am %s an."},
      {"De cursus begint op %s.", "De eerste les van de cursus is op %s.",
       "De training start op %s.", "Wij beginnen met de opleiding op %s.",
       "De eerste dag van uw cursus is %s."}},
     {{0}}},
    {FH_FACT_DATE,
     {{"Please register before %s.", "Registration closes on %s.",
       "The last day to register is %s.", "You can sign up, that is register, until %s.",
       "Enrolment ends on %s."},
      {"Bitte melden Sie sich bis zum %s zur Anmeldung.", "Die Anmeldung endet am %s.",
       "Anmeldung ist möglich bis %s.", "Der letzte Tag für Ihre Anmeldung ist der %s.",
       "Die Einschreibung schließt am %s."},
      {"Schrijf u in voor de inschrijving sluit op %s.", "De inschrijving sluit op %s.",
       "De laatste dag voor inschrijving is %s.", "Aanmelding is mogelijk tot %s.",
       "U kunt zich inschrijven tot uiterlijk %s."}},
     {{0}}},
    {FH_FACT_MONEY,
     {{"The monthly fee is %s.", "You pay a monthly fee of %s.",
       "Your subscription costs %s per month.", "The price of your subscription is %s a month.",
       "We charge %s every month for the subscription."},
      {"Die monatliche Gebühr beträgt %s.", "Sie zahlen monatlich eine Gebühr von %s.",
       "Ihr Abonnement kostet %s im Monat.", "Der Preis Ihres Abonnements ist %s pro Monat.",
       "Der Monatsbeitrag für das Abonnement liegt bei %s."},
      {"De maandelijkse kosten zijn %s.", "U betaalt maandelijks een bedrag van %s.",
       "Uw abonnement kost %s per maand.", "De prijs van uw abonnement is %s per maand.",
       "Voor het abonnement rekenen wij maandelijks %s."}},
     {{0}}},
    {FH_FACT_MONEY,
     {{"We will refund %s to your account.", "Your refund of %s is on its way.",
       "You will receive a refund of %s.", "The refund amounts to %s.", "We reimburse you %s."},
      {"Wir erstatten Ihnen %s auf Ihr Konto.", "Ihre Erstattung von %s ist unterwegs.",
       "Sie erhalten eine Erstattung von %s.", "Die Rückerstattung beträgt %s.",
       "Als Rückzahlung bekommen Sie %s."},
      {"Wij storten %s terug op uw rekening.", "Uw terugbetaling van %s is onderweg.",
       "U ontvangt een terugbetaling van %s.", "De restitutie bedraagt %s.",
       "U krijgt van ons %s terug."}},
     {{0}}},
    {FH_FACT_PERCENT,
     {{"You get a discount of %s on your next order.",
       "Your next order is %s off, our discount for you.", "Enjoy a %s discount on the next order.",
       "A reduction of %s applies to your next order.",
       "We take %s off your next order as a discount."},
      {"Sie erhalten %s Rabatt auf Ihre nächste Bestellung.",
       "Für Ihre nächste Bestellung gilt ein Rabatt von %s.",
       "Ihr Rabatt auf die nächste Bestellung beträgt %s.",
       "Auf die nächste Bestellung geben wir %s Nachlass.",
       "Freuen Sie sich auf %s Ermäßigung bei der nächsten Bestellung."},
      {"U krijgt %s korting op uw volgende bestelling.",
       "Voor uw volgende bestelling geldt een korting van %s.",
       "De korting op uw volgende bestelling is %s.",
       "Op de volgende bestelling geven wij %s korting.",
       "Geniet van %s korting bij de volgende bestelling."}},
     {{0}}},
    {FH_FACT_PERCENT,
     {{"You need %s attendance to pass.", "A minimum attendance of %s is required to pass.",
       "To pass, %s attendance is required.", "You only pass with an attendance of %s.",
       "Passing requires being present %s of the time."},
      {"Zum Bestehen brauchen Sie %s Anwesenheit.",
       "Eine Anwesenheit von %s ist zum Bestehen nötig.",
       "Um zu bestehen, sind %s Anwesenheit erforderlich.", "Sie bestehen nur mit %s Anwesenheit.",
       "Das Bestehen setzt %s Teilnahme voraus."},
      {"Om te slagen is %s aanwezigheid nodig.", "U slaagt met %s aanwezigheid.",
       "Voor slagen geldt een aanwezigheid van %s.",
       "Een aanwezigheid van %s is vereist om te slagen.",
       "U kunt alleen slagen als u %s aanwezig bent."}},
     {{0}}},
    {FH_FACT_PHONE,
     {{"Call our helpdesk at %s.", "You can reach the helpdesk on %s.",
       "The helpdesk number is %s.", "For help, phone the service desk: %s.",
       "Our helpdesk is available by telephone: %s."},
      {"Rufen Sie unsere Hotline an: %s.", "Sie erreichen die Hotline unter %s.",
       "Die Nummer unserer Hotline ist %s.", "Unser Kundendienst ist telefonisch erreichbar: %s.",
       "Hilfe bekommen Sie bei der Hotline, Telefon %s."},
      {"Bel onze helpdesk op %s.", "U bereikt de helpdesk via %s.",
       "Het nummer van de helpdesk is %s.", "Onze klantenservice is telefonisch bereikbaar: %s.",
       "Voor hulp belt u de helpdesk: %s."}},
     {{0}}},
    {FH_FACT_TIME,
     {{"The branch opens at %s.", "Our branch is open from %s.",
       "You can visit the branch from %s.", "The branch opens its doors at %s.",
       "We open the branch at %s."},
      {"Die Filiale öffnet um %s.", "Unsere Filiale ist ab %s geöffnet.",
       "Sie können die Filiale ab %s besuchen.", "Die Türen der Filiale öffnen um %s.",
       "Unsere Filiale hat ab %s offen."},
      {"Het filiaal gaat open om %s.", "Ons filiaal is open vanaf %s.",
       "U kunt het filiaal bezoeken vanaf %s.", "De deuren van het filiaal gaan open om %s.",
       "Wij openen het filiaal om %s."}},
     {{0}}},
    {FH_FACT_DURATION,
     {{"Repairs take %s.", "A repair of your device takes %s.", "The repair lasts %s.",
       "You have to do without your device for the repair for %s.",
       "Repairing it will take us %s."},
      {"Die Reparatur dauert %s.", "Für die Reparatur brauchen wir %s.",
       "Eine Reparatur Ihres Gerätes dauert %s.", "Rechnen Sie für die Reparatur mit %s.",
       "Die Reparatur nimmt %s in Anspruch."},
      {"De reparatie duurt %s.", "Voor de reparatie hebben wij %s nodig.",
       "Een reparatie van uw apparaat duurt %s.", "Reken voor de reparatie op %s.",
       "De reparatie neemt %s in beslag."}},
     {{0}}},
    {FH_FACT_NUMBER,
     {{"The programme consists of %s sessions.", "Your programme has %s sessions.",
       "There are %s sessions in the programme.", "You follow %s sessions in this programme.",
       "The whole programme counts %s sessions."},
      {"Das Programm besteht aus %s Sitzungen.", "Ihr Programm hat %s Sitzungen.",
       "Im Programm sind %s Sitzungen vorgesehen.", "Das ganze Programm umfasst %s Sitzungen.",
       "Sie besuchen %s Sitzungen des Programms."},
      {"Het programma bestaat uit %s sessies.", "Uw programma heeft %s sessies.",
       "In het programma zitten %s sessies.", "Het hele programma telt %s sessies.",
       "U volgt %s sessies van het programma."}},
     {{0}}},
    {FH_FACT_EMAIL,
     {{"Send your documents to %s.", "Your documents can be sent to %s.",
       "Mail the documents to %s.", "We receive your documents at %s.",
       "The address for documents is %s."},
      {"Senden Sie Ihre Unterlagen an %s.", "Ihre Unterlagen schicken Sie bitte an %s.",
       "Die Unterlagen nehmen wir unter %s entgegen.", "Mailen Sie die Unterlagen an %s.",
       "Die Adresse für Unterlagen ist %s."},
      {"Stuur uw documenten naar %s.", "Uw documenten kunt u sturen naar %s.",
       "Mail de documenten naar %s.", "Wij ontvangen uw documenten op %s.",
       "Het adres voor documenten is %s."}},
     {{0}}},
    {FH_FACT_PERSON,
     {{"Your adviser is %s.", "%s is your adviser from today.",
       "For questions, your adviser is %s.", "Your personal adviser, %s, is happy to help.",
       "We have asked %s to be your adviser."},
      {"Ihr Berater ist %s.", "%s ist Ihr Berater.", "Bei Fragen ist Ihr Berater %s.",
       "Ihr persönlicher Berater, %s, hilft Ihnen gern.", "Als Ihr Berater steht %s bereit."},
      {"Uw adviseur is %s.", "%s is uw adviseur.", "Bij vragen is uw adviseur %s.",
       "Uw persoonlijke adviseur, %s, helpt u graag.", "Als adviseur staat %s voor u klaar."}},
     {{0}}},
    {FH_FACT_POLICY,
     {{"Return shipping is free of charge.", "Returning your parcel is free.",
       "You do not have to pay for return shipping.", "Shipping a return is free for you.",
       "Sending your return shipping label costs you nothing."},
      {"Die Rücksendung ist kostenlos.", "Die Rücksendung Ihrer Ware ist für Sie kostenfrei.",
       "Für die Rücksendung ist nichts zu zahlen, sie ist kostenlos.",
       "Eine Retoure Ihrer Ware ist gratis.", "Ihre Rücksendung ist unentgeltlich."},
      {"Retourzending is gratis.", "Het terugsturen van uw pakket is gratis.",
       "Voor de retourzending zijn er geen kosten, die is gratis te doen.",
       "U kunt kosteloos retourneren, uw retourzending is gratis.",
       "De retour van uw pakket is kosteloos."}},
     {{"Return shipping is not free of charge.", "Returning your parcel is not free.",
       "You have to pay for return shipping.", "Shipping a return is at your own expense.",
       "You pay for the return shipping label yourself, you have to pay for it."},
      {"Die Rücksendung ist nicht kostenlos.", "Die Rücksendung Ihrer Ware ist kostenpflichtig.",
       "Die Rücksendung ist auf eigene Kosten.", "Eine Retoure Ihrer Ware ist nicht gratis.",
       "Ihre Rücksendung ist gebührenpflichtig."},
      {"Retourzending is niet gratis.", "Het terugsturen van uw pakket is niet gratis.",
       "De retourzending is op eigen kosten.", "Retourzending is niet kosteloos.",
       "De retour van uw pakket is op uw kosten."}}},
    {FH_FACT_POLICY,
     {{"You will receive a certificate for this course.",
       "A certificate is issued for this course.", "This course comes with a certificate.",
       "At the end of the course you are given a certificate.",
       "The course ends with a certificate for you."},
      {"Sie erhalten für diesen Kurs ein Zertifikat.",
       "Für diesen Kurs wird ein Zertifikat ausgestellt.",
       "Zu diesem Kurs bekommen Sie ein Zertifikat.",
       "Am Ende des Kurses erhalten Sie ein Zertifikat.",
       "Der Kurs schließt mit einem Zertifikat ab."},
      {"U ontvangt voor deze cursus een certificaat.",
       "Voor deze cursus wordt een certificaat uitgereikt.",
       "Bij deze cursus krijgt u een certificaat.",
       "Aan het eind van de cursus ontvangt u een certificaat.",
       "De cursus wordt afgesloten met een certificaat."}},
     {{"You will not receive a certificate for this course.",
       "No certificate is issued for this course.", "This course does not come with a certificate.",
       "At the end of the course you are not given a certificate.",
       "The course ends without a certificate for you."},
      {"Sie erhalten für diesen Kurs kein Zertifikat.",
       "Für diesen Kurs wird kein Zertifikat ausgestellt.",
       "Zu diesem Kurs bekommen Sie kein Zertifikat.",
       "Am Ende des Kurses erhalten Sie kein Zertifikat.", "Der Kurs schließt ohne Zertifikat ab."},
      {"U ontvangt voor deze cursus geen certificaat.",
       "Voor deze cursus wordt geen certificaat uitgereikt.",
       "Bij deze cursus krijgt u geen certificaat.",
       "Aan het eind van de cursus ontvangt u geen certificaat.",
       "De cursus wordt zonder certificaat afgesloten."}}},
    {FH_FACT_POLICY,
     {{"Parking at our office is possible.", "You can park at our office.",
       "Our office has parking that is available to you.", "Parking is allowed next to the office.",
       "It is possible to park near our office."},
      {"Parken ist an unserem Büro möglich.", "Sie können an unserem Büro parken.",
       "An unserem Büro ist das Parken erlaubt.", "Parkplätze am Büro sind verfügbar.",
       "Beim Büro dürfen Sie parken."},
      {"Parkeren is mogelijk bij ons kantoor.", "U kunt bij ons kantoor parkeren.",
       "Bij ons kantoor is parkeren toegestaan.",
       "Er is parkeerplaats beschikbaar bij het kantoor.", "U mag parkeren bij ons kantoor."}},
     {{"Parking at our office is impossible.", "You cannot park at our office.",
       "Our office has parking that is unavailable to you.",
       "Parking is forbidden next to the office.", "It is not possible to park near our office."},
      {"Parken ist an unserem Büro unmöglich.", "Sie können an unserem Büro nicht parken.",
       "An unserem Büro ist das Parken verboten.", "Parkplätze am Büro sind nicht verfügbar.",
       "Beim Büro dürfen Sie nicht parken."},
      {"Parkeren is onmogelijk bij ons kantoor.", "U kunt bij ons kantoor niet parkeren.",
       "Bij ons kantoor is parkeren verboden.",
       "Er is geen parkeerplaats beschikbaar bij het kantoor.",
       "U mag niet parkeren bij ons kantoor."}}},
};
enum { FAMILIES = (int)(sizeof families / sizeof families[0]) };

static const char *const fillers[LANGUAGES][12] = {
    {"Thank you for being with us.", "We are here to help.", "Let us know what you think.",
     "You can find more in your account.", "Our team looks forward to hearing from you.",
     "The new catalogue has 120 pages.", "More than 500 customers went before you.",
     "We have been here since 1987.", "Have you seen our new website?",
     "Your opinion matters to us.", "This is message number 4 of our series.",
     "We wish you a pleasant day."},
    {"Vielen Dank, dass Sie bei uns sind.", "Wir sind für Sie da.", "Sagen Sie uns Ihre Meinung.",
     "Mehr finden Sie in Ihrem Konto.", "Unser Team freut sich, von Ihnen zu hören.",
     "Der neue Katalog hat 120 Seiten.", "Mehr als 500 Kunden waren vor Ihnen da.",
     "Uns gibt es seit 1987.", "Kennen Sie schon unsere neue Website?",
     "Ihre Meinung ist uns wichtig.", "Das ist Nachricht Nummer 4 unserer Reihe.",
     "Wir wünschen Ihnen einen schönen Tag."},
    {"Bedankt dat u bij ons bent.", "Wij staan voor u klaar.", "Laat ons weten wat u vindt.",
     "Meer vindt u in uw account.", "Ons team hoort graag van u.",
     "De nieuwe catalogus heeft 120 pagina's.", "Meer dan 500 klanten gingen u voor.",
     "Wij bestaan sinds 1987.", "Kent u onze nieuwe website al?",
     "Uw mening is belangrijk voor ons.", "Dit is bericht nummer 4 van onze reeks.",
     "Wij wensen u een fijne dag."}};
static const char *const change[LANGUAGES] = {"Correction: ", "Korrektur: ", "Correctie: "};
static const char *const of_order[LANGUAGES] = {"This is about order", "Es geht um Bestellung",
                                                "Dit gaat over bestelling"};

/* ---- Chance ---- */

static uint64_t state = 88172645463325252u;
static uint32_t any(uint32_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 11) % below);
}

/* ---- Values in many formats ---- */

static const char *const months[LANGUAGES][12] = {
    {"January", "February", "March", "April", "May", "June", "July", "August", "September",
     "October", "November", "December"},
    {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
     "November", "Dezember"},
    {"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
     "oktober", "november", "december"}};

static void say_date(int lang, int64_t day, int64_t sent, char *out)
{
    const fh_civil c = fh_civil_of(day * FH_DAY_MS);
    const char *month = months[lang][c.month - 1];
    switch (any(5)) {
    case 0:
        snprintf(out, MOST_VALUE, lang == 1 ? "%d. %s %d" : "%d %s %d", c.day, month, c.year);
        return;
    case 1:
        if (lang == 0) snprintf(out, MOST_VALUE, "%s %d", month, c.day);
        if (lang == 1) snprintf(out, MOST_VALUE, "%d. %s", c.day, month);
        if (lang == 2) snprintf(out, MOST_VALUE, "%d %s", c.day, month);
        return;
    case 2: snprintf(out, MOST_VALUE, "%04d-%02d-%02d", c.year, c.month, c.day); return;
    case 3:
        snprintf(out, MOST_VALUE,
                 lang == 0   ? "%02d/%02d/%d"
                 : lang == 1 ? "%02d.%02d.%d"
                             : "%d-%d-%d",
                 c.day, c.month, c.year);
        return;
    default:
        if (lang == 0 && day > sent && any(2))
            snprintf(out, MOST_VALUE, "in %d days", (int)(day - sent));
        else
            snprintf(out, MOST_VALUE, "%d.%d.%02d", c.day, c.month, c.year % 100);
        if (lang != 1 && out[0] >= '0' && out[0] <= '9')
            snprintf(out, MOST_VALUE, "%d %s, %d", c.day, month, c.year);
    }
}

static void say_money(int64_t cents, char *out)
{
    const int euros = (int)(cents / 100), rest = (int)(cents % 100);
    char dotted[32], comma[32];
    if (euros >= 1000) {
        snprintf(dotted, sizeof dotted, "%d,%03d.%02d", euros / 1000, euros % 1000, rest);
        snprintf(comma, sizeof comma, "%d.%03d,%02d", euros / 1000, euros % 1000, rest);
    } else {
        snprintf(dotted, sizeof dotted, "%d.%02d", euros, rest);
        snprintf(comma, sizeof comma, "%d,%02d", euros, rest);
    }
    switch (any(5)) {
    case 0: snprintf(out, MOST_VALUE, "€%s", dotted); return;
    case 1: snprintf(out, MOST_VALUE, "%s EUR", dotted); return;
    case 2: snprintf(out, MOST_VALUE, "EUR %s", comma); return;
    case 3: snprintf(out, MOST_VALUE, "€ %s", comma); return;
    default:
        if (rest == 0)
            snprintf(out, MOST_VALUE, "%d euro", euros);
        else
            snprintf(out, MOST_VALUE, "%s €", comma);
    }
}

static void say_time(int lang, int hour, char *out)
{
    static const char *const word[] = {"", " Uhr", " uur"};
    const uint32_t k = any(3);
    if (k == 0 || lang == 0)
        snprintf(out, MOST_VALUE, k == 1 ? "%d am" : k == 2 ? "%d:00" : "%02d:00", hour);
    else
        snprintf(out, MOST_VALUE, k == 1 ? "%d%s" : "%d.00%s", hour, word[lang]);
}

static void say_number(int lang, int64_t n, char *out, size_t room)
{
    static const char *const word[LANGUAGES][13] = {
        {"", "", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
         "twelve"},
        {"", "", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf",
         "zwölf"},
        {"", "", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf",
         "twaalf"}};
    if (n >= 2 && n <= 12 && any(2))
        snprintf(out, room, "%s", word[lang][n]);
    else
        snprintf(out, room, "%d", (int)n);
}

static void say_value(fh_fact_type type, int lang, int64_t v, int64_t sent, char *out)
{
    static const char *const days[] = {"days", "Tage", "dagen"}, *const weeks[] = {
                                                                     "weeks", "Wochen", "weken"};
    static const char *const percent[] = {"percent", "Prozent", "procent"};
    static const char *const people[] = {"Anna Smith",    "Peter Jones",  "Maria Garcia",
                                         "Thomas Weber",  "Eva de Vries", "Jan Bakker",
                                         "Laura Fischer", "Paul Martin"};
    static const char *const boxes[] = {"documents@example.com", "service@example.com",
                                        "intake@example.org", "desk.two@example.net",
                                        "post@example.com"};
    const int n = (int)v;
    char number[32];
    switch ((int)type) {
    case FH_FACT_DATE: say_date(lang, v, sent, out); return;
    case FH_FACT_MONEY: say_money(v, out); return;
    case FH_FACT_PERCENT:
        if (any(3))
            snprintf(out, MOST_VALUE, any(2) ? "%d%%" : "%d %%", n);
        else
            snprintf(out, MOST_VALUE, "%d %s", n, percent[lang]);
        return;
    case FH_FACT_PHONE:
        switch (any(3)) {
        case 0: snprintf(out, MOST_VALUE, "+31 20 %03d %04d", n / 10000, n % 10000); return;
        case 1: snprintf(out, MOST_VALUE, "020-%07d", n); return;
        default: snprintf(out, MOST_VALUE, "(020) %03d %04d", n / 10000, n % 10000); return;
        }
    case FH_FACT_TIME: say_time(lang, n, out); return;
    case FH_FACT_DURATION:
        if (n % 7 == 0 && any(2))
            say_number(lang, n / 7, number, sizeof number),
                snprintf(out, MOST_VALUE, "%s %s", number, weeks[lang]);
        else
            say_number(lang, n, number, sizeof number),
                snprintf(out, MOST_VALUE, "%s %s", number, days[lang]);
        return;
    case FH_FACT_NUMBER: say_number(lang, v, out, MOST_VALUE); return;
    case FH_FACT_EMAIL: snprintf(out, MOST_VALUE, "%s", boxes[v]); return;
    case FH_FACT_PERSON: snprintf(out, MOST_VALUE, "%s", people[v]); return;
    default: out[0] = '\0';
    }
}

static int64_t any_value(fh_fact_type type, int64_t sent)
{
    static const int money[] = {995, 1250, 1900, 2500, 4990, 9900, 125000, 149950};
    static const int percent[] = {5, 10, 15, 20, 25, 50, 70, 80, 90};
    static const int days[] = {2, 3, 5, 7, 14, 21, 28};
    switch ((int)type) {
    case FH_FACT_DATE: return sent + 8 + any(52);
    case FH_FACT_MONEY: return money[any(8)];
    case FH_FACT_PERCENT: return percent[any(9)];
    case FH_FACT_PHONE: return 1000000 + any(8999999);
    case FH_FACT_TIME: return 7 + any(5);
    case FH_FACT_DURATION: return days[any(7)];
    case FH_FACT_NUMBER: return 2 + any(20);
    case FH_FACT_EMAIL: return any(5);
    case FH_FACT_PERSON: return any(8);
    default: return any(2);
    }
}

static int64_t other_value(fh_fact_type type, int64_t not_this, int64_t sent)
{
    int64_t v;
    do v = any_value(type, sent);
    while (v == not_this);
    return v;
}

/* ---- Pairs of messages ---- */

typedef struct said_fact {
    int family, phrase;
    int64_t value;
    bool changes, planted;
    uint32_t at, end; /* bytes of the text */
} said_fact;

typedef struct message {
    int lang;
    int64_t sent; /* day */
    int n;
    said_fact fact[MOST_FACTS];
    char text[TEXT];
    fh_text read;
    int order; /* 0: none is named */
} message;

typedef struct pair {
    message a, b;
    bool held_out;
    int n_planted;
} pair;

static void say_fact(const message *m, const said_fact *f, char *out, size_t room)
{
    const family *fam = &families[f->family];
    char value[MOST_VALUE];
    say_value(fam->type, m->lang, f->value, m->sent, value);
    const char *form = fam->type == FH_FACT_POLICY && f->value == 0 ? fam->no[m->lang][f->phrase]
                                                                    : fam->say[m->lang][f->phrase];
    size_t n = 0;
    if (f->changes) n = (size_t)snprintf(out, room, "%s", change[m->lang]);
    for (; *form && n + MOST_VALUE < room; form++) {
        if (form[0] == '%' && form[1] == 's')
            n += (size_t)snprintf(out + n, room - n, "%s", value), form++;
        else
            out[n++] = *form;
    }
    out[n] = '\0';
}

static void write_message(message *m)
{
    int order[MOST_FACTS + 3], n = m->n + 3;
    size_t len = 0;
    uint32_t filler = any(12);
    for (int i = 0; i < n; i++) order[i] = i;
    for (int i = n - 1; i > 0; i--) {
        const int k = (int)any((uint32_t)i + 1), keep = order[i];
        order[i] = order[k];
        order[k] = keep;
    }
    if (m->order) len = (size_t)snprintf(m->text, TEXT, "%s %d. ", of_order[m->lang], m->order);
    for (int i = 0; i < n; i++) {
        if (order[i] >= m->n) {
            filler = (filler + 1 + any(3)) % 12;
            len += (size_t)snprintf(m->text + len, TEXT - len, "%s ", fillers[m->lang][filler]);
            continue;
        }
        said_fact *f = &m->fact[order[i]];
        f->at = (uint32_t)len;
        say_fact(m, f, m->text + len, TEXT - len - 2);
        len += strlen(m->text + len);
        f->end = (uint32_t)len;
        m->text[len++] = ' ';
        m->text[len] = '\0';
    }
}

static bool has_family(const message *m, int which)
{
    for (int i = 0; i < m->n; i++)
        if (m->fact[i].family == which) return true;
    return false;
}

static int new_family(const message *a, const message *b)
{
    int f;
    do f = (int)any(FAMILIES);
    while (has_family(a, f) || has_family(b, f));
    return f;
}

static int any_phrase(bool held_out)
{
    return held_out ? TUNED + (int)any(PHRASES - TUNED) : (int)any(TUNED);
}

/* `clean`: nothing differs. `held_out`: one side of each pair of sentences is held out. */
static void make_pair(pair *p, bool clean, bool held_out)
{
    *p = (pair){.held_out = held_out};
    p->a.lang = p->b.lang = (int)any(LANGUAGES);
    p->a.sent = 20089 + any(360);
    p->b.sent = p->a.sent + any(6);
    const bool orders = any(10) == 0;
    for (int i = 0; i < 3; i++) {
        const int f = new_family(&p->a, &p->b);
        p->a.fact[p->a.n++] = (said_fact){.family = f,
                                          .phrase = any_phrase(false),
                                          .value = any_value(families[f].type, p->b.sent)};
        const uint32_t fate = any(20);
        said_fact other = p->a.fact[i];
        other.phrase = any_phrase(held_out);
        if (fate >= 14) continue;
        if (fate >= 8 && !orders) {
            other.value = other_value(families[f].type, other.value, p->b.sent);
            other.changes = fate >= 12 || clean;
            other.planted = !other.changes;
            p->n_planted += other.planted;
        } else if (orders) {
            other.value = other_value(families[f].type, other.value, p->b.sent);
        }
        p->b.fact[p->b.n++] = other;
    }
    if (orders) p->a.order = 10000 + (int)any(40000), p->b.order = 60000 + (int)any(30000);
    for (uint32_t k = 1 + any(2); k > 0; k--) {
        const int f = new_family(&p->a, &p->b);
        p->b.fact[p->b.n++] = (said_fact){.family = f,
                                          .phrase = any_phrase(held_out),
                                          .value = any_value(families[f].type, p->b.sent)};
    }
    write_message(&p->a);
    write_message(&p->b);
}

/* ---- Scores ---- */

typedef struct score {
    uint32_t planted, found, wrong;
} score;

static void wilson(uint32_t k, uint32_t n, double *low, double *high)
{
    const double z = 1.959964, p = n ? (double)k / n : 0, m = n ? n : 1;
    const double mid = p + z * z / (2 * m), wide = z * sqrt(p * (1 - p) / m + z * z / (4 * m * m));
    *low = n ? (mid - wide) / (1 + z * z / m) : 0;
    *high = n ? (mid + wide) / (1 + z * z / m) : 1;
}

static void print_score(const char *name, const score *s)
{
    double pl, ph, rl, rh;
    wilson(s->found, s->found + s->wrong, &pl, &ph);
    wilson(s->found, s->planted, &rl, &rh);
    printf("%-22s planted %6u  precision %.3f (%.3f-%.3f)  recall %.3f (%.3f-%.3f)\n", name,
           s->planted, s->found + s->wrong ? (double)s->found / (s->found + s->wrong) : 0, pl, ph,
           s->planted ? (double)s->found / s->planted : 0, rl, rh);
}

static void must(fh_status status, const fh_error *err)
{
    if (status == FH_OK) return;
    fprintf(stderr, "%s\n", err->message);
    exit(EXIT_FAILURE);
}

static double cpu_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double environment(const char *name)
{
    const char *text = getenv(name);
    return text ? strtod(text, NULL) : 0;
}

typedef struct setting {
    fh_lexicon *lexicon;
    fh_usage *usage;
    fh_arena *arena;
    fh_differ_options options;
    bool loud;
} setting;

static void set_up(setting *x)
{
    fh_error err;
    must(fh_lexicon_new(NULL, &x->lexicon, &err), &err);
    must(fh_usage_new(NULL, &x->usage, &err), &err);
    x->arena = fh_arena_new(NULL);
    x->options = (fh_differ_options){environment("ALIKE"), environment("ALIKE_POLICY")};
    x->loud = getenv("LOUD") != NULL;
}

static void read_message(setting *x, message *m)
{
    fh_error err;
    const fh_text_about about = {.sent_ms = m->sent * FH_DAY_MS + 36000000};
    must(fh_text_read(x->lexicon, fh_str_of(m->text), &about, x->arena, &m->read, &err), &err);
    fh_usage_add(x->usage, &m->read);
}

static int family_at(const message *m, const fh_sentence *s)
{
    for (int i = 0; i < m->n; i++)
        if (s->at < m->fact[i].end && s->at + s->len > m->fact[i].at) return i;
    return -1;
}

static void show(const char *why, const pair *p, const said_fact *f)
{
    printf("%s: %s\n    A %s\n    B %s\n", why,
           f ? fh_fact_type_name(families[f->family].type) : "-", p->a.text, p->b.text);
}

/* Counts what was found of one pair; returns how many alarms were wrong. */
static uint32_t count_pair(setting *x, const pair *p, score type[FH_N_FACT_TYPES],
                           score lang[LANGUAGES])
{
    fh_error err;
    const fh_difference *found;
    size_t n;
    uint32_t wrong = 0;
    bool hit[MOST_FACTS] = {false};
    fh_arena *arena = fh_arena_new(NULL);
    must(fh_texts_differ(x->lexicon, x->usage, &x->options, &p->a.read, &p->b.read, arena, &found,
                         &n, &err),
         &err);
    for (size_t i = 0; i < n; i++) {
        const int fa = family_at(&p->a, &p->a.read.sentence[found[i].sentence_a]);
        const int fb = family_at(&p->b, &p->b.read.sentence[found[i].sentence_b]);
        const bool right = fa >= 0 && fb >= 0 && p->a.fact[fa].family == p->b.fact[fb].family &&
                           p->b.fact[fb].planted &&
                           families[p->b.fact[fb].family].type == found[i].type;
        if (right) {
            hit[fb] = true;
            continue;
        }
        wrong++;
        type[found[i].type].wrong++;
        lang[p->a.lang].wrong++;
        if (x->loud) show("WRONG", p, fb >= 0 ? &p->b.fact[fb] : NULL);
        if (x->loud) printf("    %s\n", fh_fact_type_name(found[i].type));
    }
    for (int i = 0; i < p->b.n; i++) {
        const said_fact *f = &p->b.fact[i];
        if (!f->planted) continue;
        score *s = &type[families[f->family].type];
        s->planted++;
        s->found += hit[i];
        lang[p->a.lang].planted++;
        lang[p->a.lang].found += hit[i];
        if (x->loud && !hit[i])
            show("MISSED", p, f), printf("    %.*s\n", (int)(f->end - f->at), p->b.text + f->at);
    }
    fh_arena_free(arena);
    return wrong;
}

static void print_all(const char *name, const score type[FH_N_FACT_TYPES],
                      const score lang[LANGUAGES])
{
    static const char *const code[] = {"en", "de", "nl"};
    score all = {0};
    for (int t = 0; t < FH_N_FACT_TYPES; t++)
        all = (score){all.planted + type[t].planted, all.found + type[t].found,
                      all.wrong + type[t].wrong};
    printf("\n");
    print_score(name, &all);
    for (int t = 0; t < FH_N_FACT_TYPES; t++)
        if (type[t].planted || type[t].wrong)
            print_score(fh_fact_type_name((fh_fact_type)t), &type[t]);
    for (int l = 0; l < LANGUAGES; l++) print_score(code[l], &lang[l]);
}

/* Of n pairs a third is clean, and half of the others are of held-out paraphrases. */
static void run_own(setting *x, uint32_t n)
{
    pair *pairs = calloc(n, sizeof *pairs);
    score type[2][FH_N_FACT_TYPES] = {{{0}}}, lang[2][LANGUAGES] = {{{0}}};
    score clean_type[FH_N_FACT_TYPES] = {{0}}, clean_lang[LANGUAGES] = {{0}};
    uint32_t clean = 0, alarms = 0, messages = 0;
    if (!pairs) exit(EXIT_FAILURE);
    for (uint32_t i = 0; i < n; i++) make_pair(&pairs[i], i % 3 == 0, i % 2 == 0);
    double from = cpu_s();
    for (uint32_t i = 0; i < n; i++) {
        read_message(x, &pairs[i].a);
        read_message(x, &pairs[i].b);
        messages += 2;
    }
    const double read_s = cpu_s() - from;
    from = cpu_s();
    for (uint32_t i = 0; i < n; i++) {
        if (i % 3 == 0) {
            clean++;
            alarms += count_pair(x, &pairs[i], clean_type, clean_lang) > 0;
        } else {
            (void)count_pair(x, &pairs[i], type[pairs[i].held_out], lang[pairs[i].held_out]);
        }
    }
    const double differ_s = cpu_s() - from;
    print_all("paraphrases known", type[0], lang[0]);
    print_all("paraphrases held out", type[1], lang[1]);
    double low, high;
    wilson(alarms, clean, &low, &high);
    printf("\nfalse alarms: %u of %u clean pairs, %.2f per 1,000 (%.2f-%.2f)\n", alarms, clean,
           1000.0 * alarms / clean, 1000 * low, 1000 * high);
    printf("CPU: %.1f us a message read, %.1f us a pair compared\n", 1e6 * read_s / messages,
           1e6 * differ_s / n);
    free(pairs);
}

/* ---- Pairs of a file ---- */

static bool has_keyword(fh_str text, const char *keywords)
{
    while (*keywords) {
        const size_t n = strcspn(keywords, "|");
        for (size_t i = 0; n && i + n <= text.len; i++)
            if (fh_str_eq_nocase((fh_str){text.ptr + i, n}, (fh_str){keywords, n})) return true;
        keywords += n;
        if (*keywords) keywords++;
    }
    return false;
}

typedef struct line {
    int64_t ms[2];
    char *text[2];
    fh_text read[2];
    int n;
    char *planted[MOST_FACTS];
} line;

static bool split_line(char *text, line *out)
{
    char *part[4 + MOST_FACTS];
    int n = 0;
    for (char *p = text; n < 4 + MOST_FACTS; p++) {
        part[n++] = p;
        p += strcspn(p, "\t\n");
        const bool more = *p == '\t';
        *p = '\0';
        if (!more) break;
    }
    if (n < 4) return false;
    out->ms[0] = strtoll(part[0], NULL, 10);
    out->text[0] = part[1];
    out->ms[1] = strtoll(part[2], NULL, 10);
    out->text[1] = part[3];
    for (int i = 4; i < n; i++)
        if (*part[i]) out->planted[out->n++] = part[i];
    return true;
}

static fh_str sentence_text(const fh_text *t, uint32_t s)
{
    return (fh_str){t->raw.ptr + t->sentence[s].at, t->sentence[s].len};
}

static void count_line(setting *x, const line *l, score type[FH_N_FACT_TYPES], uint32_t *clean,
                       uint32_t *alarms)
{
    fh_error err;
    const fh_difference *found;
    size_t n;
    bool hit[MOST_FACTS] = {false}, wrong = false;
    fh_arena *arena = fh_arena_new(NULL);
    must(fh_texts_differ(x->lexicon, x->usage, &x->options, &l->read[0], &l->read[1], arena, &found,
                         &n, &err),
         &err);
    for (size_t i = 0; i < n; i++) {
        const fh_str a = sentence_text(&l->read[0], found[i].sentence_a);
        const fh_str b = sentence_text(&l->read[1], found[i].sentence_b);
        bool right = false;
        for (int k = 0; k < l->n; k++) {
            const char *colon = strchr(l->planted[k], ':');
            if (!colon || !fh_str_eq((fh_str){l->planted[k], (size_t)(colon - l->planted[k])},
                                     fh_str_of(fh_fact_type_name(found[i].type))))
                continue;
            if (has_keyword(a, colon + 1) && has_keyword(b, colon + 1)) hit[k] = right = true;
        }
        if (right) continue;
        wrong = true;
        type[found[i].type].wrong++;
        if (x->loud)
            printf("WRONG %s\n    A %.*s\n    B %.*s\n", fh_fact_type_name(found[i].type),
                   FH_STR_ARG(a), FH_STR_ARG(b));
    }
    for (int k = 0; k < l->n; k++)
        for (int t = 0; t < FH_N_FACT_TYPES; t++) {
            const char *name = fh_fact_type_name((fh_fact_type)t);
            if (strncmp(l->planted[k], name, strlen(name)) != 0 ||
                l->planted[k][strlen(name)] != ':')
                continue;
            type[t].planted++;
            type[t].found += hit[k];
            if (x->loud && !hit[k])
                printf("MISSED %s\n    A %s\n    B %s\n", l->planted[k], l->text[0], l->text[1]);
        }
    *clean += l->n == 0;
    *alarms += l->n == 0 && wrong;
    fh_arena_free(arena);
}

static void run_file(setting *x, const char *path)
{
    enum { MOST_LINES = 100000, LINE = 8192 };
    FILE *file = fopen(path, "r");
    line *lines = calloc(MOST_LINES, sizeof *lines);
    char space[LINE];
    fh_error err;
    uint32_t n = 0, clean = 0, alarms = 0;
    score type[FH_N_FACT_TYPES] = {{0}}, none[LANGUAGES] = {{0}};
    if (!file || !lines) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    while (n < MOST_LINES && fgets(space, sizeof space, file)) {
        fh_str kept;
        if (!fh_arena_str(x->arena, fh_str_of(space), &kept)) exit(EXIT_FAILURE);
        char *own = malloc(kept.len + 1);
        if (!own) exit(EXIT_FAILURE);
        memcpy(own, space, kept.len + 1);
        if (!split_line(own, &lines[n])) continue;
        for (int k = 0; k < 2; k++) {
            const fh_text_about about = {.sent_ms = lines[n].ms[k]};
            must(fh_text_read(x->lexicon, fh_str_of(lines[n].text[k]), &about, x->arena,
                              &lines[n].read[k], &err),
                 &err);
            fh_usage_add(x->usage, &lines[n].read[k]);
        }
        n++;
    }
    (void)fclose(file);
    for (uint32_t i = 0; i < n; i++) count_line(x, &lines[i], type, &clean, &alarms);
    print_all(path, type, none);
    printf("\nfalse alarms: %u of %u clean pairs; %u pairs in all\n", alarms, clean, n);
}

int main(int argc, char **argv)
{
    setting x;
    set_up(&x);
    if (argc > 2 && strcmp(argv[1], "--file") == 0) {
        run_file(&x, argv[2]);
    } else {
        if (argc > 2) state = strtoull(argv[2], NULL, 10) * 2654435761u + 1;
        run_own(&x, argc > 1 ? (uint32_t)strtoull(argv[1], NULL, 10) : 30000);
    }
    fh_lexicon_free(x.lexicon);
    fh_usage_free(x.usage);
    fh_arena_free(x.arena);
    return EXIT_SUCCESS;
}
