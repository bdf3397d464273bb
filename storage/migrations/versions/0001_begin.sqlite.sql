CREATE TABLE hamlet (
    id INTEGER NOT NULL,
    commune VARCHAR(5) NOT NULL CONSTRAINT ck_hamlet_commune CHECK (length(commune) = 5),
    name VARCHAR(80) NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    CONSTRAINT pk_hamlet PRIMARY KEY (id),
    CONSTRAINT ck_hamlet_dates CHECK (valid_to IS NULL OR valid_to >= valid_from),
    CONSTRAINT uq_hamlet_commune_name_valid_from UNIQUE (commune, name, valid_from)
);

CREATE TABLE inbox (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    channel VARCHAR(10) NOT NULL CONSTRAINT ck_inbox_channel CHECK (channel IN ('web', 'telegram', 'zalo_oa', 'zalo_bot')),
    "key" VARCHAR(100) NOT NULL,
    lane VARCHAR(32),
    seq BIGINT NOT NULL,
    body BLOB,
    state VARCHAR(6) NOT NULL CONSTRAINT ck_inbox_state CHECK (state IN ('new', 'done', 'failed')),
    attempts INTEGER DEFAULT '0' NOT NULL,
    received_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    done_at BIGINT,
    error VARCHAR(80),
    CONSTRAINT uq_inbox_channel_key UNIQUE (channel, "key"),
    CONSTRAINT ck_inbox_erased CHECK (state <> 'done' OR (body IS NULL AND lane IS NULL)),
    CONSTRAINT ck_inbox_whole CHECK (state <> 'new' OR (body IS NOT NULL AND lane IS NOT NULL))
);

CREATE INDEX ix_inbox_done_at ON inbox (done_at) WHERE done_at IS NOT NULL;

CREATE INDEX ix_inbox_new ON inbox (lane, seq, id) WHERE state = 'new';

CREATE TABLE person (
    id INTEGER NOT NULL,
    name VARCHAR(80),
    commune VARCHAR(5) CONSTRAINT ck_person_commune CHECK (length(commune) = 5),
    consent_version INTEGER NOT NULL,
    consent_at BIGINT NOT NULL,
    reminders BOOLEAN DEFAULT 1 NOT NULL,
    wrong_codes INTEGER DEFAULT '0' NOT NULL,
    locked_until BIGINT,
    created_at BIGINT NOT NULL,
    CONSTRAINT pk_person PRIMARY KEY (id)
);

CREATE TABLE seal (
    id INTEGER NOT NULL CONSTRAINT ck_seal_one CHECK (id = 1),
    sealed BLOB NOT NULL,
    CONSTRAINT pk_seal PRIMARY KEY (id)
);

CREATE TABLE audit (
    id INTEGER NOT NULL,
    at BIGINT NOT NULL,
    actor_id INTEGER,
    action VARCHAR(40) NOT NULL,
    commune VARCHAR(5),
    subject VARCHAR(60),
    CONSTRAINT pk_audit PRIMARY KEY (id),
    CONSTRAINT fk_audit_actor_id FOREIGN KEY(actor_id) REFERENCES person (id) ON DELETE SET NULL
);

CREATE INDEX ix_audit_at ON audit (at);

CREATE TABLE chat (
    id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    channel VARCHAR(10) NOT NULL CONSTRAINT ck_chat_channel CHECK (channel IN ('web', 'telegram', 'zalo_oa', 'zalo_bot')),
    lane VARCHAR(32) NOT NULL,
    address BLOB NOT NULL,
    state TEXT NOT NULL,
    unreachable VARCHAR(40),
    unsure BOOLEAN DEFAULT 0 NOT NULL,
    last_in_at BIGINT NOT NULL,
    CONSTRAINT pk_chat PRIMARY KEY (id),
    CONSTRAINT uq_chat_channel_lane UNIQUE (channel, lane),
    CONSTRAINT fk_chat_person_id FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
);

CREATE INDEX ix_chat_person_id ON chat (person_id);

CREATE TABLE commune_setting (
    commune VARCHAR(5) NOT NULL CONSTRAINT ck_commune_setting_commune CHECK (length(commune) = 5),
    "key" VARCHAR(40) NOT NULL,
    value TEXT NOT NULL,
    set_by INTEGER,
    set_at BIGINT NOT NULL,
    CONSTRAINT pk_commune_setting PRIMARY KEY (commune, "key"),
    CONSTRAINT fk_commune_setting_set_by FOREIGN KEY(set_by) REFERENCES person (id) ON DELETE SET NULL
);

