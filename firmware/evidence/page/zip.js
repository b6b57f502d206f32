// The one form of ZIP that a bundle has (FORMAT.md): stored members one behind the other in rising order of their names,
// nothing else. Returns a Map of name to bytes; throws Malformed.
function parseZip(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const refuse = (why) => {
    throw new Malformed(why);
  };
  const end = bytes.length - 22;
  if (end < 0 || view.getUint32(end, true) !== 0x06054b50 || view.getUint16(end + 20, true) !== 0) refuse('no ZIP, or something behind its end');
  const count = view.getUint16(end + 10, true);
  const directory = view.getUint32(end + 16, true);
  if (view.getUint32(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== count ||
      directory + view.getUint32(end + 12, true) !== end) {
    refuse('the end record contradicts itself');
  }
  const files = new Map();
  let local = 0, central = directory, before = '';
  const fixed = {version: 20, flags: 0, method: 0, time: 0, date: 0x21};
  for (let i = 0; i < count; ++i) {
    if (central + 46 > end || view.getUint32(central, true) !== 0x02014b50) refuse('a directory record is missing');
    const head = (at) => ({version: view.getUint16(at, true), flags: view.getUint16(at + 2, true), method: view.getUint16(at + 4, true),
                           time: view.getUint16(at + 6, true), date: view.getUint16(at + 8, true)});
    const sizes = (at) => [view.getUint32(at, true), view.getUint32(at + 4, true), view.getUint32(at + 8, true),
                           view.getUint16(at + 12, true), view.getUint16(at + 14, true)];
    const [crc, packed, size, length, extra] = sizes(central + 16);
    // Attributes could make a symbolic link of it for some programs.
    if (view.getUint16(central + 4, true) !== 20 || view.getUint16(central + 32, true) !== 0 || view.getUint16(central + 34, true) !== 0 ||
        view.getUint16(central + 36, true) !== 0 || view.getUint32(central + 38, true) !== 0 || extra !== 0 ||
        packed !== size || view.getUint32(central + 42, true) !== local) {
      refuse('a directory record is not in the form of a bundle');
    }
    const name = String.fromCharCode(...bytes.subarray(central + 46, central + 46 + length));
    if (local + 30 + length + size > directory || view.getUint32(local, true) !== 0x04034b50) refuse(`${name}: no member there`);
    const agrees = (a, b) => JSON.stringify(a) === JSON.stringify(b);
    if (!agrees(head(local + 4), fixed) || !agrees(head(central + 6), fixed) ||
        !agrees(sizes(local + 14), [crc, packed, size, length, 0]) ||
        !same(bytes.subarray(local + 30, local + 30 + length), bytes.subarray(central + 46, central + 46 + length))) {
      refuse(`${name}: the two headers differ, or are not in the form of a bundle`);
    }
    if (!(name > before)) refuse(`${name}: names do not rise`);
    const data = bytes.subarray(local + 30 + length, local + 30 + length + size);
    if (crc32(data) !== crc) refuse(`${name}: wrong CRC`);
    files.set(name, data);
    before = name;
    local += 30 + length + size;
    central += 46 + length;
  }
  if (local !== directory || central !== end) refuse('something lies between the members');
  return files;
}

const crcTable = Uint32Array.from({length: 256}, (_, n) => {
  for (let i = 0; i < 8; ++i) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
