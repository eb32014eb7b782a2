// @ts-check
// Each claim of the essays: what it says, what the sources say, the figures of both, and the view that computes it.
import { ask, shape } from "kanryu/api";
import { facts as loadFacts } from "kanryu/data";
import { a, h, put } from "kanryu/dom";
import { downloads } from "kanryu/download";
import { sourceLine } from "kanryu/evidence";
import { go, href } from "kanryu/state";
import { figureText } from "kanryu/views/facts";
import { dealName } from "kanryu/views/deal";
import { nameOf, say } from "kanryu/words";

const FINDINGS = ["agrees", "loose", "differs", "not_found", "mechanism"];

/** @param {HTMLElement} root @param {any} state @param {any} site */
export async function show(root, state, site) {
  const [facts, found] = await Promise.all([loadFacts(), ask("essays", {}, shape({ claims: "list" }, "essays"))]);
  function update(/** @type {any} */ now) {
    const kept = found.claims.filter((/** @type {any} */ claim) => !FINDINGS.includes(now.finding) || claim.finding === now.finding);
    const pill = (/** @type {string} */ value, /** @type {string} */ text) => h("button.pill", { "aria-pressed": (now.finding ?? "") === value, on: { click: () => go({ finding: value }, { replace: true }) } }, text);
    put(root, h("h1", say("essays.title")), h("p.lead", say("essays.lead")),
      h("div.choice", { role: "group", "aria-label": say("web.essays.filter") }, pill("", say("web.essays.all", { count: found.claims.length })), FINDINGS.map((finding) => pill(finding, `${say(`essays.finding.${finding}`)} ${found.claims.filter((/** @type {any} */ c) => c.finding === finding).length}`))),
      ["A", "B"].map((essay) => { const claims = kept.filter((/** @type {any} */ claim) => claim.essay === essay); return claims.length ? [h("h2.essay", say(`web.essays.essay_${essay}`)), claims.map((/** @type {any} */ claim) => one(facts, site, claim))] : null; }),
      downloads({ name: "essays", json: () => found, rows: () => found.claims.map((/** @type {any} */ claim) => ({ id: claim.id, finding: say(`essays.finding.${claim.finding}`), claim: say(`essays.${claim.id}.claim`), sources_say: say(`essays.${claim.id}.sources`) })) }));
  }
  update(state);
  return { update };
}

/** @param {any} facts @param {any} site @param {any} claim */
function one(facts, site, claim) {
  const there = ["machine", "market", "break"].includes(claim.view) ? site.parts.includes({ machine: "machine", market: "market", break: "stress" }[/** @type {"machine"} */ (claim.view)]) : true;
  const figures = (/** @type {any[]} */ list) => (list.length ? h("ul.plain.figures", list.map((figure) => h("li", h("b", figureText(figure)), " ", h("span.quiet", `${nameOf(facts.byEntity.get(figure.entity)) || figure.entity} · ${figure.metric.replace(/_/g, " ").replace(" as called by seed", "")} · ${figure.period_text.replace(/\s*\(seed\)/, "")} · `), String(figure.source.url).startsWith("seed:") ? say("web.essays.the_essay") : sourceLine(figure)))) : null);
  return h("article.card.claim", { id: claim.id },
    h("p.claim-head", h("b.claim-id", claim.id), h(`span.finding.${claim.finding}`, say(`essays.finding.${claim.finding}`))),
    h("div.claim-body",
      h("section", h("h3", say("web.essays.claim")), h("p", say(`essays.${claim.id}.claim`)), figures(claim.essay_figures)),
      h("section", h("h3", say("web.essays.sources")), h("p", say(`essays.${claim.id}.sources`)), figures(claim.source_figures),
        claim.deals.length ? h("p.quiet", say("web.essays.deals"), " ", claim.deals.map((/** @type {string} */ deal, /** @type {number} */ i) => [i ? ", " : "", a(href({ view: "deal", deal, leg: "" }), {}, dealName(facts, deal))])) : null)),
    there ? h("p", a(href({ view: claim.view, ...claim.query }), { class: "more" }, say("web.essays.see", { view: say(`web.nav.${claim.view}`) }))) : h("p.quiet", say("web.essays.not_here", { view: say(`web.nav.${claim.view}`) })));
}
