// Curves as SVG in true pixels; dragging on one moves the player.

let paper = false;
const SPACE = { left: 46, right: 14, top: 26, bottom: 42 };

function make(parent, name, attributes, text) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  parent.appendChild(element);
  return element;
}

function tidySteps(low, high, count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const size = [1, 2, 5, 10].map((factor) => factor * power).find((found) => found >= rough);
  const steps = [];
  for (let k = Math.ceil(low / size - 1e-9); k * size <= high + 1e-9; k += 1) steps.push(k * size);
  return { steps, digits: Math.max(0, -Math.floor(Math.log10(size) + 1e-9)) };
}

function makeAxes(box, xs, ys) {
  const width = paper ? 640 : Math.max(260, box.clientWidth), height = paper ? 165 : Math.round(Math.min(320, Math.max(200, width * 0.42)));
  const there = (values) => values.filter((value) => value !== null && Number.isFinite(value));
  const [x, y] = [there(xs), there(ys)];
  const margin = Math.max(4, (Math.max(...y) - Math.min(...y)) * 0.08);
  const axes = { width, height, x0: Math.min(...x), x1: Math.max(...x), y0: Math.min(...y) - margin, y1: Math.max(...y) + margin };
  axes.x = (value) => SPACE.left + ((width - SPACE.left - SPACE.right) * (value - axes.x0)) / (axes.x1 - axes.x0 || 1);
  axes.y = (value) => height - SPACE.bottom - ((height - SPACE.top - SPACE.bottom) * (value - axes.y0)) / (axes.y1 - axes.y0 || 1);
  axes.holds = (value) => value >= axes.x0 - 1e-3 && value <= axes.x1 + 1e-3;
  axes.valueAt = (pixel) => axes.x0 + ((pixel - SPACE.left) / (width - SPACE.left - SPACE.right)) * (axes.x1 - axes.x0);
  return axes;
}

function drawAxes(svg, axes, unit) {
  const across = tidySteps(axes.x0, axes.x1, axes.width / 90), up = tidySteps(axes.y0, axes.y1, 5);
  for (const value of up.steps) {
    make(svg, "line", { class: "c-grid", x1: SPACE.left, x2: axes.width - SPACE.right, y1: axes.y(value), y2: axes.y(value) });
    make(svg, "text", { class: "c-axis", x: SPACE.left - 6, y: axes.y(value) + 5, "text-anchor": "end" }, written(value, up.digits) + unit);
  }
  for (const value of across.steps) {
    make(svg, "text", { class: "c-axis", x: axes.x(value), y: axes.height - SPACE.bottom + 17, "text-anchor": "middle" }, written(value, across.digits));
  }
  make(svg, "text", { class: "c-axis", x: axes.width - SPACE.right, y: axes.height - 3, "text-anchor": "end" }, page.texts.strike_axis);
}

// Path data with a gap wherever a value is missing.
function lineOf(axes, xs, ys) {
  let path = "", pen = false;
  xs.forEach((x, k) => {
    const there = ys[k] !== null && x !== null;
    if (there) path += `${pen ? "L" : "M"}${axes.x(x).toFixed(1)} ${axes.y(ys[k]).toFixed(1)}`;
    pen = there;
  });
  return path;
}

function bandOf(axes, xs, low, high) {
  const rows = xs.map((_, k) => k).filter((k) => low[k] !== null && high[k] !== null && low[k] !== undefined);
  if (!rows.length) return "";
  const edge = (values) => rows.map((k) => `${axes.x(xs[k]).toFixed(1)} ${axes.y(values[k]).toFixed(1)}`);
  return `M${[...edge(low), ...edge(high).reverse()].join("L")}Z`;
}

function drawKeys(svg, axes, times) {
  let last = -Infinity;
  times.forEach((time, k) => {
    if (!axes.holds(time)) return;
    const x = axes.x(time), lower = x - last < 72;
    const anchor = x - SPACE.left < 20 ? "start" : axes.width - SPACE.right - x < 40 ? "end" : "middle";
    make(svg, "line", { class: "c-key", x1: x, x2: x, y1: SPACE.top - 4, y2: axes.height - SPACE.bottom });
    const label = axes.width < 520 ? String(k + 1) : page.keys[k].label;
    make(svg, "text", { class: "c-name", x, y: lower && axes.width >= 520 ? SPACE.top + 9 : SPACE.top - 9, "text-anchor": anchor }, label);
    if (!lower) last = x;
  });
}

