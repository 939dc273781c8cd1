// imapflow at work through imap.sock: node imapflow_client.mjs SOCKET ACCOUNT SUBJECT
// Does what a backend does with a mailbox, and waits in IDLE for a message of that subject in between:
// prints "waiting" when it is to be delivered, and at the end what it saw, as a line of JSON.

import { ImapFlow } from 'imapflow';

const [socket, account, awaited] = process.argv.slice(2);
const BIG = 300_000; // in bytes: several reads and writes of a socket

const client = new ImapFlow({
    host: 'gatepost',
    port: 143,
    secure: false,
    tls: { path: socket }, // goes to net.connect() as it is
    auth: { user: account, pass: 'anything' },
    logger: false,
});

const seen = {};
await client.connect();
seen.capabilities = [...client.capabilities.keys()];
seen.mailboxes = (await client.list()).map((box) => [box.path, box.specialUse ?? null]);

const inbox = await client.getMailboxLock('INBOX');
try {
    seen.messages = [];
    for await (const message of client.fetch('1:*', { envelope: true, bodyStructure: true })) {
        seen.messages.push(message.envelope.subject);
    }
    const arrived = new Promise((resolve) => client.on('exists', resolve));
    client.idle(); // until the next command
    console.log('waiting');
    await arrived;
    const [uid] = await client.search({ subject: awaited }, { uid: true });
    const { content } = await client.download(uid, undefined, { uid: true });
    seen.downloaded = 0;
    for await (const piece of content) seen.downloaded += piece.length;
    await client.messageFlagsAdd(uid, ['\\Flagged'], { uid: true });
    seen.flags = [...(await client.fetchOne(uid, { flags: true }, { uid: true })).flags];
} finally {
    inbox.release();
}

const text = `Subject: big\r\n\r\n${'0123456789\r\n'.repeat(BIG / 12)}`;
const appended = await client.append('Drafts', text, ['\\Draft']);
const drafts = await client.getMailboxLock('Drafts');
try {
    seen.appended = (await client.fetchOne(appended.uid, { size: true }, { uid: true })).size;
    seen.expected = text.length;
    seen.deleted = await client.messageDelete(appended.uid, { uid: true });
    seen.left = client.mailbox.exists;
} finally {
    drafts.release();
}
await client.logout();
console.log(JSON.stringify(seen));
