/* page_style.c - what the server's own pages look like, beyond what the report has: the
 * same tokens (app/report/report_style.c), forms, and the frame around them.
 *
 * Things to press are 48 px high on phones and 36 px on a desk.
 */
#include "api/page.h"

const char *const fh_screen_style[] = {
    /* The frame */
    ".screen{max-width:960px}.outside{max-width:480px}"
    ".screen .top{padding:20px 0 0}.screen "
    ".brand{font-size:16px;font-weight:700;color:var(--ink);display:flex;"
    "align-items:center;gap:10px}.brand img{width:26px;height:26px}"
    ".screen main{padding-top:20px}.screen .lead{margin-bottom:20px}"
    "nav a[aria-current]{font-weight:600;color:var(--ink);text-decoration:underline;"
    "text-underline-offset:6px;text-decoration-thickness:2px}"
    ".screen section{margin:20px 0}.screen section>:last-child{margin-bottom:0}"
    ".mission{font-size:20px;line-height:1.4;border-left:3px solid var(--accent);padding-left:16px;"
    "max-width:60ch}"
    ".cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(240px,1fr));gap:16px;"
    "list-style:none;padding:0;margin:20px 0}"
    ".cards li{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:16px}"
    ".cards a{font-weight:600;font-size:16px}.cards p{margin:4px 0 0;color:var(--muted)}"
    "main a:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible{"
    "outline:2px solid var(--accent);outline-offset:2px}",
    /* Forms */
    "form{max-width:480px;margin:0}.field{margin:0 0 16px}"
    ".field label,legend{display:block;font-weight:600;margin-bottom:4px;padding:0}"
    ".hint{display:block;color:var(--muted);font-size:12px;margin-bottom:4px}"
    ".field input,.field select{font:inherit;width:100%;min-height:36px;padding:4px 10px;"
    "color:var(--ink);background:var(--card);border:1px solid var(--edge);border-radius:6px}"
    "fieldset{border:0;margin:0 0 16px;padding:0;max-width:72ch}"
    ".tick{display:flex;gap:8px;align-items:flex-start;padding:4px 0}"
    ".tick input{width:18px;height:18px;margin:1px 0 0;accent-color:var(--accent);flex:none}"
    ".tick small{display:block;color:var(--muted);font-size:12px}"
    "button{font:inherit;font-weight:600;min-height:36px;padding:4px 20px;border-radius:6px;"
    "border:1px solid var(--accent);background:var(--accent);color:var(--on-accent);cursor:pointer}"
    "button.small{font-weight:400;padding:2px 12px;min-height:28px;background:none;"
    "color:var(--accent)}"
    "button:hover{filter:brightness(1.1)}"
    ".quiet-text{color:var(--muted)}.again{display:inline-block;padding:12px 12px 12px 0}.ballot "
    "legend{font-size:18px}"
    ".ballot .tick{padding:10px 0;border-bottom:1px solid var(--line)}"
    ".do{margin:0}.do+.do{margin-top:8px}"
    ".problem{border:1px solid var(--line);border-left:3px solid "
    "var(--failing);border-radius:6px;padding:12px 16px;"
    "margin:0 0 20px;background:var(--card)}.problem p:last-child{margin:0}"
    ".good{border:1px solid var(--line);border-left:3px solid "
    "var(--completed);border-radius:6px;padding:12px 16px;"
    "margin:0 0 20px;background:var(--card)}.good p:last-child{margin:0}"
    "code{font:14px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;"
    "overflow-wrap:anywhere}"
    ".secret{display:block;padding:12px;background:var(--paper);border:1px solid var(--line);"
    "border-radius:6px;user-select:all}"
    ".qr{display:block;width:min(100%,280px);height:auto;border-radius:6px;margin:0 0 12px}"
    ".codes{columns:2;max-width:480px;list-style:none;padding:0;margin:0 0 12px}"
    ".screen td form{display:inline}.aside{color:var(--muted);margin-top:20px}"
    "@media (min-width:800px){.ticks{columns:2;column-gap:32px}.tick{break-inside:avoid}}",
    /* Narrow, print */
    "@media (max-width:640px){.field input,.field select,button{min-height:48px}"
    "button.small{min-height:44px}.hint,.tick small{font-size:14px}.tick{padding:10px 0}"
    ".do button{width:100%}"
    ".screen nav ul{gap:0 16px;padding:4px 0}"
    ".screen table,.screen tbody,.screen tr,.screen td,.screen tbody "
    "th{display:block;max-width:none}"
    ".screen thead{display:none}.screen tr{padding:8px 0;border-bottom:1px solid var(--line)}"
    ".screen td,.screen tbody th{border:0;padding:2px 0}.screen tbody th{font-weight:600}"
    ".screen td[data-label]:before{content:attr(data-label)': ';color:var(--muted)}}"
    "@media print{.screen nav,form{display:none}}",
    NULL};
