// @ts-check
// The short seller: notional and money at risk apart, what such bets pay, and what being early costs.
import { h } from "kanryu/dom";
import { count, money, num, share } from "kanryu/numbers";
import { table } from "kanryu/table";
import { say } from "kanryu/words";

const PLAIN = ["years", "put_years"];

/** @param {any} line @param {any} seller */
export function shortPart(line, seller) {
  const notional = line.parts.find((/** @type {any} */ part) => part.label === "notional")?.value;
  const ways = seller.outcomes.map((/** @type {any} */ one) => one.way);
  const name = (/** @type {string} */ way) => say(`web.market.way.${way}`);
  const years = Object.entries(seller.by_delay).map(([year, paid]) => ({ year: Number(year), paid }));
  const assumed = Object.entries(seller.assumptions).map(([key, value]) => say(`web.market.assume.${key}`, { value: PLAIN.includes(key) ? String(value) : share(value) }));
  const column = (/** @type {string} */ key, /** @type {(row: any) => any} */ read) => ({ title: say(`web.market.${key}`), cell: read, number: true });
  return [
    h("div.kinds-apart",
      h("div", h("h4", say("web.market.at_risk")), h("p.value", risk(line.value)), h("p.kind", say("web.market.at_risk_note"))),
      h("div.other-kind", h("h4", say("web.market.notional")), h("p.value", notional ? money(notional.central ?? notional.low) : say("numbers.unknown")), h("p.kind", say("web.market.notional_note")))),
    h("p.quiet", say("web.market.apart")),
    h("h4", say("web.market.outcomes")),
    table([
      { title: say("web.market.bet"), cell: (row) => name(row.way) },
      column("low", (row) => gain(row.low)), column("median", (row) => gain(row.median)), column("high", (row) => gain(row.high)),
      column("loses", (row) => share(row.loses)), column("stopped", (row) => share(row.stopped)),
    ], seller.outcomes, say("web.market.outcomes")),
    h("h4", say("web.market.by_delay")),
    table([
      { title: "", cell: (row) => say("web.market.year", { year: row.year }) },
      ...ways.filter((/** @type {string} */ way) => way !== "abstain").map((/** @type {string} */ way) => ({ title: name(way), cell: (/** @type {any} */ row) => gain(row.paid[way]), number: true })),
    ], years, say("web.market.by_delay")),
    h("p.quiet", say("web.market.short_assumed", { paths: count(seller.paths), seed: seller.seed, list: assumed.join(" / ") })),
  ];
}

/** Money at risk is at least what is known of it. @param {any} value */
function risk(value) {
  if (!value) return say("numbers.unknown");
  return num(value.high) === null ? say("market.panel.at_risk", { low: money(value.low) }) : money(value.central ?? value.low);
}

/** @param {any} value */
function gain(value) {
  const found = num(value);
  return found === null ? say("numbers.unknown") : `${found > 0 ? "+" : ""}${Math.round(100 * found).toLocaleString("en")}%`;
}
