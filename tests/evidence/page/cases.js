// Bundles that tests/verify/make_cases.py made or forged, and what sealwarden-verify says about each.
const {execFileSync, spawnSync} = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');

function withFolder(use) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sealwarden-page-'));
  const gone = () => fs.rmSync(folder, {recursive: true, force: true});
  return Promise.resolve(use(folder)).finally(gone);
}

// {name, bundle, sheet, held: [path]}
function makeCases(folder) {
  const cases = path.join(folder, 'cases');
  execFileSync(path.join(__dirname, '../../verify/make_cases.py'), [cases]);
  return fs.readdirSync(cases).sort().map((name) => {
    const at = (file) => path.join(cases, name, file);
    const held = fs.readdirSync(path.join(cases, name)).filter((file) => file.startsWith('held')).sort().map(at);
    return {name, bundle: at('bundle.zip'), sheet: at('sheet.txt'), held};
  }).filter(({bundle}) => fs.existsSync(bundle));
}

// {verdict, rule, ...} as its --json says.
function verified(program, {bundle, sheet, held = []}) {
  const options = [bundle, '--json', '--sheet', sheet, ...held.flatMap((file) => ['--held', file])];
  return JSON.parse(spawnSync(program, options, {encoding: 'utf8', maxBuffer: 1 << 28}).stdout);
}

module.exports = {withFolder, makeCases, verified};
