/** Covers for tracks without artwork: our own drawing, always the same one for the same track and mood. */

const SIZE = 120;
const BARS = 11;

/** How the wave of a mood runs from left (0) to right (1), and how rough it is, both 0..1. */
const WAVES = {
  Happy: { height: (t) => 0.5 + 0.3 * Math.sin(t * 3 * Math.PI), roughness: 0.2 },
  Sad: { height: (t) => 0.8 - 0.65 * t, roughness: 0.12 },
  Energetic: { height: () => 0.65, roughness: 0.35 },
  Calm: { height: (t) => 0.3 + 0.15 * Math.sin(t * 2 * Math.PI), roughness: 0.04 },
};

/**
 * A record behind a sound wave, on the mood's colours (chat.css).
 *
 * @param {string} trackId  decides everything that chance would
 * @param {string} mood  decides the wave; an unknown one looks calm
 * @param {string} label  the alternative text
 * @returns {SVGElement}
 */
export function drawCover(trackId, mood, label) {
  const chance = chanceFrom(trackId);
  const cover = svg("svg", { class: "cover", viewBox: `0 0 ${SIZE} ${SIZE}`, role: "img", "aria-label": label });
  cover.style.setProperty("--angle", `${Math.round(chance() * 360)}deg`);
  cover.style.setProperty("--turn", Math.round(chance() * 50 - 25));
  cover.append(record(chance), wave(WAVES[mood] ?? WAVES.Calm, chance));
  return cover;
}

function record(chance) {
  const x = 40 + chance() * 40;
  const y = 38 + chance() * 20;
  const rings = { disc: [48], groove: [40, 33, 26], label: [15], hole: [3] };
  const record = svg("g", {});
  for (const [part, radii] of Object.entries(rings)) {
    for (const r of radii) record.append(svg("circle", { class: part, cx: x.toFixed(1), cy: y.toFixed(1), r }));
  }
  return record;
}

function wave({ height, roughness }, chance) {
  const bars = Array.from({ length: BARS }, (_, i) => {
    const length = 8 + 34 * Math.max(0, height(i / (BARS - 1)) + (chance() * 2 - 1) * roughness);
    return `M${15 + i * 9} ${SIZE - 12}v${-length.toFixed(1)}`;
  });
  return svg("path", { class: "wave", d: bars.join("") });
}

/** Numbers 0..1 that look random and depend on the text alone: FNV-1a for the start, xorshift32 for the rest. */
function chanceFrom(text) {
  let state = 0x811c9dc5;
  for (const char of text) state = Math.imul(state ^ char.codePointAt(0), 0x01000193);
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

function svg(name, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
