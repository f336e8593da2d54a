"""The picture pairs of the page: what to practise first, then one row for each key action."""

from __future__ import annotations

import math

import attrs

from handball.domain.action import KeyActionName
from handball.domain.assessment import FIRST_ANGLES, Advice, Assessment, Finding, KeyActionAssessment
from handball.languages import Catalog
from handball.reporting.html.faults import fact_text, fault_name
from handball.reporting.html.figures import Figure, Scene, Subject
from handball.reporting.html.instants import Instant, at_key_action, shown_instants, top_subject
from handball.reporting.html.repeated import shown_text
from handball.reporting.html.stage import View
from handball.reporting.html.wording import FindingText, amount, finding_text, quantity_name, short

_RANK = {"large": 0, "slight": 1, "ok": 2, "not_distinguishable": 2, "not_measurable": 3}


@attrs.frozen(kw_only=True)
class Tip:
    """One correction or praise in words; `fault` and `fact` are empty where it is no fault of the table."""

    cue: str
    why: str
    drill: str
    moment: str
    finding: FindingText | None
    shown: str = ""
    fault: str = ""
    fact: str = ""


@attrs.frozen(kw_only=True)
class Top:
    """First screen: the cue, what is done well, the pair of that moment, and what stays open.

    `slight` says that small differences are left, too unsure or unimportant for a tip; `usual` that some are left
    by which good players differ as well. `told` is how many of the most important angles the clips can tell, and how
    many there are.
    """

    tip: Tip | None
    second: Tip | None
    praise: Tip | None
    slight: bool
    usual: bool
    told: tuple[int, int]
    pair: tuple[Figure, Figure]
    pair_title: str
    unsure: tuple[str, ...]

    @property
    def mostly_told(self) -> bool:
        """Whether so much can be told that a throw without a correction is a good one."""
        told, every = self.told
        return 2 * told >= every


@attrs.frozen(kw_only=True)
class MomentRow:
    """One key action: its pair of pictures, the findings that matter, and all angles."""

    number: int
    key: KeyActionName
    name: str
    what: str
    pair: tuple[Figure, Figure]
    findings: tuple[FindingText, ...]
    table: tuple[FindingText, ...]


