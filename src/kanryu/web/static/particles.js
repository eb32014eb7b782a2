// @ts-check
// Small grains that run along the ribbons: they show direction, never quantity. One canvas, one path per colour.

/** @typedef {{line: {x: number, y: number}[], width: number, ink: string, cut?: number}} Track */

const SPEED = 46; // pixels a second on the drawing
const MOST = 900;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {() => {scale: number, dx: number, dy: number, width: number, height: number}} frame drawing to pixels
 */
export function particles(canvas, frame) {
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  /** @type {{line: {x: number, y: number}[], length: number, count: number, size: number, ink: string, start: number, until: number}[]} */
  let tracks = [];
  let running = false;
  let asked = 0;
  let frames = 0;
  let clock = 0;
  let last = 0;

  function resize() {
    const { width, height } = frame();
    const ratio = Math.min(devicePixelRatio || 1, 2);
    if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
    if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
  }

  function draw() {
    const { scale, dx, dy } = frame();
    const ratio = Math.min(devicePixelRatio || 1, 2);
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.setTransform(scale * ratio, 0, 0, scale * ratio, dx * ratio, dy * ratio);
    /** @type {Map<string, typeof tracks>} */
    const inks = new Map();
    for (const track of tracks) inks.set(track.ink, [...(inks.get(track.ink) ?? []), track]);
    for (const [ink, group] of inks) {
      pen.beginPath();
      for (const track of group) {
        for (let k = 0; k < track.count; k++) {
          const part = (((clock * SPEED) / track.length + k / track.count + track.start) % 1 + 1) % 1;
          if (part > track.until) continue;
          const at = part * (track.line.length - 1);
          const i = Math.min(track.line.length - 2, Math.floor(at));
          const [p, q] = [track.line[i], track.line[i + 1]];
          const [x, y] = [p.x + (q.x - p.x) * (at - i), p.y + (q.y - p.y) * (at - i)];
          pen.moveTo(x + track.size, y);
          pen.arc(x, y, track.size, 0, 6.3);
        }
      }
      pen.fillStyle = ink;
      pen.fill();
    }
  }

  /** @param {number} now */
  function step(now) {
    if (!running) return;
    clock += Math.min(0.05, (now - last) / 1000);
    last = now;
    frames += 1;
    canvas.dataset.frames = String(frames);
    draw();
    asked = requestAnimationFrame(step);
  }

  return {
    /** @param {Track[]} given */
    show(given) {
      const share = Math.min(1, MOST / Math.max(1, given.length * 4));
      tracks = given.map((track, i) => {
        let length = 0;
        for (let k = 1; k < track.line.length; k++) length += Math.hypot(track.line[k].x - track.line[k - 1].x, track.line[k].y - track.line[k - 1].y);
        return { line: track.line, length: Math.max(length, 1), count: Math.max(1, Math.round((length / 62) * share)), size: Math.min(4.2, Math.max(1.3, track.width * 0.24)), ink: track.ink, start: (i * 0.381966) % 1, until: track.cut ?? 1 };
      });
      resize();
      draw();
    },
    resize() {
      resize();
      draw();
    },
    /** @param {boolean} moving */
    run(moving) {
      if (moving === running) return;
      running = moving;
      cancelAnimationFrame(asked);
      canvas.dataset.running = String(moving);
      if (moving) {
        last = performance.now();
        asked = requestAnimationFrame(step);
      }
    },
    stop() {
      running = false;
      cancelAnimationFrame(asked);
    },
  };
}
