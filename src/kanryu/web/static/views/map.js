// @ts-check
// Who pays whom on the role wheel, as of the two days; loops light up, evidence stands beside.
import { ask } from "kanryu/api";
import { days, facts as loadFacts, picture } from "kanryu/data";
import { a, h, put } from "kanryu/dom";
import { downloads } from "kanryu/download";
import { entityLink, legCard, rungMark, standing } from "kanryu/evidence";
import { legend } from "kanryu/legend";
import { backOf, idOf, keysOf, loopRow, loopsAsOf, roundText } from "kanryu/loops";
import { mapView } from "kanryu/map";
import { empty } from "kanryu/notices";
import { amountText, count } from "kanryu/numbers";
import { go, href, read } from "kanryu/state";
import { table } from "kanryu/table";
import { nameOf, say } from "kanryu/words";

/** @param {HTMLElement} root @param {any} state */
export async function show(root, state) {
  const [facts, wheel] = await Promise.all([loadFacts(), ask("wheel")]);
  const map = mapView(wheel, facts.byEntity, { onEntity: (id) => go({ entity: read().entity === id ? "" : id, leg: "" }), onFlow: (key) => go({ leg: read().leg === key ? "" : key }) });
  const list = h("section.list", { "aria-label": say("web.map.loops") });
  const side = h("section.side", { "aria-label": say("web.map.evidence") });
  const below = h("section.below");
  const caption = h("p.caption", { role: "status" });
  put(root, h("h1.sr", say("web.nav.map")), h("div.stage", list, h("div.middle", map.element, caption, legend()), side), below);
  let turn = 0;

  /** @param {any} now */
  async function update(now) {
    const mine = ++turn;
    root.classList.add("working");
    const [shown, { loops }] = await Promise.all([picture(now), loopsAsOf(now)]);
    if (mine !== turn) return;
    root.classList.remove("working");
    const flows = shown.flows.map((/** @type {any} */ flow) => ({ ...flow, amount: standing(flow) }));
    const byKey = new Map(shown.flows.map((/** @type {any} */ flow) => [flow.key, flow]));
    const chosen = loops.find((/** @type {any} */ loop) => idOf(loop) === now.loop);
    const light = { loop: chosen ? new Set(keysOf(chosen)) : undefined, entity: now.entity, leg: now.leg, returns: chosen ? new Set(keysOf(chosen)) : backOf(loops) };
    map.show(flows, light);
    put(caption, say("web.map.caption", { flows: count(flows.length), loops: count(loops.length) }), map.folded() ? " " + say("web.map.folded", { count: count(map.folded()) }) : "");
    drawList(loops, chosen, now);
    drawSide(byKey, chosen, now);
    put(below, downloads({ name: "map", json: () => ({ picture: shown }), rows: () => flowRows(facts, shown.flows), svg: () => map.drawing }),
      h("details.as-table", h("summary", say("web.map.as_table")), flowTable(facts, shown.flows)));
  }

  /** @param {any[]} loops @param {any} chosen @param {any} now */
  function drawList(loops, chosen, now) {
    put(list, h("h2", say("web.map.loops"), " ", h("span.count", count(loops.length))),
      loops.length ? h("ol.loop-list", { on: { keydown: stepThrough } }, loops.slice(0, 60).map((loop) => loopRow(facts, loop, loop === chosen, href({ loop: loop === chosen ? "" : idOf(loop), leg: "", entity: "" })))) : empty(say("web.map.no_loops")));
  }

  /** @param {Map<string, any>} byKey @param {any} chosen @param {any} now */
  function drawSide(byKey, chosen, now) {
    const until = days(now).known_by;
    if (now.leg && facts.byLeg.has(now.leg)) {
      return put(side, h("h2", say("web.map.evidence")), legCard(facts, now.leg, byKey.get(now.leg), { until }), h("p", a(href({ view: "deal", deal: facts.byLeg.get(now.leg).deal_id, leg: now.leg }), { class: "more" }, say("web.map.whole_deal"))));
    }
    if (chosen) {
      return put(side, h("h2", say("web.map.evidence")), h("p.big", roundText(chosen)), h("p.lead", say("web.map.goes_round")), h("p", a(href({ view: "loops" }), { class: "more" }, say("web.map.whole_loop"))),
        keysOf(chosen).map((key) => legCard(facts, key, byKey.get(key), { until, back: backOf([chosen]).has(key) })));
    }
    if (now.entity && facts.byEntity.has(now.entity)) {
      const own = [...byKey.values()].filter((flow) => flow.payer === now.entity || flow.payee === now.entity);
      return put(side, h("h2", nameOf(facts.byEntity.get(now.entity))), h("p", a(href({ view: "company", entity: now.entity }), { class: "more" }, say("web.map.whole_company"))), own.map((flow) => legCard(facts, flow.key, flow, { until, brief: true })));
    }
    put(side, h("h2", say("web.map.how")), h("p", say("web.map.how_1")), h("p", say("web.map.how_2")), h("p", say("web.map.how_3")));
  }

  await update(state);
  return { update, stop: map.stop };
}

/** Arrow keys step from loop to loop. @param {KeyboardEvent} event */
function stepThrough(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const all = [.../** @type {Element} */ (event.currentTarget).querySelectorAll("a")];
  const at = all.indexOf(/** @type {any} */ (document.activeElement));
  if (!step || at < 0) return;
  event.preventDefault();
  all[Math.max(0, Math.min(all.length - 1, at + step))].focus();
}

/** @param {any} facts @param {any[]} flows */
export function flowRows(facts, flows) {
  return flows.map((flow) => ({ leg: flow.key, payer: flow.payer, payee: flow.payee, payer_name: nameOf(facts.byEntity.get(flow.payer)), payee_name: nameOf(facts.byEntity.get(flow.payee)), instrument: flow.instrument, rung: flow.rung, amount_low: standing(flow)?.low ?? "", amount_central: standing(flow)?.central ?? "", amount_high: standing(flow)?.high ?? "", basis: standing(flow)?.basis ?? "", currency: standing(flow)?.currency ?? "" }));
}

/** @param {any} facts @param {any[]} flows */
export function flowTable(facts, flows) {
  return table([
    { title: say("web.table.payer"), cell: (flow) => entityLink(facts, flow.payer), sort: (flow) => nameOf(facts.byEntity.get(flow.payer)) },
    { title: say("web.table.payee"), cell: (flow) => entityLink(facts, flow.payee), sort: (flow) => nameOf(facts.byEntity.get(flow.payee)) },
    { title: say("web.table.kind"), cell: (flow) => say(`names.instrument.${flow.instrument}`), sort: (flow) => flow.instrument },
    { title: say("web.table.rung"), cell: (flow) => rungMark(flow.rung), sort: (flow) => flow.rung },
    { title: say("web.table.amount"), cell: (flow) => a(href({ view: "deal", deal: flow.key.split(":")[0], leg: flow.key }), {}, amountText(standing(flow))), sort: (flow) => Number(standing(flow)?.central ?? standing(flow)?.high ?? -1), number: true },
  ], flows, say("web.map.as_table"));
}

