"""The report in a real browser: no network, no errors, keyboard and pointer move both throws."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from builders import build_assessment, build_faults, build_stages
from handball.reporting.html import render_report

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", "--no-first-run", "--disable-quic")  # fmt: skip
PICTURE = "canvas => canvas.toDataURL()"

SMALL_TEXTS = """() => [...document.querySelectorAll('body *')].filter((one) => {
  const own = [...one.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
  const seen = one.getBoundingClientRect().width > 0 && !one.closest('script, style, title, .scene');
  const scale = seen && one.ownerSVGElement ? Math.abs(one.getScreenCTM().a) : 1;
  return own && seen && scale * parseFloat(getComputedStyle(one).fontSize) < 13.95;
}).map((one) => one.textContent.trim().slice(0, 30))"""
SMALL_TARGETS = """() => [
  ...document.querySelectorAll('button, summary, select, input, [role=slider]')
].filter((one) => {
  const box = (one.closest('label') || one).getBoundingClientRect();
  return box.width < 44 || box.height < 44;
}).map((one) => one.id || one.name || one.textContent)"""
FAINT_TEXTS = """() => {
  const parts = (color) => color.match(/[\\d.]+/g).map(Number);
  const share = (value) => (value <= 10 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * share(r) + 0.7152 * share(g) + 0.0722 * share(b);
  const behind = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const [r, g, b, alpha = 1] = parts(getComputedStyle(at).backgroundColor);
      if (alpha > 0.99) return [r, g, b];
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll('body *')].filter((one) => {
    const own = [...one.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own || !one.getBoundingClientRect().width || one.closest('script, style, title, .scene')) return false;
    const svg = one.ownerSVGElement, filled = one.matches('.c-number:not(.coach, .learner)');
    const under = filled ? parts(getComputedStyle(one.previousElementSibling).fill) : behind(svg || one);
    const ink = parts(svg ? getComputedStyle(one).fill : getComputedStyle(one).color);
    const opacity = Number(getComputedStyle(one).opacity);
    const seen = ink.slice(0, 3).map((value, k) => value * opacity + under[k] * (1 - opacity));
    const [low, high] = [light(seen), light(under)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05) < 4.5;
  }).map((one) => one.textContent.trim().slice(0, 30));
}"""

pytestmark = pytest.mark.browser


def chromium_path():
    named = os.environ.get("CHROMIUM")
    found = [shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")]
    return next((path for path in (named, *found) if path and Path(path).exists()), None)


@pytest.fixture(scope="module")
def browser():
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium found: install one or set CHROMIUM to its path")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    pages = {
        "plain": render_report(
            build_assessment(advice=2, faults=build_faults(), stages=build_stages()), "en", (("handball", "0.1.0"),)
        ),
        "german": render_report(
            build_assessment(clips=3, mirrored=True, stages=build_stages()), "de", (("handball", "0.1.0"),)
        ),
        "nothing": render_report(build_assessment(advice=0), "en", (("handball", "0.1.0"),)),
    }
    for name, page in pages.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return folder


class Sight:
    """One open report with everything it asked for and complained about."""

    def __init__(self, browser, file, width=1280, **media):
        self.page = browser.new_page(viewport={"width": width, "height": 800}, **media)
        self.asked, self.complaints = [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(file.as_uri())
        self.page.wait_for_selector("#angle-chart svg")

    def rows(self):
        return [int(self.page.get_attribute(f"#canvas-{role}", "data-row")) for role in ("coach", "learner")]

    def drawn(self, role):
        return self.page.eval_on_selector(f"#canvas-{role}", PICTURE)


@pytest.fixture
def sight(browser, files):
    sight = Sight(browser, files / "plain.html")
    yield sight
    sight.page.close()


@pytest.mark.parametrize("name", ["plain", "german", "nothing"])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_request_no_complaint_and_no_overflow(browser, files, name, width):
    sight = Sight(browser, files / f"{name}.html", width)
    for summary in sight.page.query_selector_all("summary"):
        summary.click()
    assert sight.page.evaluate("document.documentElement.scrollWidth") <= width
    assert [url for url in sight.asked if not url.startswith("data:")] == [sight.page.url]
    assert sight.complaints == []
    sight.page.close()


@pytest.mark.parametrize("name", ["plain", "german", "nothing"])
@pytest.mark.parametrize("width", [360, 1280])
def test_texts_can_be_read_and_controls_touched(browser, files, name, width):
    sight = Sight(browser, files / f"{name}.html", width)
    for summary in sight.page.query_selector_all("summary"):
        summary.click()
    assert sight.page.evaluate(SMALL_TEXTS) == []
    assert sight.page.evaluate(SMALL_TARGETS) == []
    sight.page.close()


@pytest.mark.parametrize("name", ["plain", "nothing"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_stand_out_in_a_bright_and_in_a_dark_hall(browser, files, name, scheme):
    sight = Sight(browser, files / f"{name}.html", color_scheme=scheme)
    for summary in sight.page.query_selector_all("summary"):
        summary.click()
    assert sight.page.evaluate(FAINT_TEXTS) == []
    sight.page.close()


def test_playing_does_not_go_round_for_who_wants_less_motion(browser, files):
    sight = Sight(browser, files / "plain.html", reduced_motion="reduce")
    sight.page.click("[data-jump='3']")
    for _ in range(3):
        sight.page.keyboard.press("ArrowLeft")
    sight.page.click("#play")
    sight.page.wait_for_function("() => document.getElementById('play').getAttribute('aria-label') === 'Play'")
    last = build_assessment().key_actions[3]
    assert sight.rows() == [last.reference.row, last.performance.row]
    sight.page.close()


def test_the_learners_picture_shows_where_the_joint_should_go(sight):
    assert sight.page.locator(".top .shot.learner .arrow").count() == 1
    assert sight.page.locator(".top .shot.coach .arrow").count() == 0
    assert "arrow" in sight.page.inner_text(".top .legend")


def test_every_picture_has_a_text(sight):
    texts = sight.page.eval_on_selector_all(
        "img, canvas, [role=img]", "all => all.map(one => one.getAttribute('aria-label') || one.alt || '')"
    )
    assert len(texts) >= 14
    assert all(text.strip() for text in texts)


def test_the_player_starts_at_the_strike(sight):
    found = build_assessment().key_actions[2]
    assert sight.rows() == [found.reference.row, found.performance.row]


def test_arrow_keys_step_both_throws_along_the_path(sight):
    steps = {tuple(step) for step in build_assessment().alignment.path.tolist()}
    seen = [sight.rows()]
    for _ in range(4):
        sight.page.keyboard.press("ArrowLeft")
        seen.append(sight.rows())
    assert [row for _, row in seen] == list(range(seen[0][1], seen[0][1] - 5, -1))
    assert {tuple(pair) for pair in seen} <= steps
    sight.page.keyboard.press("ArrowRight")
    assert sight.rows() == seen[-2]


def test_numbers_jump_to_the_key_actions(sight):
    for number, found in enumerate(build_assessment().key_actions):
        sight.page.keyboard.press(str(number + 1))
        assert sight.rows() == [found.reference.row, found.performance.row]


def test_the_coach_can_lead(sight):
    sight.page.check("input[name=lead][value=coach]", force=True)
    first = sight.rows()
    sight.page.focus("#player")
    sight.page.keyboard.press("ArrowRight")
    assert sight.rows()[0] == first[0] + 1


def test_playing_moves_on_and_space_stops(sight):
    sight.page.click("[data-jump='0']")
    sight.page.focus("#player")
    first = sight.rows()
    sight.page.keyboard.press(" ")
    sight.page.wait_for_function(
        "row => Number(document.getElementById('canvas-learner').dataset.row) > row + 1", arg=first[1]
    )
    sight.page.keyboard.press(" ")
    assert sight.page.get_attribute("#play", "aria-label") == "Play"
    stopped = sight.rows()
    sight.page.wait_for_timeout(300)
    assert sight.rows() == stopped


@pytest.mark.parametrize("chart", ["angle-chart", "elbow-chart"])
def test_dragging_on_a_curve_moves_the_player(sight, chart):
    svg = sight.page.query_selector(f"#{chart} svg")
    svg.scroll_into_view_if_needed()
    box = svg.bounding_box()
    y = box["y"] + box["height"] / 2
    sight.page.mouse.move(box["x"] + 0.55 * box["width"], y)
    sight.page.mouse.down()
    middle = sight.rows()
    sight.page.mouse.move(box["x"] + 0.95 * box["width"], y, steps=3)
    late = sight.rows()
    sight.page.mouse.up()
    sight.page.mouse.move(box["x"] + 0.1 * box["width"], y)
    assert middle[0] < late[0]
    assert middle[1] < late[1]
    assert sight.rows() == late


def test_curves_take_the_keyboard(sight):
    sight.page.focus("#angle-chart")
    sight.page.keyboard.press("Home")
    start = build_assessment().key_actions[0]
    assert sight.rows() == [start.reference.row, start.performance.row]
    assert sight.page.get_attribute("#angle-chart", "aria-valuenow") == "0"
    assert "°" in sight.page.get_attribute("#angle-chart", "aria-valuetext")


@pytest.mark.parametrize("toggle", ["ghost", "skeleton", "names"])
def test_toggles_draw(sight, toggle):
    sight.page.wait_for_timeout(200)
    before = {role: sight.drawn(role) for role in ("coach", "learner")}
    sight.page.click(f"#show-{toggle}")
    after = {role: sight.drawn(role) for role in ("coach", "learner")}
    assert before["learner"] != after["learner"]
    assert (before["coach"] == after["coach"]) == (toggle == "ghost")
    sight.page.click(f"#show-{toggle}")
    assert sight.drawn("learner") == before["learner"]


def test_choosing_an_angle_draws_its_curve(sight):
    before = sight.page.inner_html("#angle-chart")
    sight.page.select_option("#angle-choice", index=3)
    assert sight.page.inner_html("#angle-chart") != before


def test_every_control_is_reached_by_tab(sight):
    reached = set()
    sight.page.keyboard.press("Tab")
    for _ in range(40):
        reached.add(sight.page.evaluate("document.activeElement.id || document.activeElement.name"))
        sight.page.keyboard.press("Tab")
    wanted = {"step-back", "play", "step-forward", "scrub", "speed", "lead", "show-ghost", "angle-choice"}
    assert wanted | {"angle-chart", "elbow-chart"} <= reached


def test_printing_gives_at_most_four_pages(sight):
    pdf = sight.page.pdf(format="A4", prefer_css_page_size=True)
    assert 1 <= pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") <= 4
