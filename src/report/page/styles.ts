/** How the page looks: light and dark as the reader has it, on a phone, and on paper. */
import { raw } from "./html";

export const styles = raw(`
:root { color-scheme: light dark; --ground: #fff; --text: #1c2430; --quiet: #5b6675; --line: #dde2e9; --panel: #f5f7fa;
  --create: #1a7f4b; --update: #9a6700; --replace: #8250df; --delete: #c4343f; --build: #0b68c1; --task: #087f8c; --service: #5b6675; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #12161c; --text: #e4e9f0; --quiet: #9aa5b4; --line: #2c3440; --panel: #1a2029;
    --create: #3fb97a; --update: #d9a72c; --replace: #b48cf2; --delete: #f0727b; --build: #58a6f0; --task: #3fc1cf; --service: #9aa5b4; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 70rem; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.05rem; margin: 2rem 0 .6rem; } h3 { margin: 1rem 0 .2rem; font-size: 1rem; }
p { margin: .3rem 0; } .quiet { color: var(--quiet); }
.badge, .chip { display: inline-block; padding: .1rem .6rem; border-radius: 1rem; font-size: .85rem; font-weight: 600;
  border: 1px solid currentColor; vertical-align: middle; margin-right: .4rem; }
.succeeded, .unchanged, .chip.create { color: var(--create); } .failed, .chip.delete { color: var(--delete); }
.cancelled, .chip.update { color: var(--update); } .chip.replace { color: var(--replace); } .chip.same { color: var(--quiet); }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .75rem; white-space: pre-wrap;
  overflow-wrap: anywhere; font-size: .85rem; }
pre.error { border-color: var(--delete); }
code { font-size: .85rem; overflow-wrap: anywhere; } td code { overflow-wrap: break-word; } td:last-child { min-width: 8rem; } td:last-child, td:last-child code { overflow-wrap: anywhere; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
th { white-space: nowrap; color: var(--quiet); font-weight: 600; font-size: .85rem; }
.chart, .chart ol { list-style: none; margin: 0; padding: 0; font-size: .85rem; }
.chart ol { border-left: 2px solid var(--line); margin: .1rem 0 .5rem .4rem; padding-left: .6rem; }
.line { display: grid; grid-template-columns: minmax(8rem, 16rem) minmax(0, 1fr) 8.5rem; gap: .75rem; align-items: center; padding: .12rem 0; }
summary { cursor: pointer; } summary.line { list-style: none; } summary.line::-webkit-details-marker { display: none; }
summary.line .what::before { content: "▸ "; color: var(--quiet); } details[open] > summary.line .what::before { content: "▾ "; }
.what { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--text); } summary .what { font-weight: 600; }
.critical { margin-left: .5rem; font-weight: 600; font-size: .75rem; color: var(--update); }
.took { color: var(--quiet); font-variant-numeric: tabular-nums; } .failed > .took, .failed > summary .took { color: var(--delete); }
.axis { font-size: .75rem; color: var(--quiet); } .axis .track { background: none; height: 1.1rem; }
.mark { position: absolute; top: 0; padding-left: .25rem; border-left: 1px solid var(--line); white-space: nowrap; }
.mark.end { transform: translateX(-100%); border-left: 0; border-right: 1px solid var(--line); padding: 0 .25rem 0 0; }
.estate { display: flex; flex-wrap: wrap; gap: 1.5rem; } .column { flex: 1 1 14rem; } .column h3 { margin-top: 0; color: var(--quiet); font-size: .85rem; }
.column ul { list-style: none; margin: 0; padding: 0; }
.column li { border: 1px solid var(--line); border-radius: 6px; background: var(--panel); padding: .5rem .75rem; margin-bottom: .5rem; overflow-wrap: anywhere; }
.column li span { display: block; font-size: .85rem; } .loss { color: var(--delete); font-weight: 600; }
a { color: var(--build); }
.track { position: relative; height: .8rem; background: var(--panel); border-radius: 3px; }
.bar { position: absolute; top: 0; bottom: 0; border-radius: 3px; background: currentColor; }
.bar.create { color: var(--create); } .bar.update { color: var(--update); } .bar.replace { color: var(--replace); }
.bar.delete { color: var(--delete); } .bar.build { color: var(--build); } .bar.task { color: var(--task); } .bar.service { color: var(--service); }
@media (max-width: 40rem) { .line { grid-template-columns: minmax(0, 1fr) auto; row-gap: .1rem; padding-bottom: .4rem; } .line .track { grid-column: 1 / -1; grid-row: 2; } .axis > span:not(.track) { display: none; } }
@media print { body { max-width: none; padding: 0; font-size: 11px; } details::details-content { content-visibility: visible; display: block; }
  .bar { print-color-adjust: exact; } section { break-inside: avoid-page; } }
`);
