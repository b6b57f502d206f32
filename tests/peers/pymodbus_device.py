#!/usr/bin/python3
"""A Modbus device made of pymodbus: `tcp PORT` on loopback, or `rtu PATH` on a tty. With a third word `talkative` its
identification does not fit into one answer.

Units 1 and 2: discrete input and coil A is on when A is a multiple of 3; holding and input register A holds
1000 * unit + A. Inputs and registers up to 99; above, it says "illegal data address".
"""
import asyncio
import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.device import ModbusDeviceIdentification
from pymodbus.server import StartAsyncSerialServer, StartAsyncTcpServer
from pymodbus.transaction import ModbusRtuFramer


def unit(number):
    bits = [address % 3 == 0 for address in range(100)]
    registers = [1000 * number + address for address in range(100)]
    return ModbusSlaveContext(
        di=ModbusSequentialDataBlock(0, bits),
        co=ModbusSequentialDataBlock(0, bits),
        hr=ModbusSequentialDataBlock(0, registers),
        ir=ModbusSequentialDataBlock(0, registers),
        zero_mode=True,
    )


async def main():
    context = ModbusServerContext(slaves={1: unit(1), 2: unit(2)}, single=False)
    kind, place, *talkative = sys.argv[1:]
    names = {"VendorName": "pymodbus", "ProductCode": "PM", "MajorMinorRevision": "3.0"}
    if talkative:
        names |= {"ProductCode": "P" * 120, "MajorMinorRevision": "R" * 120}
    identity = ModbusDeviceIdentification(info_name=names)
    if kind == "tcp":
        await StartAsyncTcpServer(context=context, identity=identity, address=("127.0.0.1", int(place)))
    else:
        await StartAsyncSerialServer(
            context=context,
            identity=identity,
            framer=ModbusRtuFramer,
            port=place,
            baudrate=19200,
            parity="N",
            stopbits=1,
            ignore_missing_slaves=True,
        )


asyncio.run(main())
