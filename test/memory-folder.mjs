import { mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import { join } from 'node:path';

/** Linux's file system in memory. In containers it often has 64 MB. */
const MEMORY = '/dev/shm';
/** Beginning of the name of a folder. The id of the process follows, so that a later run can remove what a killed one left. */
const PREFIX = 'userspan-tests-';
const GIGABYTE = 2 ** 30;
/** Enough for the files of all tests, even if many fail and leave theirs. */
const FILES_BYTES = 4 * GIGABYTE;
/** What the processes of the tests need beside their files. */
const PROCESSES_BYTES = 4 * GIGABYTE;

/**
 * Keeps the temporary files of tests in memory if there is room, and returns a function that removes them.
 *
 * Collectors and engines write every batch through to the disk, and on a busy disk tests wait for that longer than they
 * compute. No test needs a disk: files outlive a killed process in memory, too, and `packages/collector/bench/crash.mjs`
 * simulates power failures without one. `USERSPAN_TEST_DISK=1` leaves the files on the disk.
 */
export async function useMemoryFolder() {
  const { USERSPAN_TEST_DISK, TMPDIR } = process.env;
  if (USERSPAN_TEST_DISK === '1') return undefined;
  await removeFoldersOfEndedRuns();
  if (!(await hasRoom())) return undefined;
  const folder = await mkdtemp(join(MEMORY, `${PREFIX}${process.pid}-`));
  process.env.TMPDIR = folder;
  return async () => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
}

async function hasRoom() {
  const free = await statfs(MEMORY).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  return free >= FILES_BYTES && freemem() >= FILES_BYTES + PROCESSES_BYTES;
}

async function removeFoldersOfEndedRuns() {
  for (const name of await readdir(MEMORY).catch(() => [])) {
    const pid = Number.parseInt(name.slice(PREFIX.length), 10);
    if (!name.startsWith(PREFIX) || isRunning(pid)) continue;
    await rm(join(MEMORY, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch ({ code }) {
    return code !== 'ESRCH';
  }
}
