// @ts-check
// A deal from talk to money: dates, amounts with their ranges, amendments, and what each source says.
import { ask, shape } from "kanryu/api";
import { barRows } from "kanryu/bars";
import { days, facts as loadFacts, picture } from "kanryu/data";
import { a, h, put } from "kanryu/dom";
import { downloads } from "kanryu/download";
import { entityLink, eventList, legTitle, rungMark } from "kanryu/evidence";
import { empty } from "kanryu/notices";
import { amountText, count, day, intervalText, num } from "kanryu/numbers";
import { href } from "kanryu/state";
import { timeline } from "kanryu/timeline";
import { nameOf, say } from "kanryu/words";

const checkFunnel = shape({ groups: "list", deals: "list", origin: "object" }, "funnel");
const STEPS = ["talked", "bound", "paid"];

/** @param {HTMLElement} root @param {any} state */
export async function show(root, state) {
  const facts = await loadFacts();
  async function update(/** @type {any} */ now) {
    const [funnel, shown] = await Promise.all([ask("funnel", days(now), checkFunnel), picture(now)]);
    const line = now.deal && funnel.deals.find((/** @type {any} */ deal) => deal.deal_id === now.deal);
    if (now.deal && facts.legs.some((/** @type {any} */ leg) => leg.deal_id === now.deal)) one(root, facts, now, line, shown);
    else all(root, facts, now, funnel);
  }
  await update(state);
  return { update };
}

/** @param {any} facts @param {any} deal */
export function dealName(facts, deal) {
  const legs = facts.legs.filter((/** @type {any} */ leg) => leg.deal_id === deal);
  const names = [...new Set(legs.flatMap((/** @type {any} */ leg) => [leg.payer, leg.payee]))].map((id) => nameOf(facts.byEntity.get(id) ?? { id }));
  return names.slice(0, 3).join(" · ") + (names.length > 3 ? " …" : "");
}

/** The three steps of a column record, each with its sums by kind of money. @param {any} columns @param {number} most */
export function funnelRows(columns, most) {
  return STEPS.flatMap((step) => {
    const sums = columns[step].length ? columns[step] : [null];
    return sums.map((/** @type {any} */ sum) => ({
      label: rungMark(step), interval: sum?.amount ?? null, kind: step,
      text: sum ? (sum.amount ? intervalText(sum.amount, sum.currency) : say("numbers.unknown")) + (sum.basis === "total" ? "" : ` (${say(`numbers.basis.${sum.basis}`)})`) : say("web.deal.nothing"),
      note: sum ? say("web.deal.legs", { legs: count(sum.legs), unknown: count(sum.legs_without_amount) }) : "",
    }));
  }).map((row) => ({ ...row, most }));
}

/** @param {HTMLElement} root @param {any} facts @param {any} now @param {any} funnel */
function all(root, facts, now, funnel) {
  const top = Math.max(1, ...funnel.groups.flatMap((/** @type {any} */ g) => STEPS.flatMap((step) => g.columns[step].map((/** @type {any} */ sum) => num(sum.amount?.high) ?? num(sum.amount?.central) ?? 0))));
  const list = h("ul.deals");
  const search = h("input.search", { type: "search", placeholder: say("web.deal.search"), "aria-label": say("web.deal.search"), on: { input: () => draw() } });
  function draw() {
    const wanted = search.value.trim().toLowerCase();
    const shown = funnel.deals.filter((/** @type {any} */ deal) => !wanted || `${deal.deal_id} ${deal.legs.map((/** @type {any} */ leg) => `${nameOf(facts.byEntity.get(leg.payer))} ${nameOf(facts.byEntity.get(leg.payee))}`).join(" ")}`.toLowerCase().includes(wanted));
    put(list, shown.length ? shown.map((/** @type {any} */ deal) => h("li", a(href({ deal: deal.deal_id, leg: "" }), { class: "deal-row" }, h("b", dealName(facts, deal.deal_id)), rungMark(deal.rung), h("span.quiet", deal.legs.map((/** @type {any} */ leg) => `${say(`names.instrument.${leg.instrument}`)} ${amountText(leg.paid ?? leg.bound ?? leg.talked ?? leg.ended)}`).slice(0, 3).join(" · "), deal.legs.length > 3 ? " …" : "")))) : empty(say("web.deal.none")));
  }
  draw();
  put(root, h("h1", say("web.deal.title")), h("p.lead", say("web.deal.lead")),
    h("div.columns.two", funnel.groups.map((/** @type {any} */ group) => h("section.card", h("h2", say(`names.group.${group.group}`)), barRows(funnelRows(group.columns, top), top)))),
    h("p.quiet", say("web.deal.never_added")),
    h("h2", say("web.deal.all", { count: count(funnel.deals.length) })), search, list,
    downloads({ name: "funnel", json: () => funnel, rows: () => funnel.deals.flatMap((/** @type {any} */ deal) => deal.legs.map((/** @type {any} */ leg) => ({ ...leg, talked: amountText(leg.talked), bound: amountText(leg.bound), paid: amountText(leg.paid), ended: amountText(leg.ended) }))) }));
}

