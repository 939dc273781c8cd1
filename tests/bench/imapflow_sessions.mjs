// imapflow with many sessions: node --expose-gc imapflow_sessions.mjs ADDRESS NAME CA_FILE COUNT; → JSON

import { readFileSync } from 'node:fs';
import { ImapFlow } from 'imapflow';

const [host, servername, caFile, count] = process.argv.slice(2);
const IN_FLIGHT = 16;
const tls = { ca: readFileSync(caFile) };
const sessions = [];

async function signIn(number) {
    const auth = { user: `user-${number}@autoconfig.example`, pass: 'secret' };
    const session = new ImapFlow({
        host,
        port: 993,
        secure: true,
        servername,
        tls,
        auth,
        logger: false,
        disableAutoIdle: true,
    });
    await session.connect();
    sessions.push(session);
}

function used() {
    globalThis.gc();
    const { user, system } = process.cpuUsage();
    return { kib: process.memoryUsage.rss() / 1024, cpuMs: (user + system) / 1e3 };
}

for (let number = 0; number < IN_FLIGHT; ++number) await signIn(number);
const before = used();
let next = 0;
await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
        while (next < Number(count)) await signIn(next++);
    }),
);
const after = used();
console.log(JSON.stringify({
    kib: (after.kib - before.kib) / count,
    cpu_ms: (after.cpuMs - before.cpuMs) / count,
}));
process.exit(0);
