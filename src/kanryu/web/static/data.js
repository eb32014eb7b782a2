// @ts-check
// The facts of the case that is looked at, indexed; and the two days from the address.
import { ask, shape } from "kanryu/api";
import { useCurrency } from "kanryu/numbers";
import { inFile, read } from "kanryu/state";

const checkFacts = shape({ entities: "list", legs: "list", events: "list", stakes: "list", figures: "list", currency: "string" }, "facts");
/** @type {WeakMap<object, any>} */
const indexed = new WeakMap();

/** The tables of the case with indexes. @returns {Promise<any>} */
export async function facts() {
  const raw = await ask("facts", {}, checkFacts);
  useCurrency(raw.currency);
  let made = indexed.get(raw);
  if (!made) {
    const events = new Map();
    for (const event of raw.events) {
      const key = `${event.deal_id}:${event.leg}`;
      events.set(key, [...(events.get(key) ?? []), event]);
    }
    for (const list of events.values()) list.sort((/** @type {any} */ x, /** @type {any} */ y) => (x.date.last < y.date.last ? -1 : 1));
    made = { ...raw, byEntity: new Map(raw.entities.map((/** @type {any} */ e) => [e.id, e])), byLeg: new Map(raw.legs.map((/** @type {any} */ l) => [`${l.deal_id}:${l.leg}`, l])), byEvents: events };
    indexed.set(raw, made);
  }
  return made;
}

/** The last day of a month or year, or the day itself. @param {string | undefined} text */
export function lastDay(text) {
  const found = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/.exec(text ?? "");
  if (!found) return undefined;
  const [, year, month, date] = found;
  if (date) return `${year}-${month}-${date}`;
  const end = new Date(Date.UTC(Number(year), month ? Number(month) : 12, 0));
  return end.toISOString().slice(0, 10);
}

/** The two days of the address as the API wants them; `known` follows `t` unless it is set. "now" is without limit. @param {any} [state] */
export function days(state = read()) {
  const t = lastDay(state.t);
  const known = state.known === "now" ? undefined : (lastDay(state.known) ?? t);
  return inFile ? { true_by: monthEnd(t), known_by: state.known === "now" ? undefined : monthEnd(t) } : { true_by: t, known_by: known };
}

/** A published file holds month ends: the last one that does not look ahead. @param {string | undefined} day */
export function monthEnd(day) {
  if (!day) return undefined;
  const [year, month] = day.split("-").map(Number);
  const end = new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
  return end === day ? day : new Date(Date.UTC(year, month - 1, 0)).toISOString().slice(0, 10);
}

/** Legs as of the days of the address. @param {any} [state] */
export function picture(state) {
  return ask("picture", days(state), shape({ flows: "list", not_yet: "number" }, "picture"));
}
