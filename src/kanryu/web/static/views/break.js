// @ts-check
// Break a link and follow the rounds along the pipes: who is hit, who is exposed, of whom nothing can be said.
import { ask, shape } from "kanryu/api";
import { barRows, intervalBar } from "kanryu/bars";
import { days, facts as loadFacts, picture } from "kanryu/data";
import { a, h, put } from "kanryu/dom";
import { downloads } from "kanryu/download";
import { standing } from "kanryu/evidence";
import { mapView } from "kanryu/map";
import { failed, partial, waiting } from "kanryu/notices";
import { count, intervalText, money, moneyRange, num, share, shareRange } from "kanryu/numbers";
import { go, href, inFile } from "kanryu/state";
import { table } from "kanryu/table";
import { reverseBox } from "kanryu/views/break_reverse";
import { known, nameOf, say } from "kanryu/words";

const checkStress = shape({ entities: "list", rounds: "list", broken: "list" }, "stress");
const VERDICTS = ["impact", "exposure", "unknown"];

/** @param {HTMLElement} root @param {any} state */
export async function show(root, state) {
  const facts = await loadFacts();
  /** @type {any} */
  let map = null;
  async function update(/** @type {any} */ now) {
    map?.stop();
    map = null;
    try {
      if (now.link) map = await one(root, facts, now);
      else await all(root, facts, now);
    } catch (error) {
      put(root, h("h1", say("web.break.title")), failed(error, () => void update(now)), h("p", a(href({ link: "", round: "" }), {}, say("web.break.choose"))));
    }
  }
  await update(state);
  return { update, stop: () => map?.stop() };
}

/** What a link is called, in words. @param {any} facts @param {string} link */
export function linkName(facts, link) {
  const [word] = link.split(":");
  const rest = link.slice(word.length + 1);
  const leg = facts.byLeg.get(link);
  if (leg) return `${nameOf(facts.byEntity.get(leg.payer))} → ${nameOf(facts.byEntity.get(leg.payee))} (${say(`names.instrument.${leg.instrument}`)})`;
  const unnamed = /^customers:(\w[\w-]*)(?::(draws|purchases))?$/.exec(link);
  if (unnamed) return say(`web.break.kind.customers${unnamed[2] ? `_${unnamed[2]}` : ""}`, { name: nameOf(facts.byEntity.get(unnamed[1]) ?? { id: unnamed[1] }) });
  const who = rest.startsWith("customers:") ? linkName(facts, rest) : rest.split("/").map((id) => nameOf(facts.byEntity.get(id) ?? { id })).join(" / ");
  return known(`web.break.kind.${word}`) ? say(`web.break.kind.${word}`, { name: who }) : link;
}

/** A company, or the customers of one that nobody names. @param {any} facts @param {string} id */
function whoName(facts, id) {
  return id.startsWith("customers:") ? linkName(facts, id) : nameOf(facts.byEntity.get(id) ?? { id });
}

/** @param {HTMLElement} root @param {any} facts @param {any} now */
async function all(root, facts, now) {
  root.dataset.link = "";
  const ranking = h("section.card", waiting());
  const funded = [...new Set(facts.legs.filter((/** @type {any} */ leg) => ["equity", "convertible", "debt"].includes(leg.instrument)).map((/** @type {any} */ leg) => leg.payee))];
  const options = [...funded.map((id) => `funding:${id}`), ...facts.legs.map((/** @type {any} */ leg) => `${leg.deal_id}:${leg.leg}`)];
  const pick = h("select.search", { id: "choose-link", "aria-label": say("web.break.choose"), on: { change: (/** @type {any} */ e) => e.target.value && go({ link: e.target.value, round: "" }) } }, h("option", { value: "" }, say("web.break.choose")), options.map((link) => h("option", { value: link }, linkName(facts, link))));
  put(root, h("h1", say("web.break.title")), h("p.lead", say("web.break.lead")), inFile ? partial(say("web.break.in_file")) : h("p", pick), inFile || now.case === "telecom" ? null : h("p", a(href({ case: "telecom", t: "2000-12-31", known: "", goal: "", loop: "", entity: "", deal: "" }), { id: "worked-example" }, say("web.break.example"))), inFile ? null : reverseBox(facts, now, linkName), h("h2", say("web.break.ranking")), ranking);
  try {
    const each = await ask("stress_each", days(now), shape({ links: "list" }, "stress_each"));
    const most = Math.max(1, ...each.links.slice(0, 30).map((/** @type {any} */ link) => link.lost_tight));
    put(ranking, h("p.quiet", say("web.break.ranking_text", { year: each.year, links: count(each.links.length), unknown: count(each.unknown.length) })), table([
      { title: say("web.break.link"), cell: (row) => a(href({ link: row.name }), {}, linkName(facts, row.name)), sort: (row) => linkName(facts, row.name) },
      { title: say("web.break.direct"), number: true, cell: (row) => money(row.direct), sort: (row) => row.direct },
      { title: say("web.break.in_all"), number: true, cell: (row) => [moneyRange(row.lost_loose, row.lost_tight), intervalBar({ low: row.lost_loose, high: row.lost_tight }, most)], sort: (row) => row.lost_tight },
      { title: say("web.break.hit"), number: true, cell: (row) => count(row.hit), sort: (row) => row.hit },
      { title: say("web.break.worst"), cell: (row) => whoName(facts, row.worst), sort: (row) => row.worst },
    ], each.links, say("web.break.ranking")), downloads({ name: "stress-ranking", json: () => each, rows: () => each.links.map((/** @type {any} */ link) => ({ ...link, defaults: link.defaults.join(" ") })) }));
  } catch (error) {
    put(ranking, failed(error));
  }
}

