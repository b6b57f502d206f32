// A Modbus TCP device made of npm's modbus-serial: `node modbus_serial_device.js PORT`.
// Holds what pymodbus_device.py holds.
const { ServerTCP } = require("modbus-serial");

const bit = (address) => address % 3 === 0;
const register = (address, unit) => 1000 * unit + address;
const device = {
    getDiscreteInput: bit,
    getCoil: bit,
    getHoldingRegister: register,
    getInputRegister: register,
};

new ServerTCP(device, { host: "127.0.0.1", port: Number(process.argv[2]), unitID: 255 });
