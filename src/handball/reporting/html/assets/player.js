// The two pictures locked by the alignment: one position in a list of (coach row, learner row) pairs.

const by = (id) => document.getElementById(id);
const ROLES = ["coach", "learner"];
const COLUMN = { coach: 0, learner: 1 };
const state = { lead: "learner", at: 0, playing: false, speed: 0.25, clock: 0, last: 0 };
const watchers = [];
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const written = (value, digits) => value.toFixed(digits).replace("-", "\u2212").replace(".", page.decimal);
const pairs = () => page.pairs[state.lead];
const rowOf = (role) => pairs()[state.at][COLUMN[role]];
const leadTime = (at) => page.clips[state.lead].times[pairs()[at][COLUMN[state.lead]]];

function nearestPosition(role, row) {
  let best = 0;
  pairs().forEach((pair, k) => {
    if (Math.abs(pair[COLUMN[role]] - row) < Math.abs(pairs()[best][COLUMN[role]] - row)) best = k;
  });
  return best;
}

function seek(at) {
  state.at = Math.max(0, Math.min(pairs().length - 1, at));
  state.clock = leadTime(state.at);
  show();
}

const seekRow = (role, row) => seek(nearestPosition(role, row));
const step = (by_) => { pause(); seek(state.at + by_); };

function jump(number) {
  const key = page.keys[number];
  pause();
  if (key) seekRow(state.lead, key[state.lead]);
}

function show() {
  const options = { skeleton: by("show-skeleton").checked, names: by("show-names").checked };
  const joints = Object.fromEntries(ROLES.map((role) => [role, page.clips[role].joints[rowOf(role)]]));
  const ghost = by("show-ghost").checked ? ghostOf(joints.coach, joints.learner) : null;
  for (const role of ROLES) {
    const clip = page.clips[role], row = rowOf(role), canvas = by(`canvas-${role}`);
    drawAthlete(canvas, clip, row, options, role === "learner" ? ghost : null, show);
    const frame = fill(page.texts.frame, { frame: clip.frames[row] });
    const time = fill(page.texts.seconds, { time: written(clip.times[row], 3) });
    by(`caption-${role}`).textContent = `${frame} · ${time}`;
    canvas.setAttribute("aria-label", `${page.texts[role]}, ${frame}, ${time}`);
    canvas.dataset.row = row;
    canvas.dataset.frame = clip.frames[row];
  }
  const scrub = by("scrub");
  scrub.max = pairs().length - 1;
  scrub.value = state.at;
  scrub.setAttribute("aria-valuetext", by("caption-learner").textContent);
  page.keys.forEach((key, k) => {
    const here = nearestPosition(state.lead, key[state.lead]) === state.at;
    by("jumps").children[k].setAttribute("aria-current", here);
  });
  watchers.forEach((watch) => watch());
}

function drawTicks() {
  const ticks = by("ticks");
  ticks.replaceChildren();
  page.keys.forEach((key, k) => {
    const share = (100 * nearestPosition(state.lead, key[state.lead])) / Math.max(1, pairs().length - 1);
    const mark = ticks.appendChild(document.createElement("i"));
    const name = ticks.appendChild(document.createElement("span"));
    name.textContent = k + 1;
    mark.style.left = name.style.left = `${share}%`;
  });
}

function setPlaying(playing) {
  state.playing = playing;
  by("play").setAttribute("aria-label", playing ? page.texts.pause : page.texts.play);
  by("play-icon").setAttribute("href", playing ? "#i-pause" : "#i-play");
}

function pause() {
  if (state.playing) setPlaying(false);
}

function toggle() {
  if (!state.playing && state.at === pairs().length - 1) seek(0);
  setPlaying(!state.playing);
  state.last = performance.now();
  if (state.playing) requestAnimationFrame(tick);
}

// Real time of the leading clip, slowed; at the end it rests a moment and starts again, or stops for who wants less motion.
function tick(now) {
  if (!state.playing) return;
  state.clock += ((now - state.last) / 1000) * state.speed;
  state.last = now;
  const end = leadTime(pairs().length - 1);
  if (state.clock > end && calm.matches) setPlaying(false);
  if (state.clock > end + 0.8 * state.speed) state.clock = leadTime(0);
  let at = 0;
  while (at + 1 < pairs().length && leadTime(at + 1) <= state.clock) at += 1;
  if (at !== state.at) {
    state.at = at;
    show();
  }
  requestAnimationFrame(tick);
}

function takeLead(role) {
  const row = rowOf(role);
  state.lead = role;
  drawTicks();
  seekRow(role, row);
}

function onKey(event) {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const here = event.target;
  const field = here.closest("input, select, textarea");
  if (field && (field.type !== "checkbox" || event.key === " ")) return;
  if (event.key === " " && (here.closest("button, summary, a") || !here.closest("#player, .curves"))) return;
  const actions = {
    ArrowLeft: () => step(-1), ArrowRight: () => step(1), " ": toggle,
  };
  page.keys.slice(0, 9).forEach((_, k) => { actions[k + 1] = () => jump(k); });
  const chart = here.closest("[role=slider]");
  if (chart) Object.assign(actions, { Home: () => seek(0), End: () => seek(Infinity), ArrowDown: () => step(-1), ArrowUp: () => step(1) });
  if (actions[event.key]) {
    event.preventDefault();
    actions[event.key]();
  }
}

function startPlayer() {
  by("step-back").addEventListener("click", () => step(-1));
  by("step-forward").addEventListener("click", () => step(1));
  by("play").addEventListener("click", toggle);
  by("scrub").addEventListener("input", (event) => { pause(); seek(Number(event.target.value)); });
  by("jumps").addEventListener("click", (event) => {
    const button = event.target.closest("[data-jump]");
    if (button) jump(Number(button.dataset.jump));
  });
  for (const name of ["skeleton", "ghost", "names"]) by(`show-${name}`).addEventListener("change", show);
  for (const radio of document.getElementsByName("speed")) radio.addEventListener("change", () => { state.speed = Number(radio.value); });
  for (const radio of document.getElementsByName("lead")) radio.addEventListener("change", () => takeLead(radio.value));
  for (const role of ROLES) by(`canvas-${role}`).addEventListener("click", toggle);
  document.addEventListener("keydown", onKey);
  new ResizeObserver(show).observe(by("canvas-coach"));
  drawTicks();
}
