-- A vault of schema 1, as it was first released, with the root key of schema_test.cpp.
PRAGMA application_id = 1735423604;
PRAGMA user_version = 1;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE vault (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    root_key_check BLOB NOT NULL,
    tag_key BLOB NOT NULL,               -- wrapped by the root key
    probes INTEGER NOT NULL DEFAULT 0    -- raised to see whether the disk takes writes again
) STRICT;
INSERT INTO vault VALUES(1,X'a58b0c9ff62443a0ec571a49cba79ed367094e796404c5e2f71cd4336a94e193',X'014e5d94a70340d42307183859b89eee503ba172757fd0972dc725f3058d3782f14a033f01c30fc75933420a53ac09c70de57d25b66433e21712718f55b86cbdc0c4af1f77116df49c',0);
CREATE TABLE wrapping_keys (
    number INTEGER PRIMARY KEY,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    wrapped BLOB NOT NULL                -- by the root key
) STRICT;
INSERT INTO wrapping_keys VALUES(1,1,X'01a5608770097f7eff9a96cab64b0dc4986e2f3c0ad9e262d50e4d8f93846543cef7b9428361a0438f777ce091caba55fe816dcafd6d4f9c07a8373cc910964758177938b6ab2a5eb2');
CREATE TABLE data_keys (
    id BLOB PRIMARY KEY,                 -- random, never used again
    wrapping_key INTEGER NOT NULL REFERENCES wrapping_keys (number),
    wrapped BLOB NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO data_keys VALUES(X'19443ce8f8151de1f88fb605979a12fd',1,X'01e474cb93b8503b41b9e3f26059c2fe41c37bd3b0bf2706e854c30f7e66d039213e4dcd9d6576b19011a1e38f2312d352f63485e9bd8f99e8c2debab18eb3c76bc98bcf1fcf630581');
INSERT INTO data_keys VALUES(X'3b9df1a2e1e8e14460de58284000175d',1,X'0160fbbe4135125f2680b4666dcf75d14700923478b485dce1caf818bd45e7d6e01cc216f86f86ae3f445cefe96a9079348c2e4902dd301f93c208ac293b2c6d19b6fc7743736ddf1f');
INSERT INTO data_keys VALUES(X'538d9f11b3861c9e74d3721cbb4c5dd2',1,X'0158b5db6f67f29cf8d9f9c909a5718734fae2a43da81d84d4a6619146152d2e8e38278dc34da401502d8c39751d6ff2cf1672971dd207f0138ea6c6c1282a38744ebb438d39c233bd');
INSERT INTO data_keys VALUES(X'a5496dc513456c9854b8b3ea3d33ac0c',1,X'01556b17d3f5301f34fc8558dab68c0ad2b9f91ae974b7a17a67c0fdd86cd350c0187527be485c38d5b76738d33b11a53d97391d1d647268efda1891aacd08a982b6b29c4985598cc6');
CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    application TEXT NOT NULL,
    email TEXT NOT NULL,
    provider TEXT NOT NULL,
    host TEXT NOT NULL,
    port INTEGER NOT NULL,
    security TEXT NOT NULL,
    username TEXT NOT NULL,
    auth_methods TEXT NOT NULL,          -- in the order of preference, with commas
    auth TEXT NOT NULL,
    standing TEXT NOT NULL,
    problem TEXT,                        -- JSON
    created_at_ms INTEGER NOT NULL,
    state_since_ms INTEGER NOT NULL,
    status_callback_url TEXT NOT NULL,
    labels TEXT NOT NULL,                -- JSON
    version INTEGER NOT NULL,
    data_key BLOB NOT NULL UNIQUE REFERENCES data_keys (id),
    credential_version INTEGER,          -- the version that the credential was stored with
    credential BLOB,                     -- sealed by the data key
    tag BLOB NOT NULL,                   -- over all the others
    UNIQUE (application, email)
) STRICT;
INSERT INTO accounts VALUES('account-1','default','account-1@example.com','example.com','imap.example.com',143,'starttls','account-1@example.com','xoauth2,password','xoauth2','refused','{"kind":"sign-in-refused","detail":"Said “no”.","facts":[["reason","\"x\""]]}',1700000000123,1700000000456,'https://backend.example/called','{"naïve":"ключ","tenant":"42"}',1,X'a5496dc513456c9854b8b3ea3d33ac0c',1,X'01fc5b025e32801f8c35dd0f0b12b2981888a3be4920a6c0a33a2b1fe3f00bca9ca47aa4a8296cff8b2ba8db54255f0b2810ec85db40e6323f18c8af06254220484b97fe4afec2',X'f9f901dc18fb1c2fbd1cbd8a979f20a2');
INSERT INTO accounts VALUES('account-2','default','account-2@example.com','example.com','imap.example.com',143,'starttls','account-2@example.com','xoauth2,password','xoauth2','refused','{"kind":"sign-in-refused","detail":"Said “no”.","facts":[["reason","\"x\""]]}',1700000000123,1700000000456,'https://backend.example/called','{"naïve":"ключ","tenant":"42"}',1,X'3b9df1a2e1e8e14460de58284000175d',1,X'01617a0870d4a470515730a4f914a80080008db6684eec35e793d532671cdb10cbdadd59b9cd22e8a17e504bdad62f77bfcf5519070497ca98cd98ea90930e300be9235d9369a7',X'43cfbb929c1e56393be29a51543721bc');
INSERT INTO accounts VALUES('account-3','default','account-3@example.com','example.com','imap.example.com',143,'starttls','account-3@example.com','xoauth2,password','xoauth2','refused','{"kind":"sign-in-refused","detail":"Said “no”.","facts":[["reason","\"x\""]]}',1700000000123,1700000000456,'https://backend.example/called','{"naïve":"ключ","tenant":"42"}',2,X'19443ce8f8151de1f88fb605979a12fd',2,X'015ff3e93512925ab553541bb68e33340848fbfe3e2b26edf1c90b2f3f55b9e894bc5540f2afaa70edf1fe4f0cbf8ad2d64aee9da7f54079b2a900cc23d3d3a6507692c245f653',X'8f5b35932ef1e28469878f5526c71454');
INSERT INTO accounts VALUES('account-4','default','account-4@example.com','example.com','imap.example.com',143,'starttls','account-4@example.com','xoauth2,password','xoauth2','refused','{"kind":"sign-in-refused","detail":"Said “no”.","facts":[["reason","\"x\""]]}',1700000000123,1700000000456,'https://backend.example/called','{"naïve":"ключ","tenant":"42"}',1,X'538d9f11b3861c9e74d3721cbb4c5dd2',1,X'0169550102a828edbcf4494f1fd4082aa7d6b59ce1454f60e36b49e12b80b4b673b3b34cefcafc9b2dee22b40d123cec6d201616c6cbf43089250a4f5e9a5596a17dfeec72ef73',X'a99a1fb99835a60ef76cd6378a3ae999');
CREATE UNIQUE INDEX one_wrapping_key_is_active ON wrapping_keys (active) WHERE active = 1;
COMMIT;
