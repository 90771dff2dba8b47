"""A page in a real browser: what it asked for, what its console said, and how it stands up to a look.

    with chromium.launched() as browser:
        visit = chromium.opened(browser, file.as_uri(), width=390, scheme="dark")
        assert visit.requests == [file.as_uri()] and not visit.faults
        assert not chromium.sideways(visit.page) and not chromium.grave(visit.page)

`tests/conftest.py` has the fixtures; the functions here need no pytest, so that scripts which make
pictures can use them too.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATH = next(filter(None, map(shutil.which, NAMES)), None)
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")

#: Widths a page must stand, and a height for each: a telephone, a laptop, a projector.
HEIGHTS = {390: 844, 1280: 800, 1920: 1080}
WIDTHS = tuple(HEIGHTS)

Scheme = Literal["light", "dark"]

#: axe's impacts that a page must be free of.
GRAVE = {"serious", "critical"}

_SIDEWAYS = """() => {
  const root = document.documentElement, wide = root.clientWidth;
  if (root.scrollWidth <= wide) return [];
  const inside = e => { for (let p = e.parentElement; p && p !== document.body; p = p.parentElement)
    if (getComputedStyle(p).overflowX !== 'visible') return true; return false; };
  const out = [...document.querySelectorAll('body *')].filter(e =>
    e.getBoundingClientRect().right > wide + 1 && !inside(e)).map(e =>
    `${e.tagName.toLowerCase()}#${e.id}.${e.getAttribute('class') || ''} to ` +
    Math.round(e.getBoundingClientRect().right));
  return [`${root.scrollWidth} px in ${wide}`, ...out.slice(0, 8)];
}"""

_OVERLAPS = """([within, slack]) => {
  const shown = e => e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true});
  const boxes = [];
  for (const root of document.querySelectorAll(within)) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode, parent = node.parentElement;
      if (!node.data.trim() || !parent || !shown(parent)) continue;
      if (parent.closest('script,style,noscript,option,[data-unformatted=""],.modebar,.sr-only')) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const b of range.getClientRects()) if (b.width > 2 && b.height > 2)
        boxes.push({parent, text: node.data.trim().slice(0, 40), l: b.left + scrollX, r: b.right + scrollX,
                    t: b.top + scrollY, b: b.bottom + scrollY});
    }
  }
  boxes.sort((x, y) => x.t - y.t);
  const found = [];
  for (let i = 0; i < boxes.length; i++)
    for (let j = i + 1; j < boxes.length && boxes[j].t < boxes[i].b; j++) {
      const a = boxes[i], c = boxes[j];
      if (a.parent === c.parent) continue;
      const w = Math.min(a.r, c.r) - Math.max(a.l, c.l), h = Math.min(a.b, c.b) - Math.max(a.t, c.t);
      if (w > slack && h > slack) found.push(`${a.text} | ${c.text} ` +
        `(${Math.round(w)} x ${Math.round(h)} px at ${Math.round(a.l)}, ${Math.round(a.t)})`);
    }
  return [...new Set(found)].slice(0, 20);
}"""

_CONTROLS = """() => {
  const kinds = 'a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex="-1"])';
  const all = [...document.querySelectorAll(kinds)].filter(e => !e.disabled && e.tabIndex >= 0
    && e.checkVisibility({checkVisibilityCSS: true}));
  // Of radio buttons of one name Tab stops at one; arrows reach the others.
  const radios = new Set();
  const kept = all.filter(e => {
    if (e.type !== 'radio') return true;
    if (radios.has(e.name)) return false;
    return radios.add(e.name);
  });
  kept.forEach((e, i) => { e.dataset.control = i; });
  for (const e of all.filter(e => e.type === 'radio'))
    e.dataset.control = kept.find(k => k.name === e.name && k.type === 'radio').dataset.control;
  return kept.map(e => `${e.tagName.toLowerCase()}#${e.id} ` +
    (e.getAttribute('aria-label') || e.textContent || '').trim().slice(0, 40));
}"""

_FOCUSED = """() => document.activeElement && document.activeElement.dataset
  ? document.activeElement.dataset.control ?? null : null"""


@dataclass(slots=True)
class Visit:
    """A page that is open, and what came of opening it."""

    page: Any
    requests: list[str] = field(default_factory=list)  # every one, the page's own included
    faults: list[str] = field(default_factory=list)  # console errors, warnings, exceptions, what failed

    def elsewhere(self, own: str) -> list[str]:
        """Return the requests to anything but what begins with *own*, `data:` and `blob:` left out."""
        return [url for url in self.requests if not url.startswith((own, "data:", "blob:"))]


@contextmanager
def launched() -> Iterator[Any]:
    """Run the machine's Chromium without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=PATH, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def opened(
    browser: Any, url: str, width: int = 1280, scheme: Scheme = "light", *, ready: str = "", **more: Any
) -> Visit:
    """Open a page in a fresh profile and wait until it has loaded, and until the script *ready* is true.

    *more* goes to Playwright's `new_context`, as ``forced_colors="active"`` or ``locale="ko-KR"``.
    """
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHTS.get(width, 800)}, color_scheme=scheme, **more
    )
    visit = Visit(context.new_page())
    page = visit.page
    page.on("request", lambda request: visit.requests.append(request.url))
    page.on("requestfailed", lambda request: visit.faults.append(f"failed: {request.url}"))
    page.on("pageerror", lambda error: visit.faults.append(f"exception: {error}"))
    page.on("console", lambda said: _note(visit, said))
    page.goto(url)
    page.wait_for_load_state("load")
    if ready:
        page.wait_for_function(ready)
    return visit


def _note(visit: Visit, said: Any) -> None:
    if said.type in {"error", "warning"}:
        visit.faults.append(f"{said.type}: {said.text}")


def sideways(page: Any) -> list[str]:
    """Return what makes the page scroll sideways, nothing where it does not."""
    return list(page.evaluate(_SIDEWAYS))


def overlapping(page: Any, within: str = "body", slack: float = 3.0) -> list[str]:
    """Return pairs of visible texts *within* a selector that cover each other by more than *slack* px."""
    return list(page.evaluate(_OVERLAPS, [within, slack]))


def unreached(page: Any, most: int = 600) -> list[str]:
    """Return the controls that pressing Tab from the top does not reach, at most *most* times."""
    controls = page.evaluate(_CONTROLS)
    page.evaluate("() => { document.activeElement?.blur(); window.scrollTo(0, 0); }")
    met: set[str] = set()
    for _ in range(min(most, 2 * len(controls) + 20)):
        page.keyboard.press("Tab")
        at = page.evaluate(_FOCUSED)
        if at is not None:
            met.add(at)
        if len(met) == len(controls):
            break
    return [told for number, told in enumerate(controls) if str(number) not in met]


def grave(page: Any) -> list[str]:
    """Return axe's serious and critical findings, a line each: rule, how many, where first, what is wrong."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']} ({each['impact']}, {len(each['nodes'])}): {each['nodes'][0]['target']} "
        f"{each['nodes'][0].get('failureSummary', '')} {each['nodes'][0]['html'][:160]}"
        for each in found
        if each["impact"] in GRAVE
    ]


def saved(page: Any, file: Path, *, whole: bool = True) -> Path:
    """Take a picture of the page."""
    page.screenshot(path=str(file), full_page=whole, animations="disabled")
    return file
