/**
 * Installs the programs that tests switch or use for real. Only .ci/run calls it: nobody's machine is
 * changed by running the tests. Whatever goes wrong here is told and no failure, the tests without their program are
 * skipped.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { ensureInstalledIn } from './install.mjs';

/** The packages of each program; the first has its service. */
const packages = {
  apache2: ['apache2'],
  caddy: ['caddy'],
  etcd: ['etcd-server'],
  faketime: ['faketime'],
  haproxy: ['haproxy'],
  ip: ['iproute2'],
  mariadbd: ['mariadb-server'],
  pdns_server: ['pdns-server', 'pdns-backend-sqlite3'],
  promtool: ['prometheus'],
  'rabbitmq-server': ['rabbitmq-server'],
  'redis-server': ['redis-server'],
  sqlite3: ['sqlite3'],
};
/** Those that are no service. */
const plain = new Set(['faketime', 'iproute2', 'pdns-backend-sqlite3', 'sqlite3']);
/**
 * Services that have another name than their package.
 * @type {Record<string, string>}
 */
const services = { 'etcd-server': 'etcd', 'mariadb-server': 'mariadb', 'pdns-server': 'pdns' };
const folders = [...(process.env.PATH ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin'];
/** Debian asks this program before it starts a service; 101 forbids it. */
const policyFile = '/usr/sbin/policy-rc.d';
const patienceMs = 240_000;

/** @param {string} program */
function isInstalled(program) {
  return folders.some((folder) => folder !== '' && existsSync(`${folder}/${program}`));
}

/**
 * @param {string} program
 * @param {string[]} args
 * @returns {string | null} what it said when it failed
 */
function attempt(program, ...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const done = spawnSync(program, args, { env, encoding: 'utf8', timeout: patienceMs });
  if (done.status === 0) return null;
  const said = done.error?.message ?? (done.stderr || done.stdout).trim().split('\n').slice(-3).join('\n');
  return `${program} ${args[0]} failed: ${said}`;
}

/** @param {string[]} missing names of packages */
function install(missing) {
  // A machine that forbids services already is left as it is.
  const forbid = !existsSync(policyFile);
  if (forbid) writeFileSync(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    const apt = ['-o', 'DPkg::Lock::Timeout=60', '-o', 'Acquire::Retries=2'];
    return (
      attempt('apt-get', 'update', ...apt) ??
      attempt('apt-get', 'install', '--yes', '--no-install-recommends', ...apt, ...missing)
    );
  } finally {
    if (forbid) rmSync(policyFile);
    // Neither do they start with the next boot.
    if (existsSync('/bin/systemctl'))
      attempt('systemctl', 'disable', ...missing.filter((name) => !plain.has(name)).map(serviceOf));
  }
}

/** @param {string} name */
function serviceOf(name) {
  return services[name] ?? name;
}

/** Programs that npm has and that weigh too much to be packages of ours. */
async function installFromNpm() {
  try {
    await ensureInstalledIn('.ci/node-red', 'Node-RED for the tests');
  } catch (error) {
    console.log(`${error instanceof Error ? error.message : error}\nTests that need Node-RED are skipped.`);
  }
}

function installFromDebian() {
  const missing = Object.entries(packages).flatMap(([program, names]) => (isInstalled(program) ? [] : names));
  if (missing.length === 0) return;
  const what = missing.join(', ');
  if (userInfo().uid !== 0 || !existsSync('/usr/bin/apt-get')) {
    console.log(`Not installed, since that takes root on Debian: ${what}. Tests that need them are skipped.`);
    return;
  }
  console.log(`Installing for the tests: ${what}…`);
  const problem = install(missing);
  if (problem) console.log(`${problem}\nTests that need ${what} are skipped.`);
}

installFromDebian();
await installFromNpm();
