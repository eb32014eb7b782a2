// @ts-check
// The ranked list of loops; and one loop leg by leg on a line of time, with its weakest link and the other reading.
import { ask } from "kanryu/api";
import { barRows } from "kanryu/bars";
import { days, facts as loadFacts, picture } from "kanryu/data";
import { a, h, put } from "kanryu/dom";
import { downloads } from "kanryu/download";
import { legCard, rungMark } from "kanryu/evidence";
import { backOf, idOf, keysOf, loopRow, loopsAsOf, roundText, wayOf } from "kanryu/loops";
import { empty, failed, waiting } from "kanryu/notices";
import { count, intervalText, num } from "kanryu/numbers";
import { go, href } from "kanryu/state";
import { timeline } from "kanryu/timeline";
import { nameOf, say } from "kanryu/words";

const KINDS = ["boomerang", "finance", "trade", "mixed"];
const SHOWN = 60;

/** @param {HTMLElement} root @param {any} state */
export async function show(root, state) {
  const facts = await loadFacts();
  async function update(/** @type {any} */ now) {
    const [found, shown] = await Promise.all([loopsAsOf(now), picture(now)]);
    const chosen = found.loops.find((/** @type {any} */ loop) => idOf(loop) === now.loop);
    if (chosen) await one(root, facts, now, chosen, shown, found);
    else all(root, facts, now, found);
  }
  await update(state);
  return { update };
}

/** @param {HTMLElement} root @param {any} facts @param {any} now @param {any} found */
function all(root, facts, now, found) {
  const kind = KINDS.includes(now.kind) ? now.kind : "";
  const rung = now.rung ?? "";
  const order = ["talked", "bound", "paid"];
  const kept = found.loops.filter((/** @type {any} */ loop) => (!kind || loop.kind === kind) && (!rung || order.indexOf(loop.weakest_rung) >= order.indexOf(rung)));
  const pill = (/** @type {string} */ key, /** @type {string} */ value, /** @type {string} */ text) => h("button.pill", { "aria-pressed": (now[key] ?? "") === value, on: { click: () => go({ [key]: value }) } }, text);
  put(root, h("h1", say("web.loops.title")), h("p.lead", say("web.loops.lead")),
    h("div.filters", h("div.choice", { role: "group", "aria-label": say("web.loops.by_rung") }, pill("rung", "", say("web.loops.any_rung")), ["bound", "paid"].map((r) => pill("rung", r, say(`web.loops.from_${r}`)))),
      h("div.choice", { role: "group", "aria-label": say("web.loops.by_kind") }, pill("kind", "", say("web.loops.any_kind")), KINDS.map((k) => pill("kind", k, say(`web.loops.kind.${k}`))))),
    h("p.quiet", say("web.loops.summary", { shown: count(Math.min(SHOWN, kept.length)), kept: count(kept.length), total: count(found.total), in_time: count(found.in_time_order) })),
    kept.length ? h("ol.loop-list.wide", kept.slice(0, SHOWN).map((/** @type {any} */ loop) => loopRow(facts, loop, false, href({ loop: idOf(loop) })))) : empty(say("web.loops.none")),
    h("section.card", h("h2", say("web.loops.what_if")), h("ul.plain", Object.entries(found.without).map(([condition, left]) => h("li", say(`web.loops.without.${condition}`, { left: count(/** @type {number} */ (left)), total: count(found.total) })))),
      h("p", say("web.loops.if_called", { count: count(found.if_called) })), h("p", say(found.cut.is_smallest ? "web.loops.cut" : "web.loops.cut_bound", { count: count(found.cut.legs.length), bound: count(found.cut.lower_bound) })),
      h("details.as-table", h("summary", say("web.loops.cut_list")), h("ul.plain", found.cut.links.map((/** @type {string[]} */ [payer, payee]) => h("li", `${nameOf(facts.byEntity.get(payer))} → ${nameOf(facts.byEntity.get(payee))}`))))),
    chanceCard(now),
    downloads({ name: "loops", json: () => found, rows: () => kept.map((/** @type {any} */ loop) => ({ loop: idOf(loop), kind: loop.kind, weakest_rung: loop.weakest_rung, in_time_order: loop.in_time_order, goes_round_low: loop.goes_round.low, goes_round_central: loop.goes_round.central, goes_round_high: loop.goes_round.high, sure_low: loop.sure.low, sure_high: loop.sure.high, legs: keysOf(loop).join(" ") })) }));
}

/** How many loops would be there by chance; computed when the reader asks. @param {any} now */
function chanceCard(now) {
  const place = h("div", { role: "status" });
  const work = async () => {
    put(place, waiting());
    try {
      const found = await ask("chance", days(now));
      put(place, found.nulls.map((/** @type {any} */ row) => h("p", say(`web.loops.chance_${row.null}`, { days: count(found.window), observed: count(row.observed), mean: count(Math.round(row.mean)), low: count(Math.round(row.low)), high: count(Math.round(row.high)), p: row.p_value.toPrecision(2) }))), h("p.quiet", say("web.loops.chance_read")));
    } catch (error) {
      put(place, failed(error));
    }
  };
  return h("section.card", h("h2", say("web.loops.chance")), h("p", say("web.loops.chance_text")), place, h("p", h("button.button", { id: "chance", on: { click: (/** @type {any} */ e) => (e.target.remove(), void work()) } }, say("web.loops.chance_ask"))));
}