@attrs.frozen(kw_only=True)
class Pairs:
    """Build the picture pairs of an assessment."""

    assessment: Assessment
    catalog: Catalog
    reference: Scene
    performance: Scene

    def top(self) -> Top:
        """Build the first screen."""
        found = self.assessment
        tips = [self._tip(advice) for advice in found.advice]
        subject = top_subject(found)
        instants = shown_instants(found, subject, self.catalog)
        return Top(
            tip=tips[0] if tips else None,
            second=tips[1] if len(tips) > 1 else None,
            praise=self._tip(found.praise) if found.praise else None,
            usual=found.usual,
            told=found.told,
            slight=any(finding.verdict == "slight" for finding in self._findings()),
            pair=self._pair(instants, subject.finding if subject else None),
            pair_title=self._title(instants[0], subject),
            unsure=self._unsure(),
        )

    def rows(self) -> tuple[MomentRow, ...]:
        """Build one row for each key action."""
        return tuple(self._row(number + 1, found) for number, found in enumerate(self.assessment.key_actions))

    def whole(self) -> tuple[FindingText, ...]:
        """Return the measures that belong to no single moment, without the gaps between peak speeds."""
        gaps = ("pelvis_to_trunk", "trunk_to_elbow", "elbow_to_hand", "cocking_to_strike")
        found = [
            finding
            for finding, moment in measure_moments(self.assessment)
            if moment is None and finding.name not in gaps
        ]
        return tuple(finding_text(self.catalog, finding) for finding in found)

    def _title(self, instant: Instant, subject: Advice | None) -> str:
        if subject is None:
            return instant.name
        name = quantity_name(self.catalog, subject.finding.name)
        return f"{instant.name}: {name}" if subject.key_action else name

    def _row(self, number: int, found: KeyActionAssessment) -> MomentRow:
        here = [finding for finding, moment in measure_moments(self.assessment) if moment == found.name]
        chosen = _mattering(found.angles, here)
        instants = at_key_action(found.reference, self.catalog), at_key_action(found.performance, self.catalog)
        texts = [finding_text(self.catalog, finding) for finding in (*found.angles, *here)]
        return MomentRow(
            number=number,
            key=found.name,
            name=self.catalog.text(f"key_action.{found.name}.name"),
            what=self.catalog.text(f"key_action.{found.name}.what"),
            pair=self._pair(instants, _certain(chosen)),
            findings=tuple(finding_text(self.catalog, finding) for finding in chosen),
            table=tuple(texts),
        )

    def _pair(self, instants: tuple[Instant, Instant], finding: Finding | None) -> tuple[Figure, Figure]:
        views = self.reference.stage.close_up(instants[0].row, instants[1].row)
        return (
            self._figure(self.reference, views[0], instants[0], finding),
            self._figure(self.performance, views[1], instants[1], finding),
        )

    def _figure(self, scene: Scene, view: View, instant: Instant, finding: Finding | None) -> Figure:
        subject = self._subject(scene, finding)
        words = {
            "who": self.catalog.text(f"page.{scene.role}"),
            "moment": instant.name,
            "frame": str(instant.frame),
            "time": self.catalog.number(instant.time, 2),
        }
        said = f", {quantity_name(self.catalog, subject.name)} {subject.label}" if subject else ""
        return scene.figure(
            instant.row,
            view,
            subject,
            caption=self.catalog.text("page.caption", **words),
            alt=self.catalog.text("page.alt", **words) + said,
        )

    def _subject(self, scene: Scene, finding: Finding | None) -> Subject | None:
        """Name what a figure marks; nothing where it cannot be measured."""
        if finding is None or finding.verdict == "not_measurable":
            return None
        text = finding_text(self.catalog, finding)
        corrected = scene.role == "learner" and finding.verdict in ("slight", "large")
        return Subject(
            name=finding.name,
            label=short(self.catalog, text.reference if scene.role == "coach" else text.performance, finding.unit),
            grey=finding.verdict == "not_distinguishable",
            wanted=(-1 if finding.difference > 0 else 1) if corrected else 0,
        )

    def _tip(self, advice: Advice) -> Tip:
        text, finding = self.catalog, advice.finding
        moment = text.text(f"key_action.{advice.key_action}.name") if advice.key_action else text.text("page.whole")
        values = {
            "degrees": amount(text, abs(finding.difference), finding.unit),
            "difference": amount(text, abs(finding.difference), finding.unit),
            "moment": moment,
        }

        def said(part: str) -> str:
            key = f"advice.{advice.key}.{part}"
            return text.text(key, **values) if text.has(key) else ""

        name = quantity_name(text, finding.name)
        fault = advice.fault
        return Tip(
            cue=said("cue") or name,
            why=said("why"),
            drill=said("drill"),
            moment=moment,
            finding=finding_text(text, finding) if math.isfinite(finding.difference) else None,
            fault=fault_name(fault, text) if fault else "",
            fact=fact_text(fault, text) if fault else "",
            shown=shown_text(self.assessment, advice, text),
        )

    def _unsure(self) -> tuple[str, ...]:
        """Name what could not be judged at any key action, each once."""
        findings = self._findings()
        judged = {finding.name for finding in findings if finding.told}
        names = dict.fromkeys(finding.name for finding in findings if finding.name not in judged)
        return tuple(quantity_name(self.catalog, name) for name in names)

    def _findings(self) -> list[Finding]:
        angles = [finding for found in self.assessment.key_actions for finding in found.angles]
        return [*angles, *self.assessment.measures]


def measure_moments(assessment: Assessment) -> tuple[tuple[Finding, KeyActionName | None], ...]:
    """Pair each finding of a measure with its key action (None for the throw as a whole).

    Findings follow the measures of the reference, then those that only the performance has.
    """
    keys = list(assessment.measure_keys)
    left: list[tuple[Finding, KeyActionName | None]] = []
    for finding in assessment.measures:
        key = next((key for key in keys if key[0] == finding.name), (finding.name, None))
        if key in keys:
            keys.remove(key)
        left.append((finding, key[1]))
    return tuple(left)


def _mattering(angles: tuple[Finding, ...], measures: list[Finding]) -> list[Finding]:
    """Choose the findings of a row: differences first, then the most important ones, what is not visible last."""
    leading = [*angles[:FIRST_ANGLES], *measures, *angles[FIRST_ANGLES:]]
    chosen = sorted(leading, key=lambda finding: _RANK[finding.verdict])[:FIRST_ANGLES]
    return sorted(chosen, key=lambda finding: finding.verdict == "not_distinguishable")


def _certain(findings: list[Finding]) -> Finding | None:
    """Return the first finding that can be measured."""
    return next((finding for finding in findings if finding.verdict != "not_measurable"), None)
