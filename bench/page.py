"""The page: first paint, first number, frames a second at 600 flows, bytes sent, size of the published file.

Limits of house style section 8: first paint under 1 s, first number within 1 s of the server answering, 55 frames a
second at 600 flows, script and style under 150 KB, published AI case under 2 MB. Needs Chromium and Playwright.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from kanryu.web import page as files
from kanryu.web.pictures import ARGUMENTS, BROWSERS, serve_aside
from kanryu.web.publish import publish

# the same wheel with copies of its flows until there are 600
MANY = """async () => {
  const [map, api, evidence] = await Promise.all(["map", "api", "evidence"].map((name) => import(`kanryu/${name}`)));
  const parts = await Promise.all(["wheel", "facts", "picture"].map((name) => api.get(`cases/ai/${name}`)));
  const [wheel, facts, shown] = parts;
  const names = new Map(facts.entities.map((entity) => [entity.id, entity]));
  const flows = [];
  for (let i = 0; flows.length < 600; i++) {
    const flow = shown.flows[i % shown.flows.length];
    flows.push({ ...flow, key: `${flow.key}#${i}`, amount: evidence.standing(flow) });
  }
  const view = map.mapView(wheel, names);
  view.element.style.height = "700px";
  document.querySelector("#main").replaceChildren(view.element);
  view.show(flows, {});
  const canvas = view.element.querySelector("canvas");
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  await wait(500);
  const [before, from] = [Number(canvas.dataset.frames), performance.now()];
  await wait(3000);
  const seconds = (performance.now() - from) / 1000;
  return { flows: view.element.dataset.flows, fps: (Number(canvas.dataset.frames) - before) / seconds };
}"""


def main() -> None:
    """Print the figures."""
    import shutil

    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        print("no Chromium on this machine")
        return
    sent = sum(len(content) for content in files.files().values())
    core = sum(len(content) for name, content in files.files().items() if not name.startswith("views/"))
    front = core + len(files.files()["views/front.js"])
    print(f"script and style: first view {front / 1000:.0f} KB, all views {sent / 1000:.0f} KB, ", end="")
    print(f"as sent (gzip) {sum(map(len, files.zipped().values())) / 1000:.0f} KB")
    address = serve_aside("ai")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        for name in ("first visit", "second visit"):
            page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
            start = time.perf_counter()
            page.goto(f"{address}/en/")
            page.wait_for_selector(".answer .big")
            number = time.perf_counter() - start
            paint = page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
            print(f"{name}: first paint {paint:.0f} ms, first number {1000 * number:.0f} ms")
        page.goto(f"{address}/en/method")
        page.wait_for_selector("#example .ibar")
        found = page.evaluate(MANY)
        print(f"{found['flows']} flows: {found['fps']:.1f} frames a second")
        browser.close()
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        made = publish("ai", Path(folder) / "ai.html")
        print(f"published: {made.bytes / 1e6:.2f} MB, {made.answers} answers, {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