/** @param {HTMLElement} root @param {any} facts @param {any} now */
async function one(root, facts, now) {
  // a step from round to round keeps what is drawn, and the focus
  const isStep = root.dataset.link === now.link;
  const focus = isStep && root.contains(document.activeElement) ? document.activeElement?.id : "";
  root.dataset.link = now.link;
  if (!isStep) put(root, h("h1", say("web.break.broken", { link: now.link.split(",").map((/** @type {string} */ link) => linkName(facts, link)).join(" + ") })), waiting());
  const [found, wheel, shown] = await Promise.all([ask("stress", { ...days(now), link: now.link }, checkStress), ask("wheel"), picture(now)]);
  const last = found.rounds.length;
  const round = Math.min(last, Math.max(0, now.round === undefined || now.round === "" ? last : Number(now.round) || 0));
  const map = mapView(wheel, facts.byEntity, { onEntity: (id) => go({ view: "company", entity: id }), onFlow: (key) => go({ link: key, round: "" }) });
  const name = (/** @type {string} */ id) => whoName(facts, id);
  const groups = VERDICTS.map((verdict) => [verdict, found.entities.filter((/** @type {any} */ hit) => hit.verdict === verdict)]);
  const stepper = h("div.stepper", { role: "group", "aria-label": say("web.break.rounds") },
    h("button.button", { id: "round-back", disabled: round <= 0, "aria-label": say("web.break.back"), on: { click: () => go({ round: String(round - 1) }, { replace: true }) } }, "←"),
    h("input", { type: "range", id: "round", min: 0, max: last, value: round, "aria-label": say("web.break.rounds"), "aria-valuetext": say("web.break.round", { round, last }), on: { change: (/** @type {any} */ e) => go({ round: e.target.value }, { replace: true }) } }),
    h("button.button", { id: "round-on", disabled: round >= last, "aria-label": say("web.break.forward"), on: { click: () => go({ round: String(round + 1) }, { replace: true }) } }, "→"),
    h("output", say("web.break.round", { round, last })));
  put(root, h("p.crumb", a(href({ link: "", round: "" }), {}, say("web.break.title")), ` / ${now.link}`), h("h1", say("web.break.broken", { link: now.link.split(",").map((/** @type {string} */ link) => linkName(facts, link)).join(" + ") })),
    h("p.answer", h("strong.big.ink", found.amplification === null ? say("numbers.unknown") : `× ${(Math.round(found.amplification * 100) / 100).toLocaleString()}`), h("span", say("web.break.amplification", { direct: intervalText(found.direct), lost: intervalText(found.lost) }))),
    found.feasible ? null : partial(say("web.break.infeasible", { count: count(found.gaps.length) })),
    h("div.break-stage", h("div.middle", map.element, stepper, h("p.quiet.keys", say("web.break.keys"))),
      h("div.verdicts", groups.map(([verdict, hits]) => h(`section.verdict.${verdict}`, h("h2", say(`web.break.verdict.${verdict}`, { count: count(hits.length) })), h("p.quiet", say(`web.break.verdict_text.${verdict}`)), h("ul.plain", hits.slice(0, 14).map((/** @type {any} */ hit) => hitLine(facts, hit, name))))))),
    found.rounds.length ? h("section.card", h("h2", say("web.break.rounds")), h("ol.rounds", found.rounds.map((/** @type {any} */ step, /** @type {number} */ i) => h(`li${i + 1 <= round ? "" : ".later"}`, step.hits.slice(0, 6).map((/** @type {any} */ hit) => h("p", h("b", `${name(hit.src)} → ${name(hit.dst)}`), ` ${money(hit.before)} → ${money(hit.after)} `, h("code", hit.leg))), step.hits.length > 6 ? h("p.quiet", `+ ${step.hits.length - 6}`) : null)))) : null,
    h("section.card", h("h2", say("web.break.channels")), contributions(found), found.value_lost ? h("p", say("web.break.value_lost", { amount: intervalText(found.value_lost) })) : null, found.index ? h("p", say("web.break.index", { share: shareRange(Math.min(Math.abs(found.index.low), Math.abs(found.index.high)), Math.max(Math.abs(found.index.low), Math.abs(found.index.high))) })) : null),
    downloads({ name: `break-${now.link.replace(/[^\w-]+/g, "-")}`, json: () => found, rows: () => found.entities.map((/** @type {any} */ hit) => ({ company: hit.id, verdict: hit.verdict, impact_low: hit.impact.low, impact_high: hit.impact.high, exposure_low: hit.exposure.low, exposure_high: hit.exposure.high, unknown: hit.unknown.join(" "), round: hit.round, path: hit.path.join(" > ") })), svg: () => map.drawing }));
  const struck = found.rounds.slice(0, round).flatMap((/** @type {any} */ step) => step.hits);
  const verdicts = new Map(found.entities.filter((/** @type {any} */ hit) => VERDICTS.includes(hit.verdict) && (hit.verdict === "impact" ? hit.round && hit.round <= round : round === last)).map((/** @type {any} */ hit) => [hit.id, hit.verdict]));
  const gone = new Set(struck.filter((/** @type {any} */ hit) => hit.is_broken).map((/** @type {any} */ hit) => hit.leg));
  map.show(shown.flows.map((/** @type {any} */ flow) => ({ ...flow, amount: standing(flow) })), { loop: new Set(struck.map((/** @type {any} */ hit) => hit.leg)), cut: gone, verdicts });
  const held = focus ? /** @type {any} */ (document.getElementById(focus)) : null;
  if (held) (held.disabled ? document.getElementById("round") : held)?.focus();
  return map;
}