/** @param {HTMLElement} root @param {any} facts @param {any} now @param {any} loop @param {any} shown @param {any} found */
async function one(root, facts, now, loop, shown, found) {
  const until = days(now).known_by;
  const byKey = new Map(shown.flows.map((/** @type {any} */ flow) => [flow.key, flow]));
  const name = (/** @type {string} */ id) => nameOf(facts.byEntity.get(id) ?? { id });
  const back = backOf([loop]);
  const lanes = loop.links.map((/** @type {any} */ link, /** @type {number} */ i) => ({ key: link.payer, label: `${i + 1}. ${name(link.payer)} → ${name(link.payee)}`, back: i === loop.links.length - 1, events: link.legs.flatMap((/** @type {any} */ leg) => facts.byEvents.get(leg.key) ?? []) }));
  const drawing = timeline(lanes, until);
  const place = found.loops.indexOf(loop);
  const near = (/** @type {number} */ i) => (found.loops[i] ? href({ loop: idOf(found.loops[i]) }) : null);
  const allKnown = loop.links.every((/** @type {any} */ link) => num(link.amount.central) !== null);
  const bars = loop.links.map((/** @type {any} */ link, /** @type {number} */ i) => ({ label: h("span", `${name(link.payer)} → ${name(link.payee)} `, rungMark(link.rung)), interval: num(link.amount.high) === null && !num(link.amount.low) ? null : link.amount, text: num(link.amount.high) === null && !num(link.amount.low) ? say("numbers.unknown") : intervalText(link.amount), kind: link.rung, note: allKnown && i === loop.narrowest ? say("web.loops.narrowest") : i === loop.weakest ? say("web.loops.weakest") : "" }));
  bars.push({ label: h("b", say("web.loops.round")), interval: loop.in_time_order && num(loop.goes_round.high) !== null ? loop.goes_round : null, text: roundText(loop), kind: "back", note: "" });
  put(root, h("p.crumb", a(href({ loop: "" }), {}, say("web.loops.title")), ` / ${place + 1}`, h("span.steps-to", near(place - 1) ? a(near(place - 1) ?? "", { rel: "prev" }, say("web.loops.previous")) : null, " ", near(place + 1) ? a(near(place + 1) ?? "", { rel: "next" }, say("web.loops.next")) : null)),
    h("h1", wayOf(facts, loop)),
    h("div.columns.two", h("section", h("p.big", roundText(loop)), h("p.lead", say("web.map.goes_round")), h("p", rungMark(loop.weakest_rung), " ", say("web.loops.weakest_is", { payer: name(loop.links[loop.weakest].payer), payee: name(loop.links[loop.weakest].payee) })),
      h("p", say(`web.loops.kind_long.${loop.kind}`)), loop.through_group ? h("p.notice.partial", say("web.loops.through_group")) : null,
      h("p", a(href({ view: "front", loop: idOf(loop) }), { class: "button" }, say("web.loops.turn")), " ", a(href({ view: "map", loop: idOf(loop) }), { class: "button" }, say("web.deal.on_map")))),
      h("section.card", h("h2", say("web.loops.links")), barRows(bars))),
    drawing ? h("figure.chart", h("h2", say("web.loops.time_line")), drawing, h("figcaption.quiet", say("web.deal.line_note"))) : null,
    h("div.columns.two",
      h("section", h("h2", say("web.loops.money")), loop.links.flatMap((/** @type {any} */ link) => link.legs.map((/** @type {any} */ leg) => legCard(facts, leg.key, byKey.get(leg.key), { until, back: back.has(leg.key) })))),
      h("section", h("h2", say("web.loops.other_reading")), h("p", say("web.loops.other_lead")), await demand(facts, loop, now), h("ul.plain", ["demand_1", "demand_2", "demand_3", "demand_4"].map((key) => h("li", say(`web.loops.${key}`)))), h("h2", say("web.loops.does_not")), h("p", say("web.loops.does_not_text")))),
    downloads({ name: `loop-${idOf(loop)}`, json: () => loop, rows: () => loop.links.flatMap((/** @type {any} */ link) => link.legs.map((/** @type {any} */ leg) => ({ payer: link.payer, payee: link.payee, leg: leg.key, rung: leg.rung, low: leg.amount.low, central: leg.amount.central, high: leg.amount.high, start: leg.start, end: leg.end }))), svg: () => drawing }));
}

/** What comes into each member from outside the loop: the first argument for real demand. @param {any} facts @param {any} loop @param {any} now */
async function demand(facts, loop, now) {
  const inside = new Set(loop.accounts);
  const shown = await picture(now);
  const rows = loop.accounts.map((/** @type {string} */ id) => {
    const into = shown.flows.filter((/** @type {any} */ flow) => flow.payee === id && flow.rung !== "ended" && ["purchase_goods", "purchase_service", "lease", "revenue_share"].includes(flow.instrument));
    const outside = into.filter((/** @type {any} */ flow) => !inside.has(flow.payer));
    return h("li", say("web.loops.other_customers", { name: nameOf(facts.byEntity.get(id)), count: count(outside.length), all: count(into.length) }), " ", a(href({ view: "company", entity: id }), {}, say("web.map.whole_company")));
  });
  return h("ul.plain", rows);
}