CREATE TABLE guide_run (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL,
    guide VARCHAR(40) NOT NULL,
    version INTEGER NOT NULL,
    step VARCHAR(20) NOT NULL,
    answers TEXT NOT NULL,
    history TEXT NOT NULL,
    helping BOOLEAN DEFAULT 0 NOT NULL,
    obstacle VARCHAR(20),
    state VARCHAR(8) NOT NULL CONSTRAINT ck_guide_run_state CHECK (state IN ('active', 'paused', 'done', 'stopped')),
    started_at BIGINT NOT NULL,
    moved_at BIGINT NOT NULL,
    nudge_at BIGINT,
    nudges INTEGER DEFAULT '0' NOT NULL,
    CONSTRAINT ck_guide_run_nudge CHECK (nudge_at IS NULL OR state IN ('active', 'paused')),
    CONSTRAINT fk_guide_run_person_id FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
);

CREATE INDEX ix_guide_run_nudge ON guide_run (nudge_at) WHERE nudge_at IS NOT NULL;

CREATE INDEX ix_guide_run_person ON guide_run (person_id);

CREATE UNIQUE INDEX uq_guide_run_active ON guide_run (person_id) WHERE state = 'active';

CREATE TABLE team (
    id INTEGER NOT NULL,
    commune VARCHAR(5) NOT NULL CONSTRAINT ck_team_commune CHECK (length(commune) = 5),
    name VARCHAR(120) NOT NULL,
    hamlet_id INTEGER,
    valid_from DATE NOT NULL,
    valid_to DATE,
    CONSTRAINT pk_team PRIMARY KEY (id),
    CONSTRAINT ck_team_dates CHECK (valid_to IS NULL OR valid_to >= valid_from),
    CONSTRAINT uq_team_commune_name_valid_from UNIQUE (commune, name, valid_from),
    CONSTRAINT fk_team_hamlet_id FOREIGN KEY(hamlet_id) REFERENCES hamlet (id)
);

CREATE TABLE assistance (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    state VARCHAR(5) NOT NULL CONSTRAINT ck_assistance_state CHECK (state IN ('draft', 'saved', 'void')),
    member_id INTEGER,
    entered_by INTEGER,
    team_id INTEGER NOT NULL,
    commune VARCHAR(5) NOT NULL CONSTRAINT ck_assistance_commune CHECK (length(commune) = 5),
    hamlet_id INTEGER,
    day DATE NOT NULL,
    time VARCHAR(5),
    place VARCHAR(12) CONSTRAINT ck_assistance_place CHECK (place IS NULL OR place IN ('nha_dan', 'nha_van_hoa', 'trung_tam', 'cho', 'tu_xa', 'noi_khac')),
    people INTEGER NOT NULL CONSTRAINT ck_assistance_people CHECK (people BETWEEN 1 AND 10000),
    dossiers INTEGER CONSTRAINT ck_assistance_dossiers CHECK (dossiers >= 0),
    payments INTEGER CONSTRAINT ck_assistance_payments CHECK (payments >= 0),
    minutes INTEGER CONSTRAINT ck_assistance_minutes CHECK (minutes BETWEEN 0 AND 1440),
    session BOOLEAN DEFAULT 0 NOT NULL,
    self_done BOOLEAN,
    note VARCHAR(300),
    run_id INTEGER,
    entered_at BIGINT NOT NULL,
    changed_at BIGINT,
    void_reason VARCHAR(60),
    CONSTRAINT ck_assistance_void CHECK ((state = 'void') = (void_reason IS NOT NULL)),
    CONSTRAINT fk_assistance_member_id FOREIGN KEY(member_id) REFERENCES person (id) ON DELETE SET NULL,
    CONSTRAINT fk_assistance_entered_by FOREIGN KEY(entered_by) REFERENCES person (id) ON DELETE SET NULL,
    CONSTRAINT fk_assistance_team_id FOREIGN KEY(team_id) REFERENCES team (id),
    CONSTRAINT fk_assistance_hamlet_id FOREIGN KEY(hamlet_id) REFERENCES hamlet (id),
    CONSTRAINT uq_assistance_run_id UNIQUE (run_id),
    CONSTRAINT fk_assistance_run_id FOREIGN KEY(run_id) REFERENCES guide_run (id) ON DELETE SET NULL
);

