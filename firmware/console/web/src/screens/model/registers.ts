// Registers as a technician compares them with a manual.
export type Table = 'coil' | 'discrete_input' | 'input_register' | 'holding_register';

export interface Row {
  address: number;
  unsigned: number;
  signed: number | string;
  hex: string;
  bits: string;
}

export function registersAs(table: Table, address: number, registers: readonly number[]): Row[] {
  const isBit = table === 'coil' || table === 'discrete_input';
  return registers.map((value, index) => ({
    address: address + index,
    unsigned: value,
    signed: isBit ? '' : value > 0x7fff ? value - 0x10000 : value,
    hex: isBit ? '' : `0x${value.toString(16).toUpperCase().padStart(4, '0')}`,
    bits: isBit ? String(value) : value.toString(2).padStart(16, '0').replace(/(.{4})(?=.)/g, '$1 '),
  }));
}
