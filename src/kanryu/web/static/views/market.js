// @ts-check
// The market panel: every line with its range, what must be read with it, the dot-com years, and the essay's claim.
import { ask, shape } from "kanryu/api";
import { days } from "kanryu/data";
import { a, h, hostOf, put } from "kanryu/dom";
import { downloads } from "kanryu/download";
import { failed, waiting } from "kanryu/notices";
import { count, money, num, share } from "kanryu/numbers";
import { href } from "kanryu/state";
import { explosivePart } from "kanryu/views/market_explosive";
import { overlaySection } from "kanryu/views/market_overlay";
import { shortPart } from "kanryu/views/market_short";
import { known, lang, pick, say } from "kanryu/words";

const check = shape({ lines: "list", explosive: "object" }, "market");

/** @param {HTMLElement} root @param {any} state */
export async function show(root, state) {
  async function update(/** @type {any} */ now) {
    put(root, h("h1", say("web.market.title")), h("p.lead", say("web.market.lead")), waiting());
    try {
      const [panel, overlays] = await Promise.all([ask("market", days(now), check), overlaySection(now)]);
      const sections = [...new Set(panel.lines.map((/** @type {any} */ line) => line.section))];
      put(root, h("h1", say("web.market.title")), h("p.lead", say("web.market.lead")), panel.not_yet ? h("p.quiet", say("web.market.published_later", { count: count(panel.not_yet) })) : null,
        sections.map((section) => h("section", h("h2.essay", say(`market.section.${section}`)), h("div.columns.two", panel.lines.filter((/** @type {any} */ line) => line.section === section).map((/** @type {any} */ line) => card(line, panel))))),
        overlays,
        downloads({ name: "market", json: () => panel, rows: () => panel.lines.map((/** @type {any} */ line) => ({ id: line.id, title: pick(line.title), when: line.when, low: line.value?.low ?? "", central: line.value?.central ?? "", high: line.value?.high ?? "", unit: line.unit, claim: line.claim, sources: line.sources.join(" ") })), svg: () => root.querySelector("svg.line-chart") }));
    } catch (error) {
      put(root, h("h1", say("web.market.title")), failed(error));
    }
  }
  await update(state);
  return { update };
}

/** @param {any} line @param {any} panel */
function card(line, panel) {
  const test = panel.explosive[line.id];
  const part = (/** @type {any} */ one) => {
    const label = known(`market.part.${one.label}`) ? say(`market.part.${one.label}`) : one.label;
    const name = lang() === "ja" && one.name_ja ? one.name_ja : one.name;
    const own = ["published", "quoted", "company_ratio"].includes(one.label);
    return h("li", h("span.quiet", name ? (own ? name : `${label}: ${name}`) : label), " ", h("b", valueText(one.value, one.unit)), one.when ? h("span.quiet", ` (${one.when})`) : null);
  };
  return h("article.card.line-card", { id: line.id }, h("h3", pick(line.title)), h("p.value", headline(line)), line.when ? h("p.kind", line.when) : null,
    test ? explosivePart(test, pick(line.title)) : null,
    line.kind === "short" && panel.short_seller ? shortPart(line, panel.short_seller) : null,
    known(`market.define.${line.kind}`) ? h("p.quiet", say(`market.define.${line.kind}`)) : null,
    line.parts.length && line.kind !== "short" ? h("details", { open: line.parts.length < 5 }, h("summary.quiet", say("web.market.beside")), h("ul.plain", line.parts.map(part))) : null,
    line.compare.length ? h("details", { open: line.compare.length < 5 }, h("summary.quiet", say("web.market.then")), h("ul.plain", line.compare.map(part))) : null,
    line.claim || pick(line.said) ? h("p", say("web.market.said"), " ", line.claim ? a(href({ view: "essays" }) + (href({}).startsWith("#") ? "" : `#${line.claim}`), {}, line.claim) : null, " ", pick(line.said)) : null,
    line.notes.length ? h("ul.plain.quiet", line.notes.map((/** @type {string} */ note) => h("li", say(note)))) : null,
    line.sources.length ? h("p.source", say("web.market.sources"), ": ", line.sources.slice(0, 4).map((/** @type {string} */ url, /** @type {number} */ i) => [i ? ", " : "", a(url, {}, hostOf(url))])) : null);
}

/** @param {any} line */
function headline(line) {
  if (line.kind === "explosive" && line.is_running !== null) return line.is_running ? say("web.market.running", { since: line.since }) : say("web.market.not_running");
  if (!line.value) return say("web.market.not_known", { reason: line.why_missing ? say(line.why_missing) : say("numbers.unknown") });
  if (line.kind === "short" && num(line.value.high) === null) return say("market.panel.at_risk", { low: money(line.value.low) });
  return valueText(line.value, line.unit);
}

/** A number in its unit with its range, as the program prints it. @param {any} value @param {string} unit */
function valueText(value, unit) {
  if (!value) return say("numbers.unknown");
  const [low, high, central] = [value.low, value.high, value.central].map((v) => (num(v) === null ? "" : one(Number(v), unit)));
  const span = low === high || !high ? low : `${low}${lang() === "ja" ? "～" : " to "}${high}`;
  if (!central) return span;
  return low === high && high === central ? central : say("market.panel.range", { value: central, range: span });
}

/** @param {number} value @param {string} unit */
function one(value, unit) {
  const fixed = (/** @type {number} */ places) => value.toLocaleString("en", { minimumFractionDigits: places, maximumFractionDigits: places });
  if (unit === "usd") return money(value);
  if (unit === "share") return Math.abs(value) > 0 && Math.abs(value) < 0.1 ? `${(100 * value).toFixed(1)}%` : share(value);
  if (unit === "growth") return `${value > 0 ? "+" : ""}${Math.round(100 * value).toLocaleString("en")}%`;
  if (unit === "count" || unit === "years") return value >= 10 || Number.isInteger(value) ? fixed(0) : fixed(1);
  if (unit === "statistic") return value.toFixed(2);
  return Math.abs(value) >= 3 ? fixed(1) : String(Number(value.toFixed(3)));
}