CREATE INDEX ix_assistance_commune_day ON assistance (commune, day);

CREATE INDEX ix_assistance_member_day ON assistance (member_id, day);

CREATE TABLE day_count (
    commune VARCHAR(5) NOT NULL,
    day DATE NOT NULL,
    team_id INTEGER NOT NULL,
    measure VARCHAR(50) NOT NULL,
    value INTEGER NOT NULL CONSTRAINT ck_day_count_value CHECK (value >= 0),
    CONSTRAINT pk_day_count PRIMARY KEY (commune, day, team_id, measure),
    CONSTRAINT fk_day_count_team_id FOREIGN KEY(team_id) REFERENCES team (id)
)
 WITHOUT ROWID;

CREATE TABLE invitation (
    id INTEGER NOT NULL,
    code_hash VARCHAR(32) NOT NULL,
    role VARCHAR(20) NOT NULL CONSTRAINT ck_invitation_role CHECK (role IN ('member', 'head', 'officer', 'province_officer', 'admin')),
    commune VARCHAR(5) CONSTRAINT ck_invitation_commune CHECK (length(commune) = 5),
    province VARCHAR(2),
    team_id INTEGER,
    name VARCHAR(80),
    created_at BIGINT NOT NULL,
    created_by INTEGER,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    used_by INTEGER,
    CONSTRAINT pk_invitation PRIMARY KEY (id),
    CONSTRAINT ck_invitation_used CHECK (used_by IS NULL OR used_at IS NOT NULL),
    CONSTRAINT uq_invitation_code_hash UNIQUE (code_hash),
    CONSTRAINT fk_invitation_team_id FOREIGN KEY(team_id) REFERENCES team (id),
    CONSTRAINT fk_invitation_created_by FOREIGN KEY(created_by) REFERENCES person (id) ON DELETE SET NULL,
    CONSTRAINT fk_invitation_used_by FOREIGN KEY(used_by) REFERENCES person (id) ON DELETE SET NULL
);

CREATE TABLE member_day (
    commune VARCHAR(5) NOT NULL,
    day DATE NOT NULL,
    team_id INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    entries INTEGER NOT NULL CONSTRAINT ck_member_day_entries CHECK (entries >= 0),
    people INTEGER NOT NULL CONSTRAINT ck_member_day_people CHECK (people >= 0),
    CONSTRAINT pk_member_day PRIMARY KEY (commune, day, team_id, member_id),
    CONSTRAINT fk_member_day_team_id FOREIGN KEY(team_id) REFERENCES team (id),
    CONSTRAINT fk_member_day_member_id FOREIGN KEY(member_id) REFERENCES person (id) ON DELETE CASCADE
)
 WITHOUT ROWID;

CREATE TABLE nil_report (
    team_id INTEGER NOT NULL,
    week DATE NOT NULL,
    commune VARCHAR(5) NOT NULL,
    said_by INTEGER,
    said_at BIGINT NOT NULL,
    CONSTRAINT pk_nil_report PRIMARY KEY (team_id, week),
    CONSTRAINT fk_nil_report_team_id FOREIGN KEY(team_id) REFERENCES team (id),
    CONSTRAINT fk_nil_report_said_by FOREIGN KEY(said_by) REFERENCES person (id) ON DELETE SET NULL
);

CREATE TABLE outbox (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "key" VARCHAR(60) NOT NULL,
    channel VARCHAR(10) NOT NULL CONSTRAINT ck_outbox_channel CHECK (channel IN ('web', 'telegram', 'zalo_oa', 'zalo_bot')),
    lane VARCHAR(32),
    address BLOB,
    chat_id INTEGER,
    body BLOB,
    state VARCHAR(8) NOT NULL CONSTRAINT ck_outbox_state CHECK (state IN ('queued', 'sending', 'sent', 'unknown', 'parked')),
    bulk BOOLEAN DEFAULT 0 NOT NULL,
    attempts INTEGER DEFAULT '0' NOT NULL,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    lease_until BIGINT,
    settled_at BIGINT,
    error VARCHAR(120),
    CONSTRAINT ck_outbox_lease CHECK ((state = 'sending') = (lease_until IS NOT NULL)),
    CONSTRAINT ck_outbox_whole_or_erased CHECK ((state IN ('queued', 'sending') AND body IS NOT NULL AND address IS NOT NULL AND lane IS NOT NULL) OR (state IN ('sent', 'unknown', 'parked') AND body IS NULL AND address IS NULL AND lane IS NULL)),
    CONSTRAINT uq_outbox_key UNIQUE ("key"),
    CONSTRAINT fk_outbox_chat_id FOREIGN KEY(chat_id) REFERENCES chat (id) ON DELETE SET NULL
);

