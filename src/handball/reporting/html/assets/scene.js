"use strict";
// Draws one athlete on a canvas, in stage units: one body height is 1000, the floor at 0.

const page = JSON.parse(document.getElementById("data").textContent);
const COLORS = { throwing: "#ff9f1c", other: "#45b9ff", middle: "#ffffff", casing: "#07131d", ghost: "#f7ff3c" };
const PELVIS = (() => {
  const hip = (side) => page.jointNames[side === "throwing" ? 3 : 9][0];
  return [hip("throwing"), hip("other")];
})();

const loaded = new Map();

// An embedded picture as an image element; the address stands once in the document.
function pictureOf(id, whenReady) {
  let image = loaded.get(id);
  if (!image) {
    image = new Image();
    image.addEventListener("load", () => whenReady());
    image.src = document.getElementById(id).getAttribute("href");
    loaded.set(id, image);
  }
  return image;
}

function nearestPicture(clip, row) {
  let best = null;
  const frame = clip.frames[row];
  clip.pictureFrames.forEach((found, k) => {
    if (best === null || Math.abs(found - frame) < Math.abs(clip.pictureFrames[best] - frame)) best = k;
  });
  return best === null ? null : clip.pictures[best];
}

function fitCanvas(canvas) {
  const { width, top, bottom } = page.window;
  const across = canvas.clientWidth || 300;
  const density = Math.min(window.devicePixelRatio || 1, 2.5);
  const size = [Math.round(across * density), Math.round((across * density * (top + bottom)) / width)];
  if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
  return size[0] / width;
}

function strokeBones(ctx, joints, style) {
  ctx.lineCap = "round";
  for (const [first, last, side] of page.bones) {
    const a = joints[first], b = joints[last];
    if (!a || !b) continue;
    ctx.strokeStyle = style.color || COLORS[side];
    ctx.lineWidth = style.width(side);
    ctx.beginPath();
    ctx.moveTo(a[0], a[1]);
    ctx.lineTo(b[0], b[1]);
    ctx.stroke();
  }
}

function drawSkeleton(ctx, joints) {
  ctx.globalAlpha = 0.85;
  strokeBones(ctx, joints, { color: COLORS.casing, width: (side) => (side === "throwing" ? 29 : 21) });
  ctx.globalAlpha = 1;
  strokeBones(ctx, joints, { width: (side) => (side === "throwing" ? 17 : 11) });
}

function drawGhost(ctx, joints) {
  ctx.globalAlpha = 0.7;
  strokeBones(ctx, joints, { color: COLORS.casing, width: (side) => (side === "throwing" ? 47 : 38) });
  ctx.globalAlpha = 1;
  strokeBones(ctx, joints, { color: COLORS.ghost, width: (side) => (side === "throwing" ? 37 : 29) });
}

function drawNames(ctx, joints, scale) {
  ctx.font = `600 ${12 / scale * Math.min(window.devicePixelRatio || 1, 2.5)}px system-ui, sans-serif`;
  ctx.lineWidth = 24;
  ctx.lineJoin = "round";
  ctx.strokeStyle = COLORS.casing;
  ctx.fillStyle = "#fff";
  for (const [joint, name] of page.jointNames) {
    const at = joints[joint];
    if (!at) continue;
    ctx.strokeText(name, at[0] + 24, at[1] - 12);
    ctx.fillText(name, at[0] + 24, at[1] - 12);
  }
}

function drawHead(ctx, joints) {
  const face = joints.slice(0, 5).filter(Boolean);
  if (!face.length) return;
  ctx.beginPath();
  ctx.arc(face.reduce((sum, p) => sum + p[0], 0) / face.length, face.reduce((sum, p) => sum + p[1], 0) / face.length, 62, 0, 7);
  ctx.fillStyle = "#fff";
  ctx.fill();
  ctx.lineWidth = 10;
  ctx.strokeStyle = COLORS.casing;
  ctx.stroke();
}

function drawRoom(ctx, left, filmed) {
  const { width, top } = page.window;
  ctx.fillStyle = filmed ? "#0b1a26" : "#e3e9ed";
  ctx.fillRect(left, -top, width, top + 400);
  if (filmed) return;
  ctx.fillStyle = "#c4d3dc";
  ctx.fillRect(left, 0, width, 400);
}

// `ghost`: joints of the other clip, already moved onto this athlete, or null.
function drawAthlete(canvas, clip, row, options, ghost, redraw) {
  const scale = fitCanvas(canvas);
  const ctx = canvas.getContext("2d");
  const left = clip.centers[row] - page.window.width / 2;
  ctx.setTransform(scale, 0, 0, scale, -left * scale, page.window.top * scale);
  drawRoom(ctx, left, Boolean(clip.place));
  const id = clip.place && nearestPicture(clip, row);
  if (id) {
    const { scale: size, flipped, top, width, height } = clip.place;
    const image = pictureOf(id, redraw);
    ctx.save();
    ctx.translate(0, top);
    ctx.scale(flipped ? -size : size, size);
    if (image.complete && image.naturalWidth) ctx.drawImage(image, 0, 0, width, height);
    ctx.restore();
  }
  ctx.strokeStyle = "rgba(255,255,255,.75)";
  ctx.lineWidth = 7;
  ctx.setLineDash([46, 30]);
  ctx.beginPath();
  ctx.moveTo(left, 0);
  ctx.lineTo(left + page.window.width, 0);
  ctx.stroke();
  ctx.setLineDash([]);
  const joints = clip.joints[row];
  if (!clip.place) drawHead(ctx, joints);
  if (ghost) drawGhost(ctx, ghost);
  if (options.skeleton || !clip.place) drawSkeleton(ctx, joints);
  if (options.names) drawNames(ctx, joints, scale);
}

// Move the coach's joints onto the learner: same height already, hips on hips, turned round where they throw apart.
function ghostOf(coachJoints, learnerJoints) {
  const middle = (joints) => {
    const ends = PELVIS.map((joint) => joints[joint]);
    return ends[0] && ends[1] ? [(ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2] : null;
  };
  const from = middle(coachJoints), to = middle(learnerJoints);
  if (!from || !to) return null;
  const turn = page.ghostFlip ? -1 : 1;
  return coachJoints.map((at) => at && [to[0] + turn * (at[0] - from[0]), to[1] + at[1] - from[1]]);
}
