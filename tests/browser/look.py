"""A real headless browser opens the pages: nothing is asked for or said, filters and keys work, nothing acts.

    python -m tests.browser.look FOLDER CHROMIUM

Each check ends the program where it fails. Two screenshots are left beside the pages, in light and dark.
"""

import sys
from pathlib import Path
from statistics import median

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

SLOWEST_FILTER = 200  # milliseconds, the median of five
COUNT = "document.querySelectorAll('#grid tbody tr[data-c]:not([hidden])').length"
FILTERED = """async word => {
  const field = document.querySelector('#filter input[type=search]'), started = performance.now();
  field.value = word; field.dispatchEvent(new Event('input', {bubbles: true}));
  document.body.offsetHeight; await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - started;
}"""
CLOSED = """[...document.querySelectorAll('#grid td.v a')].filter(cell => {
  const there = document.getElementById(cell.getAttribute('href').slice(1));
  return !there || !there.textContent.includes(cell.textContent.trim().split(' ')[1].slice(0, 4));
}).length"""


def opened(browser, file, **told):
    """The page, with a list of all that it said or asked for."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}, **told).new_page()
    noted = []
    page.on("console", lambda message: noted.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: noted.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (noted.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on(
        "request",
        lambda request: request.url == file.as_uri() or noted.append(f"request: {request.url[:80]}"),
    )
    page.goto(file.as_uri())
    return page, [one for one in noted if not one.startswith("request: data:")]


def check(holds, told):
    """Say what holds; end where it doesn't."""
    print(f"{'ok  ' if holds else 'FAIL'} {told}", flush=True)  # noqa: T201
    if not holds:
        raise SystemExit(1)


def opens_and_filters(browser, file):
    """Every cell opens; text, verdict, family and order do what they say."""
    page, noted = opened(browser, file)
    everything = page.evaluate(COUNT)
    check(
        page.evaluate(CLOSED) == 0, f"{file.name}: each of {page.locator('#grid td.v a').count()} cells opens"
    )
    page.fill("#filter input[type=search]", page.locator("#grid tbody th a").nth(3).inner_text())
    check(
        0 < page.evaluate(COUNT) < everything,
        f"{file.name}: text leaves {page.evaluate(COUNT)} of {everything}",
    )
    page.click("#filter button[type=reset]")
    page.wait_for_function(f"{COUNT} === {everything}")
    boxes = page.locator("#filter input[type=checkbox]")
    for number in range(1, boxes.count()):
        boxes.nth(number).uncheck()
    word = boxes.nth(0).get_attribute("value")
    only = page.locator(f"#grid tbody tr[data-c]:has(td.v[data-v='{word}'])").count()
    check(page.evaluate(COUNT) == only, f"{file.name}: {only} claims are {word} for a model")
    page.click("#filter button[type=reset]")
    family = page.locator("#filter select[name=family] option").nth(1).inner_text()
    page.select_option("#filter select[name=family]", family)
    shown = page.locator("#grid thead th[data-f]:visible")
    check(
        {shown.nth(n).get_attribute("data-f") for n in range(shown.count())} == {family},
        f"{file.name}: family {family}",
    )
    page.select_option("#filter select[name=family]", "")
    page.locator("#grid thead th button").nth(1).click()
    order = page.evaluate(
        "[...document.querySelectorAll('#grid tbody tr[data-c]')].map(r => r.cells[1].dataset.v)"
    )
    check(
        order == sorted(order, key=list(dict.fromkeys(order)).index),
        f"{file.name}: sorted by the first model",
    )
    check(noted == [], f"{file.name}: no message, no request {noted}")


def works_by_keys(browser, file):
    """Skip link, filter, cell and details, with nothing but keys."""
    page, _ = opened(browser, file)
    focused = "document.activeElement.matches({!r})"
    page.keyboard.press("Tab")
    check(page.evaluate(focused.format(".skip")), f"{file.name}: the first key reaches the skip link")
    for selector, key in (("#filter input[type=search]", "Tab"), ("#grid td.v a", "Tab")):
        for _ in range(80):
            page.keyboard.press(key)
            if page.evaluate(focused.format(selector)):
                break
        check(page.evaluate(focused.format(selector)), f"{file.name}: {selector} is reached by Tab")
    page.keyboard.press("Enter")
    check("#c-" in page.url, f"{file.name}: Enter opens a cell")
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate(focused.format("summary")):
            break
    page.keyboard.press("Enter")
    check(
        page.evaluate("document.activeElement.parentElement.open"), f"{file.name}: Enter opens what is folded"
    )


def is_kind(browser, file, scheme):
    """What axe calls serious or critical; a screenshot to look at."""
    page, _ = opened(browser, file, color_scheme=scheme)
    page.screenshot(path=file.with_name(f"{file.stem}-{scheme}.png"))
    found = [
        one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")
    ]
    told = [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]
    check(found == [], f"{file.name}, {scheme}: nothing serious {told}")


def is_complete_without_scripts(browser, file):
    """All claims are there, and the form that would need a script is not."""
    page, _ = opened(browser, file, java_script_enabled=False)
    claims = page.locator("article").count()
    check(
        claims == page.locator("article:visible").count() > 0, f"{file.name}: {claims} claims without scripts"
    )
    check(page.locator("#filter:visible").count() == 0, f"{file.name}: no form without scripts")


def filters_quickly(browser, file):
    """The median of five, after one to warm up."""
    page, _ = opened(browser, file)
    cells = page.locator("#grid td.v").count()
    times = [page.evaluate(FILTERED, word) for word in ("level", "T1", "", "T33", "stay", "T7")][1:]
    check(
        cells >= 3000 and median(times) < SLOWEST_FILTER, f"{cells} cells filtered in {median(times):.0f} ms"
    )


def moves_through_layers(browser, file):
    """The range shows one layer of a token map at a time, by keys too."""
    page, _ = opened(browser, file)
    shown = page.locator("[data-layer]:visible")
    check(shown.count() == 1, f"{file.name}: one layer of a map is shown")
    page.focus("input[type=range]")
    page.keyboard.press("ArrowRight")
    check(shown.get_attribute("data-layer") == "1", f"{file.name}: a key shows the next layer")
    page.locator("[data-layer]:visible summary").click()
    page.focus("input[type=range]")
    page.keyboard.press("ArrowLeft")
    words = page.locator("[data-layer]:visible table.wg").first
    check(words.is_visible(), f"{file.name}: the words of another layer are open too")


def does_not_act(browser, file):
    """Scripts in what models say stay text."""
    page, noted = opened(browser, file)
    check(page.evaluate("window.acted") is None, f"{file.name}: nothing acted")
    check("<script>window.acted" in page.inner_text("main"), f"{file.name}: it is shown as text")
    check(noted == [], f"{file.name}: no message, no request {noted}")


def main(folder, chromium):
    """All checks, page by page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name in ("embedded", "some"):
            file = folder / f"{name}.html"
            opens_and_filters(browser, file)
            works_by_keys(browser, file)
            is_complete_without_scripts(browser, file)
            for scheme in ("light", "dark"):
                is_kind(browser, file, scheme)
        moves_through_layers(browser, folder / "some.html")
        does_not_act(browser, folder / "acting.html")
        filters_quickly(browser, folder / "many.html")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2])
