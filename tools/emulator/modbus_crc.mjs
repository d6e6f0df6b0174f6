// The check sum of a Modbus RTU frame (CRC-16, polynomial 0xA001); knows nothing of its content.
export function crc16(bytes) {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

export function withCrc(bytes) {
  const crc = crc16(bytes);
  return [...bytes, crc & 0xff, crc >> 8];
}

export function isWhole(frame) {
  return frame.length >= 4 && crc16(frame.slice(0, -2)) === (frame.at(-2) | (frame.at(-1) << 8));
}
