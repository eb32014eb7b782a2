// @ts-check
// Events of a few legs on one line of time, so that the order can be seen: who moved first, what came back when.
import { s } from "kanryu/dom";
import { day } from "kanryu/numbers";
import { say } from "kanryu/words";

const RUNG = { rumoured: "talked", announced: "talked", loi: "talked", signed: "bound", amended: "bound", completed: "bound", paid_part: "paid", paid_full: "paid", cancelled: "ended", lapsed: "ended", replaced: "ended", defaulted: "ended", written_off: "ended" };

/** @param {string} status */
export function rungOf(status) {
  return /** @type {Record<string, string>} */ (RUNG)[status] ?? "talked";
}

/**
 * @param {{key: string, label: string, back?: boolean, events: any[], start?: any, end?: any}[]} rows
 * @param {string | undefined} knownBy events after this day are drawn empty
 */
export function timeline(rows, knownBy) {
  const at = (/** @type {string} */ text) => Date.parse(text) / 864e5;
  const all = rows.flatMap((row) => row.events.flatMap((event) => [at(event.date.first), at(event.date.last)]));
  if (!all.length) return null;
  let [first, last] = [Math.min(...all), Math.max(...all)];
  const pad = Math.max(30, (last - first) * 0.06);
  [first, last] = [first - pad, last + pad];
  const [width, left, rowHeight] = [900, 10, 64];
  const x = (/** @type {number} */ value) => left + ((value - first) / (last - first)) * (width - 2 * left);
  const height = rows.length * rowHeight + 40;
  const years = [];
  for (let year = new Date(first * 864e5).getUTCFullYear(); year <= new Date(last * 864e5).getUTCFullYear() + 1; year++) {
    const place = at(`${year}-01-01`);
    if (place > first && place < last) years.push(s("g.year", {}, s("path", { d: `M${x(place)} 8V${height - 24}` }), s("text", { x: x(place) + 4, y: height - 10 }, String(year))));
  }
  if (last - first < 800) {
    for (let month = new Date(first * 864e5).getUTCFullYear() * 12 + new Date(first * 864e5).getUTCMonth() + 1; ; month += last - first > 400 ? 3 : 1) {
      const iso = `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}`;
      const place = at(`${iso}-01`);
      if (place >= last) break;
      if (month % 12) years.push(s("g.year.month", {}, s("path", { d: `M${x(place)} ${height - 34}V${height - 24}` }), s("text", { x: x(place) + 3, y: height - 10 }, day(iso))));
    }
  }
  const picture = s("svg.timeline", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": say("web.loops.time_line") }, years,
    rows.map((row, i) => {
      const y = 44 + i * rowHeight;
      const marks = [...row.events].sort((p, q) => (p.date.last < q.date.last ? -1 : 1));
      return s(`g.lane${row.back ? ".back" : ""}`, {}, s("text.lane-name", { x: left, y: y - 17 }, row.label), s("path.lane-line", { d: `M${x(at(marks[0]?.date.first ?? "2000-01-01"))} ${y}H${x(last)}` }),
        marks.map((event) => {
          const [p, q] = [x(at(event.date.first)), x(at(event.date.last))];
          const later = knownBy && event.known_on.last > knownBy;
          return s(`g.mark-event.${rungOf(event.status)}${later ? ".later" : ""}`, {}, q - p > 12 ? s("rect", { x: p, y: y - 5, width: q - p, height: 10, rx: 5 }) : s("circle", { cx: (p + q) / 2, cy: y, r: 6.5 }), s("title", {}, `${day(event.date)} · ${say(`names.status.${event.status}`)} · ${event.what}`));
        }));
    }),
    knownBy && at(knownBy) < last && at(knownBy) > first ? s("g.today", {}, s("path", { d: `M${x(at(knownBy))} 4V${height - 24}` }), s("text", { x: x(at(knownBy)) - 4, y: 14, "text-anchor": "end" }, say("web.time.stand", { day: day(knownBy) }))) : null);
  return picture;
}
