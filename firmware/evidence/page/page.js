// The page itself: what stands in it, what the reader brings, the verdict. Texts come from config/text (the same words as
// in the command line and the report); nothing of the bundle is ever put into the page as markup.
const texts = JSON.parse(document.getElementById('texts').textContent);
const language = new URLSearchParams(location.search).get('lang') ?? document.documentElement.lang;
const say = (key, values = {}) =>
  (texts[language]?.[key] ?? texts.en[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
const at = (id) => document.getElementById(id);

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// gzip of a ZIP of everything but START-HERE.html and SHA256SUMS, as base64: those two depend on this page.
async function embeddedFiles() {
  const packed = fromBase64(at('bundle').textContent.trim());
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return parseZip(new Uint8Array(await new Response(stream).arrayBuffer()));
}

let brought = null;  // a bundle that was dropped on the page

function readerSays() {
  const sheet = at('sheet').value;
  const isSheet = sheet.startsWith('sealwarden sheet');
  const held = at('held').value.split(/\n(?=\S+\/g\d+\n\d+\n)/).map((text) => text.trim()).filter((text) => text !== '');
  return {
    sheetText: isSheet ? `${sheet.trim()}\n` : undefined,
    words: isSheet || sheet.trim() === '' ? undefined : sheet,
    held: held.map((text) => bytesOf(`${text}\n`)),
  };
}

async function check() {
  at('verdict').className = 'busy';
  at('word').textContent = say('page.checking');
  const progress = async (rule) => {
    at('sentence').textContent = rule;
    await new Promise((resolve) => setTimeout(resolve));  // lets the page be drawn
  };
  let result;
  try {
    result = await judge(brought ?? await embeddedFiles(), readerSays(), brought === null, progress);
  } catch (error) {
    const unable = error.name === 'NotSupportedError' ? say('page.browser_too_old') : error.message;
    result = {word: 'not_checked', rule: 'container.form', detail: unable, findings: [], bundle: {}};
  }
  show(result);
  return result;
}

function show({word, rule, detail, findings, bundle}) {
  at('verdict').className = word;
  at('word').textContent = say(`verdict.${word}`);
  at('sentence').textContent = rule ? say(`rule.${rule}`) : say(`verdict.${word}.means`);
  at('detail').textContent = rule ? `${rule}: ${detail}` : '';
  at('findings').replaceChildren(...findings.map(({kind, detail: what}) => element('li', `${say(`finding.${kind}`)}: ${what}`)));
  const {manifest, records} = bundle;
  at('question').textContent = manifest ? say('page.question', {
    subject: `${manifest.query.subject.k} ${manifest.query.subject.v}`, since: manifest.query.since, until: manifest.query.until,
  }) : '';
  at('records').replaceChildren(...rowsOf(word, manifest, records));
}

// Records are shown only when every one of them was checked: a table of forged rows under the word "changed" would still
// be read.
function rowsOf(word, manifest, records) {
  if (!records || word === 'changed' || word === 'not_checked') return [];
  const rows = [];
  for (const {record} of records.values()) {
    if (!ofSubject(record, manifest.query.subject)) continue;
    const row = document.createElement('tr');
    const cells = [record.i, record.t.wall, record.kind, record.subj.map(subjectName).join(' '), canonicalText(record.data)];
    row.append(...cells.map((cell) => element('td', cell)));
    rows.push(row);
  }
  return rows;
}

async function bring(file) {
  try {
    brought = parseZip(new Uint8Array(await file.arrayBuffer()));
    at('brought').textContent = say('page.brought', {name: file.name});
    await check();
  } catch (error) {
    show({word: 'not_checked', rule: 'container.form', detail: `${file.name}: ${error.message}`, findings: [], bundle: {}});
  }
}

function begin() {
  for (const labelled of document.querySelectorAll('[data-text]')) labelled.textContent = say(labelled.dataset.text);
  at('check').addEventListener('click', check);
  document.addEventListener('dragover', (event) => event.preventDefault());
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    if (event.dataTransfer.files[0]) bring(event.dataTransfer.files[0]);
  });
  at('file').addEventListener('change', () => bring(at('file').files[0]));
  // What this page hashes of itself: the document as it was parsed. A forged page can print anything; comparing this with
  // SHA256SUMS by another tool is what counts, and the page says so.
  at('self').textContent = hexOf(sha256(bytesOf(source)));
  show({word: 'not_checked', rule: '', detail: '', findings: [], bundle: {}});
}
