// @ts-check
// Eras on one clock. The reader chooses the clock, because the clock decides what the picture says.
import { ask, shape } from "kanryu/api";
import { days } from "kanryu/data";
import { h, put, s } from "kanryu/dom";
import { pick, say } from "kanryu/words";

const check = shape({ overlays: "list" }, "overlays");

/** All overlays of the case; nothing where it has none. @param {any} now */
export async function overlaySection(now) {
  let found;
  try {
    found = await ask("overlays", days(now), check);
  } catch {
    return null; // not in this file, or nothing was known on that day
  }
  const shown = found.overlays.filter((/** @type {any} */ one) => Object.values(one.by_clock).some((/** @type {any} */ clock) => clock.eras.length));
  return shown.length ? h("section.overlays", h("h2.essay", say("web.market.overlays")), h("p", say("web.market.overlays_lead")), shown.map(card)) : null;
}

/** @param {any} one */
function card(one) {
  const clocks = Object.keys(one.by_clock).filter((clock) => one.by_clock[clock].eras.length);
  const body = h("div");
  const pills = clocks.map((clock) => h("button.pill", { on: { click: () => draw(clock) } }, say(`web.market.clock.${clock}`)));
  const joined = (/** @type {string[]} */ names) => names.join(" / ");
  function draw(/** @type {string} */ clock) {
    const overlay = one.by_clock[clock];
    const zero = (/** @type {any} */ era) => {
      const what = clock === "start" ? one.starts[era.name] : null;
      return say(what ? "web.market.clock_zero_is" : "web.market.clock_zero", { era: era.name, zero: era.zero, what: pick(what) });
    };
    const last = (/** @type {any} */ era) => say("web.market.now_at", { value: times(era.values[era.values.length - 1]), when: era.labels[era.labels.length - 1] });
    const assumed = clock === "peak" ? one.peak_is_assumed : [];
    pills.forEach((pill, i) => pill.setAttribute("aria-pressed", String(clocks[i] === clock)));
    put(body, overlayChart(overlay, pick(one.title)),
      h("ul.plain.overlay-legend", overlay.eras.map((/** @type {any} */ era, /** @type {number} */ i) => h("li", s("svg", { viewBox: "0 0 34 10", width: 34, height: 10, "aria-hidden": "true" }, s(`path.era.era-${i}`, { d: "M1 5H33" })), " ", zero(era), h("span.quiet", ` · ${last(era)}`)))),
      assumed.length ? h("p.assumed", say("web.market.peak_assumed", { eras: joined(assumed) })) : null,
      overlay.missing.length ? h("p.quiet", say("web.market.no_era", { eras: joined(overlay.missing) })) : null,
      !one.by_clock.share && one.no_share.length ? h("p.quiet", say("web.market.no_share", { eras: joined(one.no_share) })) : null);
  }
  draw(clocks[0]);
  return h("article.card", { id: `overlay-${one.id}` }, h("h3", pick(one.title)), h("div.choice", { role: "group", "aria-label": say("web.market.overlays") }, pills), body);
}

/** @param {number} value */
function times(value) {
  return value >= 10 ? value.toFixed(0) : value.toFixed(2);
}

/** The unit of a step, told by how its labels are written. @param {string} label */
function unitOf(label) {
  return label.includes("Q") ? "quarter" : label.length === 4 ? "year" : "month";
}

/** @param {any} overlay @param {string} label */
function overlayChart(overlay, label) {
  const [width, height, left, bottom] = [900, 320, 84, 64];
  const steps = overlay.eras.flatMap((/** @type {any} */ era) => era.steps);
  const values = overlay.eras.flatMap((/** @type {any} */ era) => era.values).filter((/** @type {number} */ v) => v > 0);
  const [first, last] = [Math.min(...steps), Math.max(...steps)];
  const [low, high] = [Math.log(Math.min(...values)), Math.log(Math.max(...values))];
  const x = (/** @type {number} */ step) => left + ((step - first) / (last - first || 1)) * (width - left - 14);
  const y = (/** @type {number} */ value) => 18 + (1 - (Math.log(value) - low) / (high - low || 1)) * (height - bottom - 24);
  const fine = high - low < Math.log(30); // labels must not lie on one another where the picture is small
  const ticks = (fine ? [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100] : [0.001, 0.01, 0.1, 1, 10, 100, 1000]).filter((v) => Math.log(v) >= low && Math.log(v) <= high);
  const wide = [1, 2, 4, 6, 12, 24, 36, 60, 120].find((size) => (last - first) / size <= 8) ?? 240;
  const marks = [];
  for (let step = Math.ceil(first / wide) * wide; step <= last; step += wide) marks.push(step);
  const path = (/** @type {any} */ era) => era.steps.map((/** @type {number} */ step, /** @type {number} */ i) => (era.values[i] > 0 ? `${x(step).toFixed(1)} ${y(era.values[i]).toFixed(1)}` : "")).filter(Boolean).join("L");
  return s("svg.line-chart.overlay-chart", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label },
    ticks.map((tick) => [s("path.axis", { d: `M${left} ${y(tick)}H${width - 14}` }), s("text", { x: left - 6, y: y(tick) + 4, "text-anchor": "end" }, `×${tick}`)]),
    s("path.zero", { d: `M${x(0)} 6V${height - bottom}` }),
    marks.map((step) => s("text", { x: x(step), y: height - 36, "text-anchor": "middle" }, step > 0 ? `+${step}` : String(step))),
    s("text", { x: width - 14, y: height - 6, "text-anchor": "end" }, say(`web.market.steps.${unitOf(overlay.eras[0].zero)}`)),
    overlay.eras.map((/** @type {any} */ era, /** @type {number} */ i) => s(`path.era.era-${i}`, { d: `M${path(era)}` })));
}
