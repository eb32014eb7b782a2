// @ts-check
// How to read the map, drawn with the same shapes as the map.
import { h, s } from "kanryu/dom";
import { say } from "kanryu/words";

export function legend() {
  const item = (/** @type {string} */ rung, /** @type {string} */ text) => h("li", s("svg", { viewBox: "0 0 40 12", width: 40, height: 12, "aria-hidden": "true" },
    rung === "back" ? s("g.ribbon.paid.back", {}, s("path.body", { d: "M1 2H39V10H1Z" })) :
    rung === "unknown" ? s("g.ribbon.bound.unknown", {}, s("path.thread", { d: "M1 6H39", "stroke-width": 1.4 })) :
    s(`g.ribbon.${rung}`, {}, rung === "ended" ? [s("path.body", { d: "M1 2H16V10H1Z" }), s("path.body", { d: "M24 2H39V10H24Z" })] : s("path.body", { d: "M1 2H39V10H1Z" }), rung === "bound" || rung === "talked" ? s("path.side", { d: "M1 2H39M1 10H39" }) : null)), text);
  return h("ul.legend", { "aria-label": say("web.map.legend") },
    item("paid", say("names.rung.paid")), item("bound", say("names.rung.bound")), item("talked", say("names.rung.talked")), item("ended", say("names.rung.ended")), item("unknown", say("numbers.unknown")), item("back", say("web.map.came_back")),
    h("li.quiet", say("web.map.width")));
}
