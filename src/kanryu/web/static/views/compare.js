// @ts-check
// Two eras by the same measures: line by line, and their strongest loops beside each other.
import { get, shape } from "kanryu/api";
import { intervalBar } from "kanryu/bars";
import { h, put } from "kanryu/dom";
import { downloads } from "kanryu/download";
import { mapView } from "kanryu/map";
import { keysOf, roundText } from "kanryu/loops";
import { count, intervalText, num, shareRange } from "kanryu/numbers";
import { go } from "kanryu/state";
import { nameOf, say } from "kanryu/words";
import { flowsOf, ringOf } from "kanryu/views/front";

const check = shape({ lines: "list", a: "string", b: "string", rung: "string" }, "compare");
const GROUPS = [["deals", "legs", "with_amount"], ["financing_talked", "financing_bound", "financing_paid", "purchases_talked", "purchases_bound", "purchases_paid"], ["loops", "loops_in_time", "boomerangs", "strongest", "strongest_amount", "circular"], ["ties_by_count", "ties_by_value", "vendor", "vendor_customers", "own_most", "own_most_share"]];

/** @param {HTMLElement} root @param {any} state @param {any} site */
export async function show(root, state, site) {
  /** @type {any[]} */
  let maps = [];
  async function update(/** @type {any} */ now) {
    const rung = ["talked", "bound", "paid"].includes(now.rung) ? now.rung : "bound";
    const other = now.case === "telecom" ? "ai" : "telecom";
    const found = await get("compare", { a: now.case, b: other, rung: rung === "bound" ? "" : rung }, check);
    const sides = await Promise.all([found.a, found.b].map(async (id) => ({ id, facts: await factsOf(id), loops: (await get(`cases/${id}/loops`)).deals })));
    const titles = [found.a, found.b].map((id) => { const listed = site.cases.find((/** @type {any} */ c) => c.id === id); return listed ? nameOf({ name_en: listed.title_en, name_ja: listed.title_ja }) : say("web.own_case"); });
    maps.forEach((map) => map.stop());
    maps = [];
    const names = sides.map((side) => new Map(side.facts.entities.map((/** @type {any} */ e) => [e.id, e])));
    const pictures = sides.map((side, i) => {
      const loop = side.loops.loops[0];
      if (!loop) return h("p.quiet", say("web.map.no_loops"));
      const map = mapView(ringOf(loop), names[i], { compact: true, most: 44, box: { x: -560, y: -400, width: 1120, height: 800 } });
      maps.push(map);
      queueMicrotask(() => map.show(flowsOf(loop, new Map()), { loop: new Set(keysOf(loop)), returns: new Set(keysOf(loop)) }));
      return h("figure.era", map.element, h("figcaption", h("b.shu", roundText(loop)), " ", say("web.map.goes_round")));
    });
    const byKey = new Map(found.lines.map((/** @type {any} */ line) => [line.key, line]));
    put(root, h("h1", say("web.compare.title")), h("p.lead", say("web.compare.lead")),
      h("div.choice", { role: "group", "aria-label": say("web.loops.by_rung") }, ["paid", "bound", "talked"].map((r) => h("button.pill", { "aria-pressed": r === rung, on: { click: () => go({ rung: r === "bound" ? "" : r }, { replace: true }) } }, say(`web.company.rung_${r}`)))),
      h("div.eras", titles.map((title, i) => h("section", h("h2", title), pictures[i]))),
      GROUPS.map((group, i) => h("section.card", h("h2", say(`web.compare.group_${i + 1}`)), h("div.table-frame", { tabindex: 0, role: "region", "aria-label": say(`web.compare.group_${i + 1}`) }, h("table.versus", h("thead", h("tr", h("th", { scope: "col" }, ""), titles.map((title) => h("th", { scope: "col" }, title)))), h("tbody", group.filter((key) => byKey.has(key)).map((key) => row(byKey.get(key), names))))))),
      h("p.quiet", say("web.compare.note")), h("p.quiet", say("compare.circular_note")),
      downloads({ name: "compare", json: () => found, rows: () => found.lines.map((/** @type {any} */ line) => ({ measure: say(`compare.${line.key}`), [found.a]: cellText(line, line.a, names[0]), [found.b]: cellText(line, line.b, names[1]) })), svg: () => root.querySelector("svg.wheel") }));
  }
  await update(state);
  return { update, stop: () => maps.forEach((map) => map.stop()) };
}

/** @param {string} id */
function factsOf(id) {
  return get(`cases/${id}/facts`);
}

/** @param {any} line @param {Map<string, any>[]} names */
function row(line, names) {
  const cell = (/** @type {any} */ side, /** @type {number} */ i) => h("td", cellText(line, side, names[i]), line.kind === "share" && side.value ? intervalBar(side.value, 1) : null);
  return h("tr", h("th", { scope: "row" }, say(`compare.${line.key}`)), cell(line.a, 0), cell(line.b, 1));
}

/** @param {any} line @param {any} side @param {Map<string, any>} names */
function cellText(line, side, names) {
  if (line.kind === "route" || line.kind === "company") return side.entities.length ? side.entities.map((/** @type {string} */ id) => nameOf(names.get(id) ?? { id })).join(" → ") + (line.kind === "route" ? " ↩" : "") : say("numbers.unknown");
  if (!side.value) return say("numbers.unknown");
  if (line.kind === "count") return count(num(side.value.central) ?? num(side.value.low) ?? 0);
  if (line.kind === "share") return shareRange(side.value.low, side.value.high);
  return num(side.value.high) === 0 && num(side.value.low) === 0 ? say("web.deal.nothing") : intervalText(side.value);
}

