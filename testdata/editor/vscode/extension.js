// Someone at VS Code with the extension of canvaslint: opens, edits, waits for
// diagnostics, hovers, applies a code action, saves. It tells the test how that went:
// CANVASLINT_TOLD is where it listens, KEY_POLICY and DOMAIN the files to work on.
const assert = require('node:assert/strict');
const http = require('node:http');
const vscode = require('vscode');

exports.activate = () => {
  work().then(() => 'fixed and saved', problem => String(problem.stack ?? problem)).then(outcome => {
    http.request(process.env.CANVASLINT_TOLD, { method: 'POST' }).end(outcome);
  });
};

const place = name => vscode.Uri.joinPath(vscode.workspace.workspaceFolders[0].uri, name);

// until waits for diagnostics of canvaslint that hold.
const until = (uri, holds) => new Promise(done => {
  const look = () => {
    const list = vscode.languages.getDiagnostics(uri).filter(d => d.source === 'canvaslint');
    if (holds(list)) {
      listening.dispose();
      done(list);
    }
  };
  const listening = vscode.languages.onDidChangeDiagnostics(look);
  look();
});

const isOpen = diagnostic => (diagnostic.code.value ?? diagnostic.code) === 'key-open-to-everyone';

async function work() {
  // A key policy that is open to everyone, and is not any more.
  const policy = await vscode.workspace.openTextDocument(place(process.env.KEY_POLICY));
  await vscode.window.showTextDocument(policy);
  const found = (await until(policy.uri, list => list.some(isOpen))).find(isOpen);
  assert.equal(policy.getText(found.range), '"*"');
  const at = policy.positionAt(policy.getText().indexOf('kms:Decrypt'));
  const hovers = await vscode.commands.executeCommand('vscode.executeHoverProvider', policy.uri, at);
  assert.match(hovers.flatMap(h => h.contents).map(c => c.value).join('\n'), /`kms:Decrypt`/);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(policy.uri, found.range, '{"AWS": "arn:aws:iam::100000000000:root"}');
  assert.ok(await vscode.workspace.applyEdit(edit));
  await until(policy.uri, list => !list.some(isOpen));
  assert.ok(await policy.save());

  // A domain whose role may not use the storage key, until the fix is applied.
  const domain = await vscode.workspace.openTextDocument(place(process.env.DOMAIN));
  await vscode.window.showTextDocument(domain);
  const isError = d => d.severity === vscode.DiagnosticSeverity.Error;
  const [error] = (await until(domain.uri, list => list.some(isError))).filter(isError);
  const actions = await vscode.commands.executeCommand('vscode.executeCodeActionProvider', domain.uri, error.range);
  const fix = actions.find(action => action.title === 'Fix all errors of this file' && action.edit);
  assert.ok(fix, `no fix among ${actions.map(action => action.title)}`);
  assert.ok(await vscode.workspace.applyEdit(fix.edit));
  await until(domain.uri, list => list.length === 0);
  for (const changed of vscode.workspace.textDocuments.filter(d => d.isDirty)) {
    assert.ok(await changed.save(), changed.fileName);
  }
}
