// @ts-check
// One series with its limit on a line of time, episodes shaded. Labels are few; the numbers stand beside the picture.
import { s } from "kanryu/dom";

/**
 * @param {{times: string[], values: (number | null)[], limit?: number[], episodes?: {start: string, end: string}[], label: string}} what
 */
export function lineChart(what) {
  const [width, height, left, bottom] = [900, 220, 44, 26];
  const known = [...what.values, ...(what.limit ?? [])].filter((v) => v !== null && Number.isFinite(v)).map(Number);
  if (!known.length) return null;
  const [low, high] = [Math.min(0, ...known), Math.max(...known) * 1.06 || 1];
  const n = what.times.length;
  const x = (/** @type {number} */ i) => left + (i / Math.max(1, n - 1)) * (width - left - 8);
  const y = (/** @type {number} */ v) => 14 + (1 - (v - low) / (high - low || 1)) * (height - bottom - 14);
  const path = (/** @type {(number | null)[]} */ values) => {
    let pen = "M";
    let d = "";
    const step = Math.max(1, Math.floor(values.length / 900));
    for (let i = 0; i < values.length; i += step) {
      const value = values[i];
      if (value === null || !Number.isFinite(value)) pen = "M";
      else (d += `${pen}${x(i).toFixed(1)} ${y(Number(value)).toFixed(1)}`), (pen = "L");
    }
    return d;
  };
  const place = new Map(what.times.map((time, i) => [time, i]));
  const every = Math.max(1, Math.round(n / 8));
  return s("svg.line-chart", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": what.label },
    (what.episodes ?? []).map((one) => { const [p, q] = [place.get(one.start), place.get(one.end)]; return p === undefined || q === undefined ? null : s("rect.episode", { x: x(p), y: 8, width: Math.max(2, x(q) - x(p)), height: height - bottom - 8 }); }),
    s("path.axis", { d: `M${left} ${y(0)}H${width - 8}` }),
    [low, (low + high) / 2, high].map((v) => s("text", { x: left - 6, y: y(v) + 4, "text-anchor": "end" }, v.toPrecision(2))),
    what.times.map((time, i) => (i % every === 0 && i < n - every / 2 ? s("text", { x: x(i), y: height - 8 }, time.slice(0, 7)) : null)),
    what.limit ? s("path.limit", { d: path(what.limit) }) : null, s("path.line", { d: path(what.values) }));
}
