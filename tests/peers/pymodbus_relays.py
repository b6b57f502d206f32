#!/usr/bin/python3
"""A relay module made of pymodbus: `PORT` on loopback, unit 1, coils 0 to 5 are its relays, input registers as a Moxa ioLogik
E1214 has them. Every write that arrives is a line on standard output: `coil ADDRESS VALUE` or `register ADDRESS VALUE`.
Standard input takes `input ADDRESS VALUE`, `stuck 1` (writes are confirmed and do nothing), `stuck 0`, `coil ADDRESS VALUE`
(somebody else switches it).
"""
import asyncio
import sys
import threading

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartAsyncTcpServer

stuck = False


class Told(ModbusSequentialDataBlock):
    def __init__(self, kind, values):
        super().__init__(0, values)
        self.kind = kind

    def setValues(self, address, values):
        for offset, value in enumerate(values if isinstance(values, list) else [values]):
            print(self.kind, address + offset, int(value), flush=True)
        if not stuck:
            super().setValues(address, values)

    def becomes(self, address, value):
        super().setValues(address, [value])


coils, holding = Told("coil", [False] * 64), Told("register", [0] * 64)
inputs = ModbusSequentialDataBlock(0, [0] * 64)


def take_orders():
    global stuck
    for line in sys.stdin:
        what, *numbers = line.split()
        numbers = [int(n) for n in numbers]
        if what == "stuck":
            stuck = bool(numbers[0])
        elif what == "coil":
            coils.becomes(numbers[0], bool(numbers[1]))
        elif what == "input":
            inputs.setValues(numbers[0], [numbers[1]])


async def main():
    unit = ModbusSlaveContext(di=ModbusSequentialDataBlock(0, [False] * 64), co=coils, hr=holding, ir=inputs, zero_mode=True)
    threading.Thread(target=take_orders, daemon=True).start()
    await StartAsyncTcpServer(context=ModbusServerContext(slaves={1: unit}, single=False), address=("127.0.0.1", int(sys.argv[1])))


asyncio.run(main())
