// @ts-check
// The test for explosive growth of one series: its statistic, the dates by the family line, and how often chance is dated.
import { h } from "kanryu/dom";
import { lineChart } from "kanryu/linechart";
import { count, share } from "kanryu/numbers";
import { table } from "kanryu/table";
import { say } from "kanryu/words";

/** @param {any} test @param {string} title */
export function explosivePart(test, title) {
  return Object.values(test.columns).map((/** @type {any} */ column) => [
    lineChart({ times: column.ends, values: column.bsadf, limit: column.lines.family, episodes: column.episodes, label: `${title}: ${say("web.market.statistic")}` }),
    h("p.kind", say("web.market.above")),
    datesBy("family", column, title),
    h("p.quiet", alarm(column.false_alarms.family)),
    h("details", h("summary.quiet", say("web.market.error_rate")), ["running", "pointwise"].map((line) => h("section.other-line", h("p", say(`web.market.line_note.${line}`)), h("p", alarm(column.false_alarms[line])), datesBy(line, column, title)))),
  ]);
}

/** @param {string} line @param {any} column @param {string} title */
function datesBy(line, column, title) {
  const values = { line: say(`market.explosive.line_${line}`), shortest: column.shortest };
  const found = column.episodes_by_line[line];
  if (!found.length) return h("p.dates", say("web.market.no_dates", values));
  return h("div.dates", h("p", say("web.market.dates_of", values)), table([
    { title: say("web.market.from"), cell: (one) => one.start },
    { title: say("web.market.to"), cell: (one) => (one.is_running ? say("web.market.still") : one.end) },
    { title: say("web.market.peak"), cell: (one) => one.peak },
    { title: say("web.market.kind"), cell: (one) => say(`web.market.${one.kind}`) },
  ], found, `${title}: ${say("web.market.dates_of", values)}`));
}

/** @param {any} rate */
function alarm(rate) {
  return say("web.market.alarm", { line: say(`market.explosive.line_${rate.line}`), walks: count(rate.walks), share: percent(rate.walks_with_episode), each: rate.episodes_per_walk.toFixed(rate.episodes_per_walk < 0.1 ? 3 : 2), any: percent(rate.walks_with_alarm) });
}

/** Small rates keep a digit. @param {number} value */
function percent(value) {
  return value > 0 && value < 0.1 ? `${(100 * value).toFixed(1)}%` : share(value);
}
