// @ts-check
// Loops as the program found them, as of the days of the address; the rows and sets that views need.
import { ask, shape } from "kanryu/api";
import { days } from "kanryu/data";
import { rungMark } from "kanryu/evidence";
import { a, h } from "kanryu/dom";
import { intervalText, num } from "kanryu/numbers";
import { nameOf, say } from "kanryu/words";

const check = shape({ loops: "list", total: "number", counts: "object", cut: "object" }, "loops");

/** All loops of the days of the address. @param {any} [state] */
export function loopsAsOf(state) {
  return ask("loops", days(state), (answer) => check(answer.deals));
}

/** The name of a loop in an address. @param {any} loop */
export function idOf(loop) {
  return loop.accounts.join("~");
}

/** @param {any} loop @returns {string[]} */
export function keysOf(loop) {
  return loop.links.flatMap((/** @type {any} */ link) => link.legs.map((/** @type {any} */ leg) => leg.key));
}

/** The legs by which money comes back to where it started: last links of loops whose money can go round in time. @param {any[]} loops */
export function backOf(loops) {
  return new Set(loops.filter((loop) => loop.in_time_order && loop.kind === "boomerang").flatMap((loop) => loop.links[loop.links.length - 1].legs.map((/** @type {any} */ leg) => leg.key)));
}

/** What can go round, in words: a number with its range, or that nothing is disclosed. @param {any} loop */
export function roundText(loop) {
  if (!loop.in_time_order) return say("web.loops.not_in_time");
  const { low, high } = loop.goes_round;
  if (num(high) === 0) return say("web.loops.nothing_round");
  if (!num(low) && num(high) === null) return say("numbers.unknown");
  return intervalText(loop.goes_round);
}

/** @param {any} facts @param {any} loop */
export function wayOf(facts, loop) {
  return `${loop.accounts.map((/** @type {string} */ id) => nameOf(facts.byEntity.get(id) ?? { id })).join(" → ")} ↩`;
}

/** @param {any} facts @param {any} loop @param {boolean} on @param {string} address */
export function loopRow(facts, loop, on, address) {
  return h("li", a(address, { class: `loop${on ? " on" : ""}`, "aria-current": on ? "true" : null, data: { loop: idOf(loop) } },
    h("span.way", wayOf(facts, loop)), h("b.sum", roundText(loop)), h("span.foot-line", rungMark(loop.weakest_rung), h("span.quiet", say(`web.loops.kind.${loop.kind}`)))));
}
