"""What the report and its pictures look like: the colours of the app, light and dark, on screen and on paper."""

from __future__ import annotations

LIGHT = (
    "--window:#f4f5f8;--surface:#fff;--sunken:#f0f2f6;--border:#dbe0e8;--text:#1a2230;--muted:#5a6474;"
    "--accent:#3a5fd9;--good:#14784a;--bad:#c03535;--warn:#8f5f00;--hold:#8f5f00;--grid:#e6e9ef"
)
DARK = (
    "--window:#14171c;--surface:#1c2129;--sunken:#272e39;--border:#323a47;--text:#e9edf3;--muted:#a0abba;"
    "--accent:#7f9dff;--good:#58c690;--bad:#f58a82;--warn:#e2b24a;--hold:#e2b24a;--grid:#2a313c"
)
FONT = 'Inter,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif'

# Of the charts alone, so that a chart can also be a file of its own.
PICTURE_RULES = f"""
.picture{{font:12px {FONT};font-variant-numeric:tabular-nums}}
.picture text{{fill:var(--text)}}
.picture .mark{{fill:var(--muted)}}
.picture .middle{{text-anchor:middle}}
.picture .strong{{font-weight:600}}
.picture .grid{{stroke:var(--grid)}}
.picture .zero{{stroke:var(--muted);stroke-dasharray:3 3}}
.picture .own{{fill:none;stroke:var(--accent);stroke-width:1.8;stroke-linejoin:round}}
.picture .hold{{fill:none;stroke:var(--hold);stroke-width:1.4;stroke-linejoin:round}}
.picture .under{{fill:var(--bad);fill-opacity:.28;stroke:var(--bad);stroke-width:1}}
.picture .up{{fill:var(--good);stroke:var(--good)}}
.picture .down{{fill:var(--bad);stroke:var(--bad)}}
.picture .candle{{fill-opacity:.55;stroke-opacity:.55;stroke-width:1}}
.picture .trip{{fill:none;stroke-width:1.2}}
.picture .won{{stroke:var(--good)}}
.picture .lost{{stroke:var(--bad)}}
.picture .entry{{fill:var(--accent);stroke:var(--surface);stroke-width:.8}}
.picture .short{{fill:var(--hold)}}
.picture .exit{{fill:var(--surface);stroke:var(--text);stroke-width:1.2}}
.picture .dots{{stroke:none}}
.picture .exit.dots{{fill:var(--text)}}
.picture .cell{{stroke:var(--surface);stroke-width:2}}
.picture .empty{{fill:var(--sunken)}}
"""

PAGE_RULES = f"""
:root{{{LIGHT};color-scheme:light dark}}
@media (prefers-color-scheme:dark){{:root{{{DARK}}}}}
*{{box-sizing:border-box}}
body{{margin:0;background:var(--window);color:var(--text);font:15px/1.5 {FONT};font-variant-numeric:tabular-nums;
overflow-wrap:anywhere}}
main{{max-width:1080px;margin:0 auto;padding:32px 24px 64px}}
h1{{font-size:28px;line-height:1.2;margin:0 0 4px}}
h2{{font-size:17px;margin:0 0 12px}}
h3{{font-size:14px;margin:16px 0 8px}}
p{{margin:0 0 8px}}
.lead{{color:var(--muted)}}
.good{{color:var(--good)}}
.bad{{color:var(--bad)}}
.banner{{border-left:4px solid var(--warn);background:var(--sunken);padding:8px 12px;margin:16px 0;border-radius:4px}}
section{{background:var(--surface);border:1px solid var(--border);border-radius:8px;padding:20px;margin-top:16px}}
ul{{margin:0;padding-left:20px}}
li{{margin:4px 0}}
.doubts{{list-style:none;padding:0}}
.doubts li{{border-left:4px solid var(--border);padding:2px 0 2px 12px;margin:0 0 12px;color:var(--muted)}}
.doubts b{{display:block;font-weight:500;color:var(--text)}}
.doubts .serious{{border-color:var(--bad)}}
.doubts .caution{{border-color:var(--warn)}}
.cards{{display:grid;grid-template-columns:repeat(auto-fit,minmax(160px,1fr));gap:12px}}
@media (min-width:900px){{.cards{{grid-template-columns:repeat(4,1fr)}}}}
.card{{background:var(--sunken);border-radius:6px;padding:12px}}
.card span{{display:block;color:var(--muted);font-size:13px}}
.card data{{font-size:21px;font-weight:600}}
.wide{{overflow-x:auto}}
.wide .picture{{min-width:720px}}
.picture{{display:block;width:100%;height:auto}}
table{{border-collapse:collapse;width:100%;font-size:13px}}
th{{text-align:left;color:var(--muted);font-weight:500}}
td,th{{padding:4px 12px 4px 0;border-bottom:1px solid var(--border);vertical-align:top;overflow-wrap:normal}}
.right{{text-align:right}}
td.right{{white-space:nowrap}}
.figures{{columns:2 320px;column-gap:40px}}
.figures div{{display:flex;justify-content:space-between;gap:16px;break-inside:avoid;
border-bottom:1px solid var(--border);padding:4px 0;font-size:14px}}
.figures span{{color:var(--muted)}}
.groups{{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:0 32px}}
.funnel{{max-width:720px}}
.stage{{display:grid;grid-template-columns:1fr auto;gap:4px 16px;padding:4px 0;font-size:14px;break-inside:avoid}}
.stage data{{font-weight:600}}
.stage svg{{grid-column:1/-1;display:block;width:100%;height:4px;background:var(--sunken);border-radius:2px}}
.stage rect{{fill:var(--muted)}}
.condition rect{{fill:var(--accent)}}
.trades{{max-height:640px;overflow:auto}}
.trades td,.trades th{{white-space:nowrap;padding-right:10px}}
.trades thead th{{position:sticky;top:0;background:var(--surface)}}
code{{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}}
footer{{color:var(--muted);font-size:13px;margin-top:24px}}
@media (max-width:600px){{main{{padding:16px 12px 40px}}section{{padding:16px}}h1{{font-size:23px}}}}
@media print{{
:root{{{LIGHT};color-scheme:light}}
body{{background:none;font-size:11px}}
main{{max-width:none;padding:0}}
section{{border:0;padding:0;margin-top:20px}}
.trades{{max-height:none;overflow:visible}}
.trades td,.trades th{{white-space:normal;padding:2px 6px 2px 0;font-size:9px}}
.wide,.trades thead th{{overflow:visible;position:static}}
.wide .picture{{min-width:0}}
.card,.banner,.picture,tr,h2{{break-inside:avoid}}
h2{{break-after:avoid}}
}}
"""
