"""Every view in both languages, light and dark, wide and narrow: drawn, inside its width, readable, all in words."""

import re

import pytest

from kanryu.web.page import files as page_files
from kanryu.web.page import zipped as page_zipped

pytestmark = pytest.mark.browser

VIEWS = {
    "": ".hero h1",
    "map": ".ribbons .ribbon",
    "loops": ".loop-list .loop",
    "loops?loop=oracle~nvidia~openai": ".timeline .mark-event",
    "company": ".deals .deal-row",
    "company?entity=nvidia": ".own .big",
    "deal": ".bar-rows dt",
    "deal?deal=nvda-openai-2026": ".event time",
    "compare": ".versus td",
    "essays": "#B20",
    "facts": "#table td",
    "method": "#example .ibar",
    "break": ".table-frame td",
    "break?link=funding%3Aopenai": ".verdict.impact li",
    "market": ".line-card .value",
    "machine": ".fan .middle",
}
# every view is seen in both languages, both themes and both widths; the crossed pairs are in the slow suite
LOOKS = [
    ("en", False, 1440),
    ("ja", True, 390),
    pytest.param("ja", False, 1440, marks=pytest.mark.slow),
    pytest.param("en", True, 390, marks=pytest.mark.slow),
]

# texts whose contrast with what lies behind them is under 4.5 : 1
CONTRAST = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const linear = (v) => ((v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const c = parse(getComputedStyle(node).backgroundColor);
      if (c.length === 3 || c[3] > 0.95) return c;
    }
    return parse(getComputedStyle(document.documentElement).backgroundColor);
  };
  const low = [];
  for (const node of document.querySelectorAll("p,h1,h2,h3,a,b,span,td,th,dt,dd,li,button,output,label,small")) {
    const own = [...node.childNodes].filter((n) => n.nodeType === 3).map((n) => n.textContent.trim()).join("");
    if (!own || !node.getClientRects().length || node.closest(".sr, .later")) continue;
    const [x, y] = [light(parse(getComputedStyle(node).color)), light(behind(node))];
    const ratio = (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
    if (ratio < 4.5) low.push(`${own.slice(0, 30)} ${ratio.toFixed(2)}`);
  }
  return low.slice(0, 5);
}"""


@pytest.mark.parametrize(("lang", "dark", "width"), LOOKS)
def test_every_view_in_this_look(opened, server, lang, dark, width):
    with opened(f"/{lang}/", width=width, dark=dark) as page:
        for view, drawn in VIEWS.items():
            page.goto(f"{server}/{lang}/{view}")
            page.wait_for_selector(drawn, state="attached")
            where = f"{lang} {view} dark={dark} {width}"
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{where}: wider than the page"
            assert page.evaluate("document.documentElement.lang") == lang
            text = page.locator("#kanryu").inner_text()
            left = re.findall(r"\b(?:web|names|numbers|essays|trace|compare|market|machine)\.[a-z_.]+", text)
            assert left == [], f"{where}: sentences without words"
            assert not [bad for bad in ("undefined", "NaN", "[object") if bad in text], where
            if lang == "ja" and "=" not in view:
                assert re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", page.locator("h1").first.inner_text()), where
            assert page.evaluate(CONTRAST) == [], where


def test_every_control_has_a_name_and_can_be_reached(opened):
    for path in (
        "/en/",
        "/en/map",
        "/en/loops",
        "/en/company?entity=nvidia",
        "/en/facts",
        "/en/method",
        "/en/break",
        "/en/machine",
    ):
        with opened(path) as page:
            nameless = page.evaluate(
                """() => [...document.querySelectorAll("button, a[href], input, select")]
                .filter((n) => n.getClientRects().length && !(n.textContent || n.getAttribute("aria-label") || n.title
                  || n.closest("label")?.textContent
                  || document.querySelector(`label[for="${n.id}"]`)?.textContent || "").trim())
                .map((n) => n.outerHTML.slice(0, 120))"""
            )
            assert nameless == []
            assert page.locator("h1").count() == 1


def test_what_is_sent_before_charts_is_small(opened, server):
    """Script and style under 150 KB: every single view as unpacked text, and all of them together as sent."""
    unpacked: dict[str, int] = {}
    sent: dict[str, int] = {}

    def note(response):
        if "/static/" in response.url:
            unpacked[response.url] = len(response.body())
            sent[response.url] = int(response.headers["content-length"])

    with opened("/en/method") as page:
        page.on("response", note)
        for view in ("", "map", "loops", "company", "deal", "compare", "essays", "facts"):
            page.goto(f"{server}/en/{view}")
            page.wait_for_selector("#main[data-ready]")
    assert len(sent) > 6
    views = {url: size for url, size in unpacked.items() if "/views/" in url}
    core = sum(len(content) for name, content in page_files().items() if not name.startswith("views/"))
    assert core + max(views.values()) < 150_000
    assert sum(len(content) for content in page_zipped().values()) < 100_000
