/** The fault panel's page: plain HTML, so that the demo needs nothing of the console. */
export const PANEL_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Demo fleet</title>
<style>
  :root { color-scheme: light dark; --line: light-dark(#d8dee6, #303945); --soft: light-dark(#f5f7fa, #171c23); --dim: light-dark(#57606f, #98a3b3); }
  body { font: 14px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 1080px; padding: 24px 16px 64px; background: light-dark(#fff, #0f1318); color: light-dark(#1b2430, #e4e9f0); }
  h1 { font-size: 22px; margin: 0 0 4px; }
  p { color: var(--dim); margin: 0 0 20px; max-width: 68ch; }
  ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 8px; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); }
  li { border: 1px solid var(--line); border-radius: 10px; padding: 10px 12px; background: var(--soft); }
  li header { display: flex; justify-content: space-between; align-items: center; gap: 8px; }
  b { font-weight: 600; }
  .instance { display: flex; justify-content: space-between; color: var(--dim); font-variant-numeric: tabular-nums; }
  header b { overflow-wrap: anywhere; }
  select { font: inherit; min-width: 0; max-width: 62%; text-overflow: ellipsis; border-radius: 6px; border: 1px solid var(--line); padding: 3px 6px; background: transparent; color: inherit; }
  .bad { border-color: #d9482b; }
</style>
</head>
<body>
<h1>Demo fleet</h1>
<p>Real HTTP servers on this machine, one for each instance. Choose how a tenant misbehaves, then watch what the console makes of it. A fault stays until you take it back.</p>
<ul id="tenants" aria-live="polite"></ul>
<script>
const FAULTS = {
  none: ['Healthy', { kind: 'none' }],
  slow: ['Slow (3 s an answer)', { kind: 'slow', millis: 3000 }],
  fail: ['Fails twice', { kind: 'fail', times: 2 }],
  dead: ['Dead (no answer to health checks)', { kind: 'dead' }],
  stuck: ['Stuck on its version', { kind: 'stuck' }],
  drop: ['Applies, then drops the connection', { kind: 'drop' }],
  deny: ['Answers 200 with an error inside', { kind: 'deny' }],
};
const list = document.getElementById('tenants');
function show(tenants) {
  list.replaceChildren(...tenants.map(({ tenantId, instances }) => {
    const item = document.createElement('li');
    const kind = instances.find((one) => one.fault.kind !== 'none')?.fault.kind ?? 'none';
    if (kind !== 'none') item.className = 'bad';
    const header = document.createElement('header');
    const name = document.createElement('b');
    name.textContent = tenantId;
    const choice = document.createElement('select');
    choice.setAttribute('aria-label', 'Behaviour of ' + tenantId);
    for (const [value, [label]] of Object.entries(FAULTS)) choice.add(new Option(label, value, false, value === kind));
    choice.onchange = async () => {
      const body = JSON.stringify({ tenantId, fault: FAULTS[choice.value][1] });
      show(await (await fetch('/faults', { method: 'POST', headers: { 'content-type': 'application/json' }, body })).json());
    };
    header.append(name, choice);
    item.append(header, ...instances.map((one) => {
      const row = document.createElement('div');
      row.className = 'instance';
      const key = document.createElement('span');
      key.textContent = one.key;
      const version = document.createElement('span');
      version.textContent = one.version;
      row.append(key, version);
      return row;
    }));
    return item;
  }));
}
async function refresh() {
  if (!list.contains(document.activeElement)) show(await (await fetch('/tenants')).json());
}
refresh();
setInterval(refresh, 1500);
</script>
</body>
</html>`;
