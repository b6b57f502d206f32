// An MQTT 3.1.1 broker that is neither mosquitto nor nats-server: node aedes_broker.js PORT
"use strict";
const net = require("node:net");
const { Aedes } = require("aedes");

async function main() {
  const broker = await Aedes.createBroker();
  net.createServer(broker.handle).listen(Number(process.argv[2]), "127.0.0.1");
}
main();
