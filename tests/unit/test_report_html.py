"""The report page as text: complete, self-contained, escaped, in one language, within its size."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import attrs
import numpy as np
import pytest

from builders import build_assessment, build_performance, build_stages, build_standard
from handball.domain.performance import Notice
from handball.domain.standard import StandardAction
from handball.errors import UsageError
from handball.languages import load_catalog
from handball.reporting.html import render_report
from handball.reporting.html.player import aligned_pairs

VERSIONS = (("handball", "0.1.0"), ("pose model", "heavy"))
DATA_URI = re.compile(r"data:image/jpeg;base64,[A-Za-z0-9+/=]+")


class Text(HTMLParser):
    """Collect visible texts and the attributes that are read aloud."""

    def __init__(self):
        super().__init__()
        self.texts, self.images, self._inside = [], [], []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag not in ("meta", "input", "use", "image", "br", "circle", "path", "rect", "link"):
            self._inside.append(tag)
        self.texts += [values[name] for name in ("aria-label", "title", "alt") if values.get(name)]
        if tag in ("img", "canvas") or values.get("role") == "img":
            self.images.append(values)

    def handle_endtag(self, tag):
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass

    def handle_data(self, data):
        if data.strip() and not {"script", "style"} & set(self._inside):
            self.texts.append(re.sub(r"[ \n]+", " ", data).strip())


def parse(page):
    parser = Text()
    parser.feed(page)
    return parser


def page_data(page):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)[1])


def pose_file_assessment(**changes):
    coach = build_performance(with_video=False, path="coach.trc")
    return build_assessment(
        standard=StandardAction(clips=(coach,), medoid=0, band=None),
        performance=build_performance(with_video=False, path="learner.trc", elbow_offset_deg=-25.0, **changes),
    )


@pytest.fixture(scope="module")
def page():
    return render_report(build_assessment(advice=2), "en", VERSIONS)


def test_the_page_tells_its_language(page):
    assert page.startswith("<!doctype html>")
    assert '<html lang="en">' in page
    assert '<html lang="de">' in render_report(build_assessment(), "de", VERSIONS)


def test_an_unknown_language_is_refused():
    with pytest.raises(UsageError, match="Choose one of"):
        render_report(build_assessment(), "xx", VERSIONS)


def test_the_cue_comes_first_and_the_score_last(page):
    places = [page.index(f'id="{name}"') for name in ("cue", "moments-title", "player-title", "curves-title")]
    places += [page.index(f'id="{name}"') for name in ("order-title", "facts-title", "score-title")]
    assert places == sorted(places)
    assert page.index("Done well") < places[1]


def test_there_are_four_rows_of_two_pictures(page):
    rows = re.findall(r'<article class="moment".*?</article>', page, re.S)
    assert [row.count('class="scene"') for row in rows] == [2, 2, 2, 2]
    assert [len(re.findall(r'<li class="finding', row)) for row in rows] == [3, 3, 3, 3]


def test_nothing_is_asked_of_the_network(page):
    bare = DATA_URI.sub("", page).replace("http://www.w3.org/2000/svg", "")
    assert not re.findall(r"https?:|//[a-z]|@import|url\((?!\"data:)", bare)
    assert "default-src &#39;none&#39;" in page


def test_the_policy_allows_exactly_our_script_and_style(page):
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1].replace("&#39;", "'")
    for tag in ("style", "script"):
        inside = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.S)[1]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert not re.search(r"<[a-z]+ [^>]*\b(style|on[a-z]+)=", DATA_URI.sub("", page))


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_missing_number_is_printed(language):
    found = build_assessment(advice=2, clips=3, performance=build_performance(missing=("left_wrist", "right_ankle")))
    page = DATA_URI.sub("", render_report(found, language, VERSIONS))
    assert not re.search(r"\b(nan|inf|NaN|None|Infinity)\b", " ".join(parse(page).texts))
    assert "NaN" not in json.dumps(page_data(page))


def test_file_names_are_escaped():
    evil = build_performance(path="<script>alert(1)<script>.mp4")
    page = render_report(build_assessment(performance=evil), "en", (("<b>", "</script>"),))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;script&gt;.mp4" in page
    assert page.count("</script>") == 2


def test_every_picture_is_described(page):
    images = parse(page).images
    assert len(images) >= 14
    assert all((image.get("aria-label") or image.get("alt") or "").strip() for image in images)


def test_the_german_page_speaks_german():
    english, german = (load_catalog(language).texts for language in ("en", "de"))
    foreign = set(english.values()) - set(german.values())
    texts = parse(render_report(build_assessment(advice=2, clips=3, mirrored=True), "de", VERSIONS)).texts
    said = page_data(render_report(build_assessment(), "de", VERSIONS))
    texts += [*said["texts"].values(), *(curve["label"] for curve in said["angles"]["curves"])]
    assert [text for text in texts if text in foreign] == []
    assert "Ellenbogen des Wurfarms" in texts
    assert any("1,60\N{NO-BREAK SPACE}s" in text for text in texts)


def test_nothing_to_correct_is_a_result():
    page = render_report(build_assessment(advice=0), "en", VERSIONS)
    assert re.search(r'<h1 id="cue">Nothing to correct\.</h1>', page)
    assert "Well thrown" in page
    assert "This clip cannot tell:" in page
    assert "Trunk lean to the side" in page


def test_a_throw_of_which_little_can_be_told_is_not_called_good():
    found = build_assessment(advice=0)
    told, every = found.told
    assert 2 * told >= every
    hidden = tuple(
        attrs.evolve(moment, angles=tuple(attrs.evolve(one, verdict="not_distinguishable") for one in moment.angles))
        for moment in found.key_actions
    )
    page = render_report(attrs.evolve(found, key_actions=hidden), "en", VERSIONS)
    assert f"0 of the {every} most important angles can be told" in page
    assert re.search(r'<h1 id="cue">Nothing sure to correct\.</h1>', page)
    assert "Well thrown" not in page
    assert "top all-good" not in page


def test_a_page_without_praise_measures_peaks_and_athlete_still_stands():
    bare = {"measures": (), "peaks": (), "athlete": None, "pictures": None}
    found = build_assessment(
        advice=0, standard=build_standard(**bare), performance=build_performance(**bare), praise=None, measures=()
    )
    page = render_report(found, "en", VERSIONS)
    assert "The peak speeds cannot be read" in page
    assert "data:image/jpeg" not in page


def test_a_pose_file_is_drawn_as_a_stick_figure():
    page = render_report(pose_file_assessment(missing=("left_wrist",)), "en", VERSIONS)
    assert "<image" not in page
    assert page.count('class="head"') == 10
    assert "pose file, no pictures" in page


def test_a_band_says_how_many_clips():
    page = render_report(build_assessment(clips=3), "en", VERSIONS)
    assert "Spread of 3 coach throws" in page
    curve = page_data(page)["angles"]["curves"][0]
    assert all(low < high for low, high in zip(curve["low"], curve["high"], strict=True) if low is not None)
    assert page_data(render_report(build_assessment(), "en", VERSIONS))["angles"]["curves"][0]["low"] == []


def test_what_cannot_be_measured_shows_no_value(page):
    row = re.search(r'<tr class="v-not_measurable"><th scope="row">([^<]+)</th>(.*?)</tr>', page, re.S)
    assert not re.search(r"\d", re.sub(r"<[^>]+>", "", row[2]))


def test_notices_of_the_pair_and_of_each_clip_are_shown():
    clip = build_performance(notices=(Notice(key="something_of_this_clip", values=(("n", "7"),)),))
    found = build_assessment(performance=clip, notices=(Notice(key="something_of_both"),))
    page = render_report(found, "en", VERSIONS)
    assert "Something of both" in page
    assert "Something of this clip (7)" in page


def test_the_literal_rule_stands_beside_ours(page):
    assert "Paper&#39;s rule: frame 38" in page
    assert page_data(page)["elbow"]["coach"]["literal"][0]["name"] == "strike"


def test_the_pairs_of_the_player_are_steps_of_the_path():
    found = build_assessment()
    data = page_data(render_report(found, "en", VERSIONS))
    steps = {tuple(step) for step in found.alignment.path.tolist()}
    for lead, column in (("coach", 0), ("learner", 1)):
        pairs = np.array(data["pairs"][lead])
        assert {tuple(pair) for pair in pairs.tolist()} <= steps
        assert (np.diff(pairs[:, column]) > 0).all()
        assert (np.diff(pairs[:, 1 - column]) >= 0).all()
        keys = [[key["coach"], key["learner"]] for key in data["keys"]]
        assert all(key in pairs.tolist() for key in keys)


def test_the_player_shows_the_compared_pair_at_a_key_action_that_the_path_misses():
    found = build_assessment()
    early = [attrs.evolve(one, performance=moved(one.performance, -3)) for one in found.key_actions]
    pairs = aligned_pairs(attrs.evolve(found, key_actions=tuple(early)))
    for lead, column in (("coach", 0), ("learner", 1)):
        rows = np.array(pairs[lead])
        assert all([one.reference.row, one.performance.row] in pairs[lead] for one in early)
        assert (np.diff(rows[:, column]) > 0).all()
        assert (np.diff(rows[:, 1 - column]) >= 0).all()


def moved(mark, rows):
    return attrs.evolve(mark, row=mark.row + rows, frame=mark.frame + rows)


def test_a_tight_budget_thins_pictures_but_keeps_the_key_frames():
    found = build_assessment()
    whole = render_report(found, "en", VERSIONS)
    small = render_report(found, "en", VERSIONS, byte_budget=int(0.75 * len(whole.encode())))
    assert len(small.encode()) <= 0.75 * len(whole.encode())
    data = page_data(small)
    for role in ("coach", "learner"):
        clip = data["clips"][role]
        frames = set(clip["pictureFrames"])
        assert {clip["frames"][key[role]] for key in data["keys"]} <= frames
        assert 4 < len(frames) < len(page_data(whole)["clips"][role]["pictureFrames"])
        assert np.diff(sorted(frames)[1:]).max() <= 4


def test_a_hopeless_budget_still_shows_the_key_frames():
    data = page_data(render_report(build_assessment(), "en", VERSIONS, byte_budget=1000))
    assert [len(data["clips"][role]["pictures"]) for role in ("coach", "learner")] == [5, 5]


def test_every_picture_is_embedded_once(page):
    uris = DATA_URI.findall(page)
    assert len(uris) == len(re.findall(r"<image id=", page))


def test_the_ghost_turns_round_only_where_the_throws_part():
    toward = build_assessment()
    assert page_data(render_report(toward, "en", VERSIONS))["ghostFlip"] is False
    away = build_performance(with_video=False)
    turned = attrs.evolve(away.body, positions=away.body.positions * np.array([-1.0, -1.0, 1.0]))
    found = build_assessment(performance=attrs.evolve(away, body=turned))
    assert page_data(render_report(found, "en", VERSIONS))["ghostFlip"] is True


def test_the_report_card_is_on_the_page_and_left_out_without_levels():
    page = render_report(build_assessment(stages=build_stages()), "en", VERSIONS)
    section = re.search(r'<section class="card".*?</section>', page, re.S)[0]
    texts = " ".join(parse(section).texts)
    assert section.count('class="mark-row') == 5
    assert section.count('class="pip ') == 4 + 3 + 4 + 3 + 3
    for said in ("3 of 4", "2 or 3 of 4", "cannot tell", "Next:", "Make that step longer than half your height."):
        assert said in texts
    assert "Roberton" in texts
    assert 'class="card"' not in render_report(build_assessment(), "en", VERSIONS)
