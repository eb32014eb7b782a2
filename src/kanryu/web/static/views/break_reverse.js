// @ts-check
// The reverse test: choose what must not happen, get the smallest breaks that make it happen, with bounds.
import { ask, shape } from "kanryu/api";
import { days } from "kanryu/data";
import { a, h, put } from "kanryu/dom";
import { downloads } from "kanryu/download";
import { failed, partial, waiting } from "kanryu/notices";
import { count, money, share } from "kanryu/numbers";
import { go, href } from "kanryu/state";
import { nameOf, say } from "kanryu/words";

const checkReverse = shape({ target: "string", shaped: "object" }, "reverse");
const SHOWN = 12;

/**
 * @param {any} facts @param {any} now @param {(facts: any, link: string) => string} linkName
 * @returns {Node}
 */
export function reverseBox(facts, now, linkName) {
  const place = h("div.reverse-answer", { role: "status" });
  const companies = facts.entities.filter((/** @type {any} */ e) => ["labs", "clouds", "chips"].includes(e.role) && !e.is_aggregate);
  const goals = companies.map((/** @type {any} */ e) => [`${e.id} cannot pay`, say("web.break.cannot_pay", { name: nameOf(e) })]);
  const pick = h("select.search", { id: "choose-goal", "aria-label": say("web.break.goal"), on: { change: (/** @type {any} */ e) => go({ goal: e.target.value }) } },
    h("option", { value: "" }, say("web.break.goal")), goals.map(([goal, text]) => h("option", { value: goal, selected: goal === now.goal }, text)));
  if (now.goal) void search();
  async function search() {
    put(place, waiting(say("web.break.searching")));
    try {
      put(place, answer(facts, await ask("reverse", { ...days(now), goal: now.goal }, checkReverse), linkName));
    } catch (error) {
      put(place, failed(error));
    }
  }
  return h("section.card", { id: "reverse" }, h("h2", say("web.break.reverse")), h("p", say("web.break.reverse_text")), h("p", pick), place);
}

/** @param {any} facts @param {any} found @param {(facts: any, link: string) => string} linkName */
function answer(facts, found, linkName) {
  const sets = found.sets;
  const words = (/** @type {string[]} */ links) => links.map((link) => linkName(facts, link)).join(" + ");
  const listed = sets ? (sets.minimal.length ? sets.minimal : sets.best ? [sets.best] : []) : [];
  const shaped = Object.entries(found.shaped);
  return [
    listed.length ? [h("p", say("web.break.smallest")), h("ul.plain.failing-sets", listed.slice(0, SHOWN).map((/** @type {string[]} */ links) => h("li", a(href({ link: links.join(","), round: "" }), {}, words(links)))))] : h("p", say("web.break.no_set")),
    listed.length > SHOWN ? h("p.quiet", say("web.break.more_sets", { count: count(listed.length - SHOWN) })) : null,
    sets ? bounds(sets) : null,
    h("p", found.uniform === null ? say("web.break.uniform_none") : say("web.break.uniform", { share: share(found.uniform) })),
    shaped.length ? h("p.quiet", say("web.break.shaped", { cost: money(found.shaped_cost) }), " ", shaped.map(([link, amount]) => `${linkName(facts, link)} ${money(/** @type {number} */ (amount))}`).join(" · ")) : null,
    downloads({ name: `reverse-${found.target.replace(/[^\w-]+/g, "-")}`, json: () => found, rows: () => listed.map((/** @type {string[]} */ links) => ({ target: found.target, links: links.join(" "), size: links.length })) }),
  ];
}

/** Proven, or how far the search came when its time was over. @param {any} sets */
function bounds(sets) {
  const least = count(Math.ceil(sets.lower_bound - 1e-9));
  if (sets.best && sets.gap === 0) return h("p.quiet.bounds", say(sets.complete ? "web.break.proven_all" : "web.break.proven", { least, size: count(sets.size), cascades: count(sets.cascades) }));
  return partial(sets.best ? say("web.break.between", { least, most: count(sets.best.length), cascades: count(sets.cascades) }) : say("web.break.at_least", { least, cascades: count(sets.cascades) }));
}
