// @ts-check
// Geometry of one ribbon: a curve between two places, as wide as its money, trimmed at the circles it joins.

/** @typedef {{x: number, y: number, r: number}} Place */
/** @typedef {{x: number, y: number}} Point */

const STEPS = 26;

/** Width in pixels: square root of the amount, so that an area reads as money; a hairline where nothing is known. @param {number | null} amount @param {number} largest @param {number} most */
export function widthOf(amount, largest, most) {
  if (amount === null || !(largest > 0)) return 1.1;
  return Math.max(1.6, Math.sqrt(Math.max(amount, 0) / largest) * most);
}

/**
 * Points along the middle of a ribbon, from rim to rim.
 * @param {Place} from @param {Place} to @param {Point & {around?: {from: number, to: number, r: number}}} control a bend, or a way around the hub @param {number} shift pixels to the left of the way
 * @returns {Point[]}
 */
export function middleLine(from, to, control, shift) {
  /** @type {Point[]} */
  const all = [];
  for (let i = 0; i <= 60; i++) {
    const t = i / 60;
    if (control.around) {
      const turn = ((control.around.from + (control.around.to - control.around.from) * t) * Math.PI) / 180;
      all.push({ x: Math.sin(turn) * control.around.r, y: -Math.cos(turn) * control.around.r });
      continue;
    }
    const [p, q, r] = [(1 - t) ** 2, 2 * (1 - t) * t, t ** 2];
    all.push({ x: p * from.x + q * control.x + r * to.x, y: p * from.y + q * control.y + r * to.y });
  }
  const inside = all.filter((p) => Math.hypot(p.x - from.x, p.y - from.y) >= from.r + 1 && Math.hypot(p.x - to.x, p.y - to.y) >= to.r + 2);
  const kept = inside.length > 3 ? inside : all;
  const line = resample(kept, STEPS);
  if (!shift) return line;
  return line.map((p, i) => {
    const n = normal(line, i);
    const ease = Math.sqrt(Math.max(0, Math.sin((Math.PI * i) / (line.length - 1)))); // lanes meet again at the circles
    return { x: p.x + n.x * shift * ease, y: p.y + n.y * shift * ease };
  });
}

/** @param {Point[]} points @param {number} count */
function resample(points, count) {
  const lengths = [0];
  for (let i = 1; i < points.length; i++) lengths.push(lengths[i - 1] + Math.hypot(points[i].x - points[i - 1].x, points[i].y - points[i - 1].y));
  const total = lengths[lengths.length - 1];
  const line = [];
  for (let k = 0, i = 0; k <= count; k++) {
    const at = (total * k) / count;
    while (i < points.length - 2 && lengths[i + 1] < at) i++;
    const part = (at - lengths[i]) / (lengths[i + 1] - lengths[i] || 1);
    line.push({ x: points[i].x + (points[i + 1].x - points[i].x) * part, y: points[i].y + (points[i + 1].y - points[i].y) * part });
  }
  return line;
}

/** Unit normal to the left of the way. @param {Point[]} line @param {number} i */
function normal(line, i) {
  const [p, q] = [line[Math.max(0, i - 1)], line[Math.min(line.length - 1, i + 1)]];
  const far = Math.hypot(q.x - p.x, q.y - p.y) || 1;
  return { x: (q.y - p.y) / far, y: -(q.x - p.x) / far };
}

const f = (/** @type {number} */ value) => value.toFixed(1);

/** The two sides of a ribbon as an SVG path; `from` and `to` in [0, 1] cut a part out. @param {Point[]} line @param {number} width @param {number} [from] @param {number} [to] */
export function outline(line, width, from = 0, to = 1) {
  const [first, last] = [Math.round(from * (line.length - 1)), Math.round(to * (line.length - 1))];
  const left = [];
  const right = [];
  for (let i = first; i <= last; i++) {
    const n = normal(line, i);
    left.push(`${f(line[i].x + (n.x * width) / 2)} ${f(line[i].y + (n.y * width) / 2)}`);
    right.push(`${f(line[i].x - (n.x * width) / 2)} ${f(line[i].y - (n.y * width) / 2)}`);
  }
  return `M${left.join("L")}L${right.reverse().join("L")}Z`;
}

/** The two long sides only, left open at the ends. @param {Point[]} line @param {number} width */
export function sides(line, width) {
  const path = (/** @type {number} */ sign) => "M" + line.map((p, i) => {
    const n = normal(line, i);
    return `${f(p.x + (sign * n.x * width) / 2)} ${f(p.y + (sign * n.y * width) / 2)}`;
  }).join("L");
  return path(1) + path(-1);
}

/** @param {Point[]} line */
export function centre(line) {
  return "M" + line.map((p) => `${f(p.x)} ${f(p.y)}`).join("L");
}

/** An arrowhead a little past the middle. @param {Point[]} line @param {number} width */
export function arrow(line, width) {
  const i = Math.round(line.length * 0.6);
  const n = normal(line, i);
  const size = Math.min(9, Math.max(4, width * 0.62));
  const tip = { x: line[i].x - n.y * size, y: line[i].y + n.x * size };
  const back = { x: line[i].x + n.y * size * 0.6, y: line[i].y - n.x * size * 0.6 };
  return `M${f(tip.x)} ${f(tip.y)}L${f(back.x + n.x * size)} ${f(back.y + n.y * size)}L${f(back.x - n.x * size)} ${f(back.y - n.y * size)}Z`;
}