function nearestIndex(values, wanted) {
  let best = 0;
  values.forEach((value, k) => {
    if (value !== null && Math.abs(value - wanted) < Math.abs(values[best] - wanted)) best = k;
  });
  return best;
}

// Pointer and keyboard handling shared by both charts.
function draggable(box, onTime) {
  const move = (event) => {
    if (!box.axes) return;
    const frame = box.querySelector("svg").getBoundingClientRect();
    pause();
    onTime(box.axes.valueAt(((event.clientX - frame.left) / frame.width) * box.axes.width));
  };
  box.addEventListener("pointerdown", (event) => {
    box.setPointerCapture(event.pointerId);
    move(event);
  });
  box.addEventListener("pointermove", (event) => {
    if (box.hasPointerCapture(event.pointerId)) move(event);
  });
}

function tellSlider(box, text) {
  box.setAttribute("aria-valuemax", pairs().length - 1);
  box.setAttribute("aria-valuenow", state.at);
  box.setAttribute("aria-valuetext", text);
}

function newSvg(box, axes) {
  box.replaceChildren();
  box.axes = axes;
  return make(box, "svg", { viewBox: `0 0 ${axes.width} ${axes.height}`, "aria-hidden": "true" });
}

const angleChart = {
  box: by("angle-chart"),
  curve: () => page.angles.curves[Number(by("angle-choice").value) || 0],
  strikeTime: () => page.clips.coach.times[page.strike.coach],
  draw() {
    const { times } = page.angles, curve = this.curve();
    const keyTimes = page.keys.map((key) => page.clips.coach.times[key.coach] - page.clips.coach.times[page.strike.coach]);
    const axes = makeAxes(this.box, times, [...curve.coach, ...curve.learner, ...curve.low, ...curve.high, ...(this.empty(curve) ? [0, 180] : [])]);
    const svg = newSvg(this.box, axes);
    drawAxes(svg, axes, "°");
    drawKeys(svg, axes, keyTimes);
    if (curve.low.length) make(svg, "path", { class: "c-band", d: bandOf(axes, times, curve.low, curve.high) });
    keyTimes.forEach((time, k) => this.drawFine(svg, axes, curve, time, curve.fine[k]));
    make(svg, "path", { class: "c-coach", d: lineOf(axes, times, curve.coach) });
    make(svg, "path", { class: "c-learner", d: lineOf(axes, times, curve.learner) });
    this.cursor = make(svg, "line", { class: "c-cursor", y1: SPACE.top, y2: axes.height - SPACE.bottom });
    this.dots = ROLES.map((role) => make(svg, "circle", { class: `c-dot ${role}`, r: 6 }));
    this.follow();
  },
  empty: (curve) => ![...curve.coach, ...curve.learner].some((value) => value !== null),
  drawFine(svg, axes, curve, time, tolerance) {
    const value = curve.coach[nearestIndex(page.angles.times, time)];
    if (value === null || tolerance === null || !axes.holds(time)) return;
    const clip = (at) => Math.min(axes.height - SPACE.bottom, Math.max(SPACE.top, axes.y(at)));
    make(svg, "line", { class: "c-fine", x1: axes.x(time), x2: axes.x(time), y1: clip(value - tolerance), y2: clip(value + tolerance) });
  },
  follow() {
    const k = nearestIndex(page.angles.rows, rowOf("coach")), curve = this.curve(), axes = this.box.axes;
    const x = axes.x(page.angles.times[k]);
    this.cursor.setAttribute("x1", x);
    this.cursor.setAttribute("x2", x);
    ROLES.forEach((role, n) => {
      const value = curve[role][k];
      this.dots[n].setAttribute("visibility", value === null ? "hidden" : "visible");
      if (value !== null) { this.dots[n].setAttribute("cx", x); this.dots[n].setAttribute("cy", axes.y(value)); }
    });
    this.tell(curve, k);
  },
  tell(curve, k) {
    const output = by("angle-values");
    output.replaceChildren();
    const said = ROLES.map((role) => {
      const value = curve[role][k] === null ? page.texts.missing : `${written(curve[role][k], 0)}°`;
      const item = output.appendChild(document.createElement("span"));
      item.append(`${page.texts[role]} `);
      const number = item.appendChild(document.createElement("b"));
      number.className = role;
      number.textContent = value;
      return `${page.texts[role]} ${value}`;
    });
    tellSlider(this.box, said.join(", "));
  },
};