/** @param {HTMLElement} root @param {any} facts @param {any} now @param {any} line @param {any} shown */
function one(root, facts, now, line, shown) {
  const until = days(now).known_by;
  const legs = facts.legs.filter((/** @type {any} */ leg) => leg.deal_id === now.deal);
  const byKey = new Map(shown.flows.map((/** @type {any} */ flow) => [flow.key, flow]));
  const rows = legs.map((/** @type {any} */ leg) => ({ key: `${leg.deal_id}:${leg.leg}`, label: `${nameOf(facts.byEntity.get(leg.payer))} → ${nameOf(facts.byEntity.get(leg.payee))} · ${say(`names.instrument.${leg.instrument}`)}`, events: facts.byEvents.get(`${leg.deal_id}:${leg.leg}`) ?? [] }));
  const drawing = timeline(rows, until);
  put(root, h("p.crumb", a(href({ deal: "", leg: "" }), {}, say("web.deal.title")), " / ", now.deal), h("h1", dealName(facts, now.deal)),
    line ? null : h("p.notice.partial", say("web.deal.not_yet")),
    drawing ? h("figure.chart", drawing, h("figcaption.quiet", say("web.deal.line_note"))) : null,
    legs.map((/** @type {any} */ leg) => legBlock(facts, now, leg, byKey.get(`${leg.deal_id}:${leg.leg}`), line?.legs.find((/** @type {any} */ l) => l.key === `${leg.deal_id}:${leg.leg}`), until)),
    downloads({ name: `deal-${now.deal}`, json: () => ({ legs, events: rows.flatMap((row) => row.events), funnel: line ?? null }), rows: () => rows.flatMap((row) => row.events.map((/** @type {any} */ e) => ({ leg: row.key, date: e.date.text, known_on: e.known_on.text, status: e.status, amount: e.amount.central ?? "", what: e.what, source: e.source.url, publisher: e.source.publisher, grade: e.source.grade }))), svg: () => drawing }));
  const wanted = now.leg && root.querySelector(`[data-leg="${CSS.escape(now.leg)}"]`);
  if (wanted) wanted.classList.add("lit");
}

/** @param {any} facts @param {any} now @param {any} leg @param {any} flow @param {any} line @param {string | undefined} until */
function legBlock(facts, now, leg, flow, line, until) {
  const key = `${leg.deal_id}:${leg.leg}`;
  const yes = (/** @type {any} */ value) => (value === true ? say("web.yes") : value === false ? say("web.no") : say("numbers.unknown"));
  const step = (/** @type {string} */ rung) => {
    const amount = flow?.[rung];
    const on = line?.[`${rung}_on`];
    return h(`li.step.${rung}${amount || on ? "" : ".never"}`, rungMark(rung), h("b", amount ? amountText(amount) : say("web.deal.nothing")), on ? h("time.quiet", say("web.deal.since", { day: day(on) })) : null);
  };
  return h("article.card.leg-block", { data: { leg: key } },
    h("h2", legTitle(facts, leg), " ", flow ? rungMark(flow.rung) : h("span.quiet", say("web.deal.not_yet_short"))),
    h("p.quiet", say(`names.instrument.${leg.instrument}`), flow?.ended_by ? ` · ${say(`names.status.${flow.ended_by}`)}` : "", flow?.replaced_by ? [" → ", a(href({ deal: flow.replaced_by.split(":")[0], leg: flow.replaced_by }), {}, flow.replaced_by)] : ""),
    h("ol.steps", STEPS.map(step)),
    h("p", { lang: "en" }, leg.description, leg.amount_note ? [" ", h("span.quiet", leg.amount_note)] : ""),
    h("dl.terms",
      h("dt", say("web.deal.conditions")), h("dd", leg.conditions ? h("span", { lang: "en" }, leg.conditions) : say("numbers.unknown")),
      h("dt", say("web.deal.term")), h("dd", leg.start || leg.end ? `${leg.start ? day(leg.start) : "…"} – ${leg.end ? day(leg.end) : "…"}` : say("numbers.no_date")),
      h("dt", say("web.deal.cancelable")), h("dd", yes(leg.is_cancelable)),
      h("dt", say("web.deal.contingent")), h("dd", yes(leg.is_contingent)),
      h("dt", say("web.deal.funded")), h("dd", yes(leg.is_funded))),
    h("h3", say("web.deal.said")), eventList(facts, key, until),
    h("p.quiet", entityLink(facts, leg.payer), " · ", entityLink(facts, leg.payee), " · ", a(href({ view: "map", leg: key, loop: "", entity: "" }), {}, say("web.deal.on_map"))));
}

