// @ts-check
// Loops as the program found them: fetched as of the days of the address, and the rows and sets that views need.
import { ask } from "kanryu/api";
import { days } from "kanryu/data";
import { a, h } from "kanryu/dom";
import { intervalText } from "kanryu/numbers";
import { rungMark } from "kanryu/evidence";
import { nameOf, say } from "kanryu/words";

/** @param {any} [state] @returns {Promise<any[]>} */
export async function loopsAsOf(state) {
  return (await ask("loops", days(state)).catch(() => ({ loops: [] }))).loops;
}

/** @param {any} loop @returns {string[]} */
export function keysOf(loop) {
  return loop.legs.map((/** @type {any} */ leg) => leg.key ?? leg);
}

/** The legs by which money comes back to where it started. @param {any[]} loops */
export function backOf(loops) {
  return new Set(loops.map((loop) => keysOf(loop)[keysOf(loop).length - 1]));
}

/** @param {any} facts @param {any} loop @param {boolean} on @param {string} address */
export function loopRow(facts, loop, on, address) {
  return h("li", a(address, { class: `loop${on ? " on" : ""}`, "aria-current": on ? "true" : null }, h("span.way", loop.entities.map((/** @type {string} */ id) => nameOf(facts.byEntity.get(id))).join(" → "), " ↩"), h("b.sum", intervalText(loop.amount)), h("span.quiet", loop.weakest ? rungMark(loop.weakest) : say("web.loops.when"))));
}