const elbowChart = {
  box: by("elbow-chart"),
  draw() {
    const shown = Object.fromEntries(ROLES.map((role) => [role, this.shown(role)]));
    const values = ROLES.flatMap((role) => shown[role].map(([, value]) => value));
    const axes = makeAxes(this.box, ROLES.flatMap((role) => shown[role].map(([time]) => time)), [...values, 0, 10]);
    const svg = newSvg(this.box, axes);
    drawAxes(svg, axes, "");
    make(svg, "line", { class: "c-zero", x1: SPACE.left, x2: axes.width - SPACE.right, y1: axes.y(0), y2: axes.y(0) });
    for (const role of ROLES) {
      const line = lineOf(axes, shown[role].map(([time]) => time), shown[role].map(([, value]) => value));
      make(svg, "path", { class: `c-${role}`, d: line });
    }
    for (const role of ROLES) this.drawMarks(svg, axes, role);
    this.cursors = ROLES.map((role) => make(svg, "line", { class: "c-cursor", y1: SPACE.top, y2: axes.height - SPACE.bottom, opacity: role === state.lead ? 1 : 0.35 }));
    this.dots = ROLES.map((role) => make(svg, "circle", { class: `c-dot ${role}`, r: 6 }));
    this.follow();
  },
  shown: (role) => page.elbow[role].times
    .map((time, k) => [time, page.elbow[role].values[k]])
    .filter(([time]) => time >= page.elbow.from && time <= page.elbow.to),
  drawMarks(svg, axes, role) {
    const { marks, literal, values, times } = page.elbow[role];
    const at = (mark) => [axes.x(mark.time), axes.y(values[mark.row] ?? values[nearestIndex(times, mark.time)] ?? 0)];
    for (const mark of literal.filter(({ time }) => time >= page.elbow.from && time <= page.elbow.to)) {
      const [x, y] = at(mark);
      const number = page.keys.findIndex((key) => key.name === mark.name);
      make(make(svg, "circle", { class: `c-literal ${role}`, cx: x, cy: y, r: 10 }), "title", {}, `${page.texts[role]}: ${page.keys[number].label}, ${page.texts.literal}`);
      make(svg, "text", { x, y: y + 5, "text-anchor": "middle", class: `c-number ${role}` }, String(number + 1));
    }
    marks.forEach((mark, k) => {
      const [x, y] = at(mark);
      make(svg, "circle", { class: `c-mark ${role}`, cx: x, cy: y, r: 10 });
      make(svg, "text", { x, y: y + 5, "text-anchor": "middle", class: "c-number" }, String(k + 1));
    });
  },
  follow() {
    const axes = this.box.axes;
    ROLES.forEach((role, n) => {
      const { times, values } = page.elbow[role], row = rowOf(role), x = axes.x(times[row]);
      this.cursors[n].setAttribute("x1", x);
      this.cursors[n].setAttribute("x2", x);
      this.cursors[n].setAttribute("opacity", role === state.lead ? 1 : 0.35);
      this.dots[n].setAttribute("visibility", values[row] === null ? "hidden" : "visible");
      this.dots[n].setAttribute("cx", x);
      if (values[row] !== null) this.dots[n].setAttribute("cy", axes.y(values[row]));
    });
    tellSlider(this.box, `${by("caption-coach").textContent}, ${by("caption-learner").textContent}`);
  },
};

function startCurves() {
  const choice = by("angle-choice");
  page.angles.curves.forEach((curve, k) => choice.add(new Option(curve.label, k)));
  choice.addEventListener("change", () => angleChart.draw());
  draggable(angleChart.box, (time) => seekRow("coach", page.angles.rows[nearestIndex(page.angles.times, time)]));
  draggable(elbowChart.box, (time) => seekRow(state.lead, nearestIndex(page.elbow[state.lead].times, time)));
  const both = () => { angleChart.draw(); elbowChart.draw(); };
  new ResizeObserver(both).observe(angleChart.box);
  const printing = (on) => () => { paper = on; both(); };
  window.addEventListener("beforeprint", printing(true));
  window.addEventListener("afterprint", printing(false));
  both();
  watchers.push(() => angleChart.follow(), () => elbowChart.follow());
}
