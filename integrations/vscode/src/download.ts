// Finds the canvaslint program, and downloads a release of it with its checksum. It
// knows nothing of the editor, so that it can be tested without one.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { promisify } from 'node:util';

const releases = 'https://github.com/canvaslint/canvaslint/releases';

export interface Wanted {
  folder: string; // where the program goes
  version: string; // v1.2.3; empty is the latest
  from?: string; // where releases are
  platform?: string;
  machine?: string;
}

function programName(platform: string): string {
  return platform === 'win32' ? 'canvaslint.exe' : 'canvaslint';
}

async function isFile(name: string): Promise<boolean> {
  try {
    return (await fs.stat(name)).isFile();
  } catch {
    return false;
  }
}

// inPath gives the program in one of the folders of PATH.
export async function inPath(env: NodeJS.ProcessEnv, platform: string = process.platform): Promise<string | undefined> {
  for (const folder of (env['PATH'] ?? env['Path'] ?? '').split(path.delimiter)) {
    const name = path.join(folder, programName(platform));
    if (path.isAbsolute(folder) && (await isFile(name))) {
      return name;
    }
  }
  return undefined;
}

// installed gives the program that was downloaded before.
export async function installed(folder: string, platform: string = process.platform): Promise<string | undefined> {
  const name = path.join(folder, 'bin', programName(platform));
  return (await isFile(name)) ? name : undefined;
}

// archiveName is the file of a release for a system.
export function archiveName(version: string, platform: string, machine: string): string {
  const system = { linux: 'linux', darwin: 'darwin', win32: 'windows' }[platform];
  const architecture = { x64: 'amd64', arm64: 'arm64' }[machine];
  if (!system || !architecture) {
    throw new Error(`there is no release for ${platform} on ${machine}: build canvaslint and set canvaslint.path`);
  }
  return `canvaslint_${version.replace(/^v/, '')}_${system}_${architecture}.${platform === 'win32' ? 'zip' : 'tar.gz'}`;
}

// download puts the program of a release into a folder, and gives its path. It writes
// nothing where the checksum is not the one of the release.
export async function download(wanted: Wanted): Promise<string> {
  const { folder, from = releases, platform = process.platform, machine = process.arch } = wanted;
  const version = wanted.version || (await latest(from));
  if (!/^v\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?$/.test(version)) {
    throw new Error(`"${version}" is no release: canvaslint.version takes one such as v1.2.3`);
  }
  const name = archiveName(version, platform, machine);
  const archive = await get(`${from}/download/${version}/${name}`);
  const sums = (await get(`${from}/download/${version}/checksums.txt`)).toString('utf8');
  const want = sums.split('\n').map(line => line.trim().split(/\s+/)).find(words => words[1] === name)?.[0];
  if (!want || createHash('sha256').update(archive).digest('hex') !== want) {
    throw new Error(`the checksum of ${name} is not the one in checksums.txt: it was not installed`);
  }
  return unpack(folder, name, archive, platform);
}

// unpack lets the system's tar unpack the program, beside where it goes.
async function unpack(folder: string, name: string, archive: Buffer, platform: string): Promise<string> {
  await fs.mkdir(folder, { recursive: true });
  const work = await fs.mkdtemp(path.join(folder, 'download-'));
  try {
    await fs.writeFile(path.join(work, name), archive);
    await promisify(execFile)('tar', ['-xf', name, programName(platform)], { cwd: work });
    const bin = path.join(folder, 'bin');
    await fs.mkdir(bin, { recursive: true });
    const program = path.join(bin, programName(platform));
    await fs.rename(path.join(work, programName(platform)), program);
    await fs.chmod(program, 0o755);
    return program;
  } finally {
    await fs.rm(work, { recursive: true, force: true });
  }
}

// latest is the version to which the page of the latest release leads.
async function latest(from: string): Promise<string> {
  const answer = await fetch(`${from}/latest`, { redirect: 'manual' });
  const version = answer.headers.get('location')?.split('/').pop();
  if (!version) {
    throw new Error(`find the latest release: ${from}/latest answers ${answer.status}`);
  }
  return version;
}

async function get(url: string): Promise<Buffer> {
  const answer = await fetch(url);
  if (!answer.ok) {
    throw new Error(`download ${url}: ${answer.status} ${answer.statusText}`);
  }
  return Buffer.from(await answer.arrayBuffer());
}