/** @param {any} facts @param {any} hit @param {(id: string) => string} name */
function hitLine(facts, hit, name) {
  const way = hit.path.map((/** @type {string} */ key) => facts.byLeg.get(key)?.payer).filter(Boolean);
  const amount = hit.verdict === "impact" ? intervalText(hit.impact) : hit.verdict === "exposure" ? intervalText(hit.exposure) : say("numbers.unknown");
  return h("li", a(href({ view: "company", entity: hit.id }), {}, name(hit.id)), " ", h("b", amount),
    way.length ? h("span.quiet", ` · ${way.map(name).join(" → ")} → ${name(hit.id)}`) : hit.unknown.length ? h("span.quiet", ` · ${say("web.break.unknown_legs", { count: hit.unknown.length })}`) : null,
    num(hit.fails?.high) ? h("span.quiet", ` · ${say("web.break.fails", { share: shareRange(hit.fails.low, hit.fails.high) })}`) : null);
}

/** @param {any} found */
function contributions(found) {
  const measures = [...new Set(found.contributions.map((/** @type {any} */ row) => row.measure))];
  return measures.map((measure) => {
    const rows = found.contributions.filter((/** @type {any} */ row) => row.measure === measure && row.amount);
    const text = (/** @type {number} */ value) => (measure === "index" ? `${(100 * Math.abs(value)).toPrecision(2)}%` : money(Math.abs(value)));
    return rows.length ? [h("h3", known(`web.break.measure.${measure}`) ? say(`web.break.measure.${measure}`) : String(measure)), barRows(rows.map((/** @type {any} */ row) => ({ label: known(`web.break.channel.${row.channel}`) ? say(`web.break.channel.${row.channel}`) : row.channel, interval: { low: Math.abs(row.amount), high: Math.abs(row.amount) }, text: text(row.amount), kind: "grey" })))] : null;
  });
}
