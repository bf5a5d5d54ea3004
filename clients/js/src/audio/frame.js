/** The 16 bytes before the samples, the lower byte of each number first; see wire `audio.v1`, framing `seq`. */
const HEADER = 16;
const UP = 0x10;
const DOWN = 0x11;

export const END = 1;
export const SILENCE = 2;
export const REPLAYED = 4;
export const DISCONTINUITY = 8;

/** @param {{seq: number, pts: number, flags?: number, pcm: Int16Array}} frame @returns {ArrayBuffer} */
export function encode({ seq, pts, flags = 0, pcm }) {
  const bytes = new ArrayBuffer(HEADER + pcm.length * 2);
  const view = new DataView(bytes);
  view.setUint8(0, UP);
  view.setUint8(1, flags);
  view.setUint32(4, seq, true);
  view.setBigUint64(8, BigInt(pts), true);
  for (let i = 0; i < pcm.length; i++) view.setInt16(HEADER + i * 2, pcm[i], true);
  return bytes;
}

/** @param {ArrayBuffer} bytes @returns {{flags: number, speech: number, seq: number, pts: number, pcm: Int16Array} | undefined} nothing for what is no frame to a client */
export function decode(bytes) {
  const view = new DataView(bytes);
  if (bytes.byteLength < HEADER || view.getUint8(0) !== DOWN) return undefined;
  const flags = view.getUint8(1);
  const silent = (flags & SILENCE) !== 0;
  const samples = silent ? (bytes.byteLength >= HEADER + 4 ? view.getUint32(HEADER, true) : 0) : (bytes.byteLength - HEADER) >> 1;
  const pcm = new Int16Array(Math.min(samples, 480_000)); // ten seconds at 48 kHz: whatever a header claims
  if (!silent) for (let i = 0; i < pcm.length; i++) pcm[i] = view.getInt16(HEADER + i * 2, true);
  return { flags, speech: view.getUint16(2, true), seq: view.getUint32(4, true), pts: Number(view.getBigUint64(8, true)), pcm };
}
