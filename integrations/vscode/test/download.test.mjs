import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as http from 'node:http';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { archiveName, download, inPath, installed } from '../out/download.mjs';

const temporary = () => fs.mkdtempSync(path.join(os.tmpdir(), 'canvaslint-'));

// releases serves one release, with the checksums that are given.
async function releases(t, sums) {
  const folder = temporary();
  fs.writeFileSync(path.join(folder, 'canvaslint'), '#!/bin/sh\necho canvaslint\n');
  const name = archiveName('v1.2.3', 'linux', 'x64');
  execFileSync('tar', ['-czf', name, 'canvaslint'], { cwd: folder });
  const archive = fs.readFileSync(path.join(folder, name));
  const sum = createHash('sha256').update(archive).digest('hex');
  const files = { [`/download/v1.2.3/${name}`]: archive, '/download/v1.2.3/checksums.txt': sums(sum, name) };
  const server = http.createServer((request, response) => {
    if (request.url === '/latest') {
      response.writeHead(302, { location: '/tag/v1.2.3' }).end();
      return;
    }
    const body = files[request.url];
    response.writeHead(body ? 200 : 404).end(body);
  });
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  return { folder: temporary(), from: `http://127.0.0.1:${server.address().port}`, platform: 'linux', machine: 'x64' };
}

test('the latest release is downloaded and runs', async t => {
  const wanted = await releases(t, (sum, name) => `${sum}  ${name}\n`);
  const program = await download({ ...wanted, version: '' });
  assert.equal(execFileSync(program, { encoding: 'utf8' }), 'canvaslint\n');
  assert.equal(await installed(wanted.folder, 'linux'), program);
  assert.deepEqual(fs.readdirSync(wanted.folder), ['bin']);
});

test('another checksum installs nothing', async t => {
  const wanted = await releases(t, (sum, name) => `${sum.replace(/^./, c => (c === '0' ? '1' : '0'))}  ${name}\n`);
  await assert.rejects(download({ ...wanted, version: 'v1.2.3' }), /checksum of canvaslint_1.2.3_linux_amd64.tar.gz is not the one/);
  assert.equal(await installed(wanted.folder, 'linux'), undefined);
});

test('a checksum that is missing installs nothing', async t => {
  const wanted = await releases(t, sum => `${sum}  another.tar.gz\n`);
  await assert.rejects(download({ ...wanted, version: 'v1.2.3' }), /it was not installed/);
});

test('versions and machines without a release are refused', async t => {
  const wanted = await releases(t, () => '');
  await assert.rejects(download({ ...wanted, version: 'v1.2.3/../..' }), /is no release/);
  await assert.rejects(download({ ...wanted, version: 'v9.9.9' }), /404/);
  assert.throws(() => archiveName('v1.2.3', 'sunos', 'x64'), /no release for sunos/);
  assert.equal(archiveName('v1.2.3', 'win32', 'arm64'), 'canvaslint_1.2.3_windows_arm64.zip');
});

test('PATH is searched, but for relative folders', async () => {
  const folder = temporary();
  fs.writeFileSync(path.join(folder, 'canvaslint'), '');
  assert.equal(await inPath({ PATH: ['.', '/nowhere', folder].join(path.delimiter) }, 'linux'), path.join(folder, 'canvaslint'));
  assert.equal(await inPath({ PATH: '' }, 'linux'), undefined);
});
