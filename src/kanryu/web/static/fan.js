// @ts-check
// A fan of many runs: bands of quantiles, the median, and what was observed as dots.
import { s } from "kanryu/dom";

/**
 * @param {{quarters: string[], bands: Record<string, number[]>, observed: Record<string, number>}} fan
 * @param {string} label @param {(value: number) => string} format
 */
export function fanChart(fan, label, format) {
  const [width, height, left, bottom] = [460, 190, 78, 22];
  const n = fan.quarters.length;
  const observed = Object.entries(fan.observed ?? {}).map(([quarter, value]) => [fan.quarters.indexOf(quarter), value]).filter(([i]) => i >= 0);
  const top = 1.05 * Math.max(1e-12, ...(fan.bands["0.9"] ?? fan.bands["0.95"]), ...observed.map(([, v]) => v));
  const x = (/** @type {number} */ i) => left + (i / Math.max(1, n - 1)) * (width - left - 6);
  const y = (/** @type {number} */ v) => 6 + (1 - v / top) * (height - bottom - 6);
  const band = (/** @type {string} */ low, /** @type {string} */ high) => "M" + fan.bands[high].map((v, i) => `${x(i).toFixed(1)} ${y(v).toFixed(1)}`).join("L") + "L" + fan.bands[low].map((v, i) => `${x(i).toFixed(1)} ${y(v).toFixed(1)}`).reverse().join("L") + "Z";
  return s("svg.fan", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label },
    [0, 0.5, 1].map((part) => [s("path.axis", { d: `M${left} ${y(top * part)}H${width - 6}` }), s("text", { x: left - 6, y: y(top * part) + 4, "text-anchor": "end" }, format(top * part))]),
    s("path.wide", { d: band("0.1", "0.9") }), s("path.narrow", { d: band("0.25", "0.75") }),
    s("path.middle", { d: "M" + fan.bands["0.5"].map((v, i) => `${x(i).toFixed(1)} ${y(v).toFixed(1)}`).join("L") }),
    observed.map(([i, v]) => s("circle.seen", { cx: x(i), cy: y(v), r: 3 })),
    fan.quarters.map((quarter, i) => (quarter.endsWith("Q1") && i % 8 === 0 ? s("text", { x: x(i), y: height - 6 }, quarter.slice(0, 4)) : null)));
}
