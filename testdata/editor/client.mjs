// An editor that is not ours: it speaks with "canvaslint lsp" through the protocol
// library of VS Code. It opens, edits, waits for diagnostics, hovers, applies a code
// action, saves, and ends the session.
//
//     node client.mjs CANVASLINT LIBRARY WORKSPACE KEY_POLICY DOMAIN
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [canvaslint, library, workspace, keyPolicy, domain] = process.argv.slice(2);
const lsp = createRequire(path.join(library, 'x.js'))('vscode-languageserver-protocol/node');
const uri = name => pathToFileURL(path.join(workspace, name)).toString();
const read = name => fs.readFileSync(path.join(workspace, name), 'utf8');

const server = spawn(canvaslint, ['lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
const ended = new Promise(done => server.on('exit', done));
const connection = lsp.createProtocolConnection(new lsp.StreamMessageReader(server.stdout), new lsp.StreamMessageWriter(server.stdin));

// told are the last diagnostics by document, and waiting who waits for others.
const told = new Map();
let waiting = [];
connection.onNotification(lsp.PublishDiagnosticsNotification.type, params => {
  told.set(params.uri, params);
  waiting = waiting.filter(wait => !wait());
});
connection.onRequest(lsp.RegistrationRequest.type, () => {});
connection.listen();

const until = (name, holds) => new Promise(done => {
  const wait = () => {
    const params = told.get(uri(name));
    if (!params || !holds(params)) {
      return false;
    }
    done(params.diagnostics);
    return true;
  };
  if (!wait()) {
    waiting.push(wait);
  }
});

const documents = new Map();
const open = name => {
  const document = lsp.TextDocument.create(uri(name), 'json', 1, read(name));
  documents.set(document.uri, document);
  connection.sendNotification(lsp.DidOpenTextDocumentNotification.type, { textDocument: { uri: document.uri, languageId: 'json', version: 1, text: document.getText() } });
  return document;
};
const edit = (document, edits) => {
  const changed = lsp.TextDocument.create(document.uri, 'json', document.version + 1, lsp.TextDocument.applyEdits(document, edits));
  documents.set(changed.uri, changed);
  connection.sendNotification(lsp.DidChangeTextDocumentNotification.type, {
    textDocument: { uri: changed.uri, version: changed.version },
    contentChanges: [...edits].sort((a, b) => document.offsetAt(b.range.start) - document.offsetAt(a.range.start)).map(e => ({ range: e.range, text: e.newText })),
  });
  return changed;
};
const save = document => {
  fs.writeFileSync(fileURLToPath(document.uri), document.getText());
  connection.sendNotification(lsp.DidSaveTextDocumentNotification.type, { textDocument: { uri: document.uri } });
};

const { capabilities } = await connection.sendRequest(lsp.InitializeRequest.type, {
  processId: process.pid, rootUri: pathToFileURL(workspace).toString(), workspaceFolders: [{ uri: pathToFileURL(workspace).toString(), name: 'test' }],
  capabilities: { workspace: { workspaceEdit: { documentChanges: true }, didChangeWatchedFiles: { dynamicRegistration: true } } },
});
assert.equal(capabilities.textDocumentSync.change, lsp.TextDocumentSyncKind.Incremental);
connection.sendNotification(lsp.InitializedNotification.type, {});

// A key policy that is open to everyone, and is not any more.
let policy = open(keyPolicy);
const ofRule = list => list.filter(d => d.code === 'key-open-to-everyone'); // that nothing says whose it is, is a problem
const found = ofRule(await until(keyPolicy, p => p.version === 1));
assert.equal(found.length, 1);
assert.equal(policy.getText(found[0].range), '"*"');
const hover = await connection.sendRequest(lsp.HoverRequest.type, { textDocument: { uri: policy.uri }, position: policy.positionAt(policy.getText().indexOf('kms:Decrypt')) });
assert.match(hover.contents.value, /^`kms:Decrypt`\n/);
policy = edit(policy, [{ range: found[0].range, newText: '{"AWS": "arn:aws:iam::100000000000:root"}' }]);
assert.deepEqual(ofRule(await until(keyPolicy, p => p.version === 2)), []);
save(policy);

// A domain whose role may not use the storage key, until the fix is applied.
open(domain);
const [error] = await until(domain, p => p.version === 1);
assert.equal(error.severity, lsp.DiagnosticSeverity.Error);
const actions = await connection.sendRequest(lsp.CodeActionRequest.type, { textDocument: { uri: uri(domain) }, range: error.range, context: { diagnostics: [error] } });
const fix = actions.find(action => action.title === 'Fix all errors of this file');
for (const change of fix.edit.documentChanges) {
  const name = path.relative(workspace, fileURLToPath(change.textDocument.uri));
  save(edit(documents.get(change.textDocument.uri) ?? open(name), change.edits));
}
assert.deepEqual(await until(domain, p => p.diagnostics.length === 0), []);

await connection.sendRequest(lsp.ShutdownRequest.type);
await connection.sendNotification(lsp.ExitNotification.type);
assert.equal(await ended, 0);
console.log('fixed and saved');
process.exit(0);
