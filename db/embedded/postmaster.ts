import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a running Postgres says about itself in postmaster.pid. */
export interface PostmasterFile {
  pid: number;
  port: number;
  ready: boolean;
}

/** Reads postmaster.pid of a cluster; nothing if there is none (or it is half written, which passes). */
export function readPostmasterFile(clusterDir: string): PostmasterFile | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  return { pid, port: Number(lines[3]) || 0, ready: lines[7]?.trim() === 'ready' };
}

/**
 * Whether `pid` is a live Postgres on this very cluster: not a zombie nobody reaps (usual in containers),
 * and not another program that was given the same number after a restart.
 */
export function isPostmasterOf(clusterDir: string, pid: number): boolean {
  if (!isAlive(pid)) return false;
  return commandLine(pid).includes(`postgres -D ${clusterDir} `);
}

/** Whether a process of that number exists and still runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it exists and belongs to someone else.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  return processState(pid) !== 'Z';
}

function processState(pid: number): string | undefined {
  // The state follows the program's name, which may itself hold blanks and brackets.
  if (process.platform === 'linux') return /^.*\) (\S)/s.exec(readProc(pid, 'stat'))?.[1];
  return ps(pid, 'stat').charAt(0);
}

function commandLine(pid: number): string {
  if (process.platform === 'linux') return readProc(pid, 'cmdline').replaceAll('\0', ' ');
  return ps(pid, 'command');
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function ps(pid: number, column: string): string {
  return spawnSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
}