CREATE INDEX ix_outbox_open ON outbox (lane, id) WHERE state IN ('queued', 'sending');

CREATE INDEX ix_outbox_settled_at ON outbox (settled_at) WHERE settled_at IS NOT NULL;

CREATE TABLE role (
    id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    role VARCHAR(20) NOT NULL CONSTRAINT ck_role_role CHECK (role IN ('member', 'head', 'officer', 'province_officer', 'admin')),
    commune VARCHAR(5) CONSTRAINT ck_role_commune CHECK (length(commune) = 5),
    province VARCHAR(2),
    team_id INTEGER,
    granted_at BIGINT NOT NULL,
    ended_at BIGINT,
    CONSTRAINT pk_role PRIMARY KEY (id),
    CONSTRAINT ck_role_scope CHECK ((role IN ('member', 'head') AND team_id IS NOT NULL AND commune IS NOT NULL AND province IS NULL) OR (role = 'officer' AND team_id IS NULL AND commune IS NOT NULL AND province IS NULL) OR (role = 'province_officer' AND team_id IS NULL AND commune IS NULL AND province IS NOT NULL) OR (role = 'admin' AND team_id IS NULL AND commune IS NULL AND province IS NULL)),
    CONSTRAINT fk_role_person_id FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE,
    CONSTRAINT fk_role_team_id FOREIGN KEY(team_id) REFERENCES team (id)
);

CREATE INDEX ix_role_person_id ON role (person_id);

CREATE UNIQUE INDEX uq_role_team_active ON role (person_id, role, team_id) WHERE ended_at IS NULL AND team_id IS NOT NULL;

CREATE TABLE assistance_history (
    id INTEGER NOT NULL,
    assistance_id INTEGER NOT NULL,
    at BIGINT NOT NULL,
    "by" INTEGER,
    reason VARCHAR(60),
    "before" TEXT NOT NULL,
    CONSTRAINT pk_assistance_history PRIMARY KEY (id),
    CONSTRAINT fk_assistance_history_assistance_id FOREIGN KEY(assistance_id) REFERENCES assistance (id) ON DELETE CASCADE,
    CONSTRAINT fk_assistance_history_by FOREIGN KEY("by") REFERENCES person (id) ON DELETE SET NULL
);

CREATE INDEX ix_assistance_history_assistance_id ON assistance_history (assistance_id);

CREATE TABLE assistance_item (
    assistance_id INTEGER NOT NULL,
    kind VARCHAR(9) NOT NULL CONSTRAINT ck_assistance_item_kind CHECK (kind IN ('content', 'result', 'group', 'procedure')),
    code VARCHAR(40) NOT NULL,
    people INTEGER CONSTRAINT ck_assistance_item_people CHECK (people IS NULL OR people > 0),
    CONSTRAINT pk_assistance_item PRIMARY KEY (assistance_id, kind, code),
    CONSTRAINT ck_assistance_item_code CHECK ((kind = 'content' AND code IN ('vneid_cai_dat', 'vneid_kich_hoat', 'vneid_khoi_phuc', 'giay_to', 'cong_dvc', 'nop_ho_so', 'thanh_toan', 'tra_cuu', 'an_sinh', 'bhyt_bhxh', 'ung_dung_tinh', 'thue', 'thuong_mai', 'lua_dao', 'ky_nang', 'khac')) OR (kind = 'result' AND people IS NOT NULL AND code IN ('xong', 'hen_lai', 'chuyen', 'khong_duoc')) OR (kind = 'group' AND code IN ('tu_60', 'khuyet_tat', 'dan_toc', 'ngheo', 'kinh_doanh')) OR kind = 'procedure'),
    CONSTRAINT fk_assistance_item_assistance_id FOREIGN KEY(assistance_id) REFERENCES assistance (id) ON DELETE CASCADE
)
 WITHOUT ROWID;
