/** The look of a report: light and dark by the reader's system, and for paper. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --dim: #5a6675; --paper: #ffffff; --card: #f5f7fa; --line: #d5dbe3;
  --good: #176b3a; --bad: #b3261e; --warn: #8a5300; --c0: #1f6fd0; --c1: #b85c00; --c2: #a3278f; --c3: #177a4a;
  --c4: #7a4fd0; --c5: #8a6d00; --c6: #0d7c86; --c7: #c03050; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf2; --dim: #a3afbf; --paper: #12161c; --card: #1b212a; --line: #343e4c;
  --good: #6fd59a; --bad: #ff8f85; --warn: #f0bd6a; --c0: #6fb0ff; --c1: #ffab5c; --c2: #f08be0; --c3: #68d49b;
  --c4: #b79bff; --c5: #e0c45a; --c6: #5fcfd9; --c7: #ff8fa5; } }
@media print { :root { color-scheme: light; --ink: #000; --dim: #444; --paper: #fff; --card: #fff; --line: #999;
  --good: #176b3a; --bad: #b3261e; --warn: #8a5300; --c0: #1f6fd0; --c1: #b85c00; --c2: #a3278f; --c3: #177a4a;
  --c4: #7a4fd0; --c5: #8a6d00; --c6: #0d7c86; --c7: #c03050; } figure, table, section { break-inside: avoid; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; }
h3 { font-size: 1rem; margin: 1rem 0 .3rem; } p { margin: .3rem 0; }
.dim { color: var(--dim); } .good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.verdict { border: 2px solid; border-radius: .6rem; padding: .8rem 1rem; margin: 1rem 0; background: var(--card); }
.verdict strong { font-size: 1.25rem; }
.verdict p, .verdict li { color: var(--ink); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .25rem .7rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; } td.text, th.text { text-align: left; white-space: normal; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0; }
dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 34rem), 1fr)); gap: 1rem; }
figure { margin: 0; padding: .8rem; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; }
figcaption { font-weight: 600; } figure svg { display: block; width: 100%; height: auto; aspect-ratio: 640 / 240; }
.legend { display: flex; flex-wrap: wrap; gap: .1rem .9rem; font-size: .85rem; }
.legend svg { width: 1.8em; height: .7em; aspect-ratio: auto; display: inline-block; vertical-align: middle; margin-right: .3em; }
svg text { fill: var(--dim); font: 12.5px system-ui, sans-serif; } .grid { stroke: var(--line); stroke-width: 1; }
.stage { stroke: var(--dim); stroke-width: 1; stroke-dasharray: 2 3; } .fault { stroke: var(--bad); stroke-width: 1.5; }
svg .fault-name { fill: var(--bad); }
details { font-size: .85rem; } summary { cursor: pointer; color: var(--dim); min-height: 24px; }
`;
