// @ts-check
// The evidence of one leg: what is said, by whom, known since when; on which rung it stands and why.
import { a, h, hostOf } from "kanryu/dom";
import { amountText, day, drawn, num } from "kanryu/numbers";
import { href } from "kanryu/state";
import { nameOf, say } from "kanryu/words";

/** A small mark that says how sure: word and shape, never colour alone. @param {string} rung */
export function rungMark(rung) {
  return h(`span.mark.${rung}`, h("i", { "aria-hidden": "true" }), say(`names.rung.${rung}`));
}

/** @param {any} facts @param {string} id */
export function entityLink(facts, id) {
  return a(href({ view: "company", entity: id, loop: "" }), { class: "entity" }, nameOf(facts.byEntity.get(id) ?? { id }));
}

/** @param {any} facts @param {any} leg */
export function legTitle(facts, leg) {
  return h("span.who", nameOf(facts.byEntity.get(leg.payer) ?? { id: leg.payer }), h("span.to", { "aria-hidden": "true" }, " → "), h("span.sr", say("web.pays")), nameOf(facts.byEntity.get(leg.payee) ?? { id: leg.payee }));
}

/** Whether nothing at all is known of an amount. @param {any} amount */
export function isUnknown(amount) {
  return !amount || (num(amount.low) === null && num(amount.central) === null && num(amount.high) === null);
}

/** The figure that a flow is drawn with: what was agreed, or what was paid where that is more or all that is known. @param {any} flow */
export function standing(flow) {
  if (!flow) return null;
  const reached = flow.rung === "ended" ? flow.reached : flow.rung;
  if (reached === "talked") return flow.talked ?? null;
  const known = [flow.bound, flow.paid].filter((amount) => !isUnknown(amount)).sort((x, y) => (drawn(y) ?? 0) - (drawn(x) ?? 0));
  return known[0] ?? flow.bound ?? flow.paid ?? flow.talked ?? null;
}

/** How much of a flow that is being paid has been paid, where that is not all of it. @param {any} flow */
export function paidPart(flow) {
  if (flow?.rung !== "paid" || isUnknown(standing(flow))) return null;
  if (isUnknown(flow.paid)) return say("web.deal.paid_unknown");
  return (drawn(flow.paid) ?? 0) < (drawn(standing(flow)) ?? 0) ? say("web.deal.paid_part", { amount: amountText(flow.paid) }) : null;
}

/** A card of one leg in a list. @param {any} facts @param {string} key @param {any} flow @param {any} [options] */
export function legCard(facts, key, flow, options = {}) {
  const leg = facts.byLeg.get(key);
  if (!leg) return h("article.card", key);
  const events = (facts.byEvents.get(key) ?? []).filter((/** @type {any} */ e) => !options.until || e.known_on.last <= options.until);
  const latest = events[events.length - 1];
  return h(`article.card.leg${options.back ? ".back" : ""}`, { data: { leg: key } },
    h("h3", a(href({ view: "deal", deal: leg.deal_id, leg: key }), {}, legTitle(facts, leg))),
    h("p.figure", h("b", amountText(standing(flow) ?? (flow ? null : leg.amount))), " ", flow ? rungMark(flow.rung) : null),
    paidPart(flow) ? h("p.kind", paidPart(flow)) : null,
    h("p.kind", say(`names.instrument.${leg.instrument}`), flow?.ended_by ? ` · ${say(`names.status.${flow.ended_by}`)}` : ""),
    options.brief ? null : h("p.said", { lang: "en" }, leg.description),
    latest ? h("p.source", sourceLine(latest)) : null);
}

/** Publisher, date, grade and address of an event's source. @param {any} event */
export function sourceLine(event) {
  const source = event.source ?? event;
  return [a(source.url || "#", { class: "from" }, source.publisher || hostOf(source.url || "")), " ", source.date ? day(source.date) : "", source.grade ? h("abbr.grade", { title: say(`web.grade.${source.grade}`) }, source.grade) : null];
}

/** All events of a leg as a list. @param {any} facts @param {string} key @param {string | undefined} knownBy */
export function eventList(facts, key, knownBy) {
  const events = facts.byEvents.get(key) ?? [];
  if (!events.length) return h("p.quiet", say("web.deal.no_events"));
  return h("ol.events", events.map((/** @type {any} */ event) => {
    const later = knownBy && event.known_on.last > knownBy;
    return h(`li.event.${event.status}${later ? ".later" : ""}`,
      h("time", day(event.date)), h("span.status", say(`names.status.${event.status}`)),
      event.amount.low === null && event.amount.central === null && event.amount.high === null ? null : h("b", amountText(event.amount)),
      later ? h("em.later", say("web.deal.not_known_yet")) : null,
      h("p", { lang: "en" }, event.what),
      event.source.quote ? h("blockquote", { lang: "en" }, event.source.quote) : null,
      h("p.source", sourceLine(event), event.known_on.text !== event.date.text ? h("span.quiet", " · ", say("web.deal.known_on", { day: day(event.known_on) })) : null, event.is_repeat ? h("span.quiet", " · ", say("web.deal.repeat")) : null));
  }));
}
