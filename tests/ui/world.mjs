// The world of the stories: a simulated site, its gateway and the console in a folder and on ports of
// their own, with users of every role. Everything it starts is stopped again, by process id.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

export async function until(what, ask, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  let last;
  while (Date.now() < end) {
    try {
      const answer = await ask();
      if (answer) return answer;
    } catch (error) {
      last = error;
    }
    await sleep(50);
  }
  throw new Error(`waited ${seconds} s for ${what}${last ? `: ${last.message}` : ''}`);
}

const freePort = () =>
  new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });

// Zones named so have the sign turned round: Etc/GMT+6 is six hours behind UTC.
function midnightZone(now) {
  const behind = now.getUTCHours();
  return behind <= 12 ? `Etc/GMT+${behind}` : `Etc/GMT-${24 - behind}`;
}

export const people = {
  ana: { role: 'supervisor', name: 'Ana Rivas', person: 'ana-r' },
  sofia: { role: 'security', name: 'Sofía Núñez', person: 'sofia-n' },
  aldo: { role: 'auditor', name: 'Aldo Peña' },
  root: { role: 'admin', name: 'Rosa Otero' },
  wall: { role: 'wall', name: 'Wall at the gate' },
};
export const password = 'a long sentence for the console';

export class World {
  #children = [];

  static async start(options) {
    const world = new World();
    try {
      await world.#start(options);
    } catch (error) {
      await world.stop();
      throw error;
    }
    return world;
  }

  #run(name, args, stdio = ['ignore']) {
    const log = openSync(join(this.directory, `${name}.log`), 'a');
    const child = spawn(this.binary, args, { stdio: [stdio[0], log, log], detached: true });
    child.unref();
    this.#children.push(child);
    return child;
  }

  verb(args, input = '') {
    return execFileSync(this.binary, ['--config', this.config, ...args], { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
  }

  async #start({ binary, web, keep, scenario = join(here, 'evening.toml') }) {
    this.binary = binary;
    this.keep = keep;
    this.directory = mkdtempSync(join(tmpdir(), 'sealwarden-ui-'));
    mkdirSync(join(this.directory, 'log'));
    symlinkSync(join(root, 'config/profiles'), join(this.directory, 'profiles'));
    this.port = await freePort();
    let site = readFileSync(join(root, 'config/demo/site.toml.in'), 'utf8').replaceAll('@DIR@', this.directory);
    for (const name of ['EAST', 'SEALS', 'POWER']) site = site.replaceAll(`@PORT_${name}@`, String(await freePort()));
    // At the site it is between midnight and one, so that "22:00 to 02:00" is this night.
    this.zone = midnightZone(new Date());
    site = site.replace(/^time_zone = .*$/m, `time_zone = "${this.zone}"`);
    // No broker: the console is a reader of its own. No pictures: nothing serves them here.
    site = site.replace(/^(picture|stored)_url.*$/gm, '').replace(/\[mqtt\]\n(?:.+\n)*/, '').replace(/\[console\]\n(?:.+\n)*/, '');
    // The office door and the camera on the module of the docks: a pseudo-terminal answers late where much is built beside this.
    for (const [line, input] of [['io2.di0', 'io1.di3'], ['io2.di1', 'io1.di4'], ['io2.di2', 'io1.di5']]) site = site.replaceAll(`"${line}"`, `"${input}"`);
    site += `\n[console]\nlisten = ["127.0.0.1:${this.port}"]\nfiles = "${web}"\n`;
    site += `\n[evidence]\nkeys = "${this.directory}/keys"\n`;
    this.config = join(this.directory, 'site.toml');
    writeFileSync(this.config, site);
    // Signed from the first entry on; the sheet is what an auditor holds.
    this.sheet = join(this.directory, 'sheet.txt');
    writeFileSync(this.sheet, this.verb(['commission', '--years', '1']));
    this.simulator = this.#run('simulator', ['sim', 'run', scenario, '--config', this.config, '--wait'], ['pipe']);
    this.startGateway();
    this.url = `https://127.0.0.1:${this.port}`;
    await until('the console', () => this.alive(), 30);
  }

  // `run` starts the console as a front of its own.
  startGateway() {
    this.gateway = this.#run('gateway', ['run', '--config', this.config]);
  }

  consoleProcess() {
    const found = execFileSync('pgrep', ['-P', String(this.gateway.pid), '-f', 'console'], { encoding: 'utf8' }).trim().split('\n')[0];
    return Number(found);
  }

  alive() {
    return new Promise((done) => {
      const ask = request({ host: '127.0.0.1', port: this.port, path: '/livez', rejectUnauthorized: false, timeout: 1000 }, (answer) => {
        answer.resume();
        done(answer.statusCode === 200);
      });
      ask.on('error', () => done(false));
      ask.on('timeout', () => ask.destroy());
      ask.end();
    });
  }

  // People begin; the scenario's time with them.
  begin() {
    this.simulator.stdin.write('\n');
  }

  signal(pid, name) {
    process.kill(pid, name);
  }

  async stop() {
    for (const child of [...this.#children].reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      await Promise.race([ended, sleep(8000)]);
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    }
    if (this.directory && !this.keep) rmSync(this.directory, { recursive: true, force: true });
  }
}
