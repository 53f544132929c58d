/*
 * CRC-32C (Castagnoli), eight bytes a step: `tables` holds eight tables of 256, the k-th for a byte that is followed
 * by k zero bytes.
 */
const polynomial = 0x82f63b78;
const tables = buildTables();

/** The checksum of `bytes`, going on from `seed`: `crc32c(b, crc32c(a))` is the checksum of a and b in a row. */
export function crc32c(bytes: Uint8Array, seed: number = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const steppedEnd = bytes.length - (bytes.length % 8);
  let crc = ~seed;
  for (let place = 0; place < steppedEnd; place += 8) {
    const low = view.getUint32(place, true) ^ crc;
    const high = view.getUint32(place + 4, true);
    crc =
      look(1792 + (low & 255)) ^
      look(1536 + ((low >>> 8) & 255)) ^
      look(1280 + ((low >>> 16) & 255)) ^
      look(1024 + (low >>> 24)) ^
      look(768 + (high & 255)) ^
      look(512 + ((high >>> 8) & 255)) ^
      look(256 + ((high >>> 16) & 255)) ^
      look(high >>> 24);
  }
  for (let place = steppedEnd; place < bytes.length; place++) {
    crc = look((crc ^ view.getUint8(place)) & 255) ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

function look(place: number): number {
  return tables[place] as number;
}

function buildTables(): Uint32Array {
  const built = new Uint32Array(8 * 256);
  for (let place = 0; place < 256; place++) {
    let crc = place;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ ((crc & 1) * polynomial);
    built[place] = crc;
  }
  for (let place = 256; place < built.length; place++) {
    const shorter = built[place - 256] as number;
    built[place] = (built[shorter & 255] as number) ^ (shorter >>> 8);
  }
  return built;
}
