CREATE TABLE former_name (
	kind VARCHAR(6) NOT NULL CONSTRAINT ck_former_name_kind CHECK (kind IN ('team', 'hamlet')),
	subject_id BIGINT NOT NULL,
	until DATE NOT NULL,
	name VARCHAR(120) NOT NULL,
	CONSTRAINT pk_former_name PRIMARY KEY (kind, subject_id, until)
);

CREATE TABLE successor (
	kind VARCHAR(6) NOT NULL CONSTRAINT ck_successor_kind CHECK (kind IN ('team', 'hamlet')),
	old_id BIGINT NOT NULL,
	new_id BIGINT NOT NULL,
	day DATE NOT NULL,
	CONSTRAINT pk_successor PRIMARY KEY (kind, old_id)
);

CREATE TABLE plan (
	id BIGSERIAL NOT NULL,
	commune VARCHAR(5) NOT NULL CONSTRAINT ck_plan_commune CHECK (length(commune) = 5),
	name VARCHAR(120) NOT NULL,
	first DATE NOT NULL,
	last DATE NOT NULL,
	set_by BIGINT,
	set_at BIGINT NOT NULL,
	CONSTRAINT pk_plan PRIMARY KEY (id),
	CONSTRAINT ck_plan_dates CHECK (last >= first),
	CONSTRAINT fk_plan_set_by FOREIGN KEY(set_by) REFERENCES person (id) ON DELETE SET NULL
);

CREATE INDEX ix_plan_commune ON plan (commune);

CREATE TABLE target (
	id BIGSERIAL NOT NULL,
	area VARCHAR(5) NOT NULL CONSTRAINT ck_target_area CHECK (length(area) IN (2, 5)),
	indicator VARCHAR(4) NOT NULL,
	whose VARCHAR(7) NOT NULL CONSTRAINT ck_target_whose CHECK (whose IN ('commune', 'team', 'member')),
	every VARCHAR(5) NOT NULL CONSTRAINT ck_target_every CHECK (every IN ('week', 'month', 'year')),
	number INTEGER NOT NULL CONSTRAINT ck_target_number CHECK (number BETWEEN 1 AND 10000000),
	first DATE NOT NULL,
	last DATE,
	set_by BIGINT,
	set_at BIGINT NOT NULL,
	CONSTRAINT pk_target PRIMARY KEY (id),
	CONSTRAINT ck_target_dates CHECK (last IS NULL OR last >= first),
	CONSTRAINT uq_target_area_indicator_whose_every_first UNIQUE (area, indicator, whose, every, first),
	CONSTRAINT fk_target_set_by FOREIGN KEY(set_by) REFERENCES person (id) ON DELETE SET NULL
);

CREATE TABLE join_request (
	id BIGSERIAL NOT NULL,
	commune VARCHAR(5) NOT NULL CONSTRAINT ck_join_request_commune CHECK (length(commune) = 5),
	team_id BIGINT NOT NULL,
	name VARCHAR(80) NOT NULL,
	person_id BIGINT,
	proposed_by BIGINT,
	state VARCHAR(8) NOT NULL CONSTRAINT ck_join_request_state CHECK (state IN ('open', 'approved', 'refused')),
	asked_at BIGINT NOT NULL,
	decided_by BIGINT,
	decided_at BIGINT,
	CONSTRAINT pk_join_request PRIMARY KEY (id),
	CONSTRAINT ck_join_request_who CHECK ((person_id IS NULL) <> (proposed_by IS NULL)),
	CONSTRAINT ck_join_request_decided CHECK ((state = 'open') = (decided_at IS NULL)),
	CONSTRAINT fk_join_request_team_id FOREIGN KEY(team_id) REFERENCES team (id),
	CONSTRAINT fk_join_request_person_id FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE,
	CONSTRAINT fk_join_request_proposed_by FOREIGN KEY(proposed_by) REFERENCES person (id) ON DELETE CASCADE,
	CONSTRAINT fk_join_request_decided_by FOREIGN KEY(decided_by) REFERENCES person (id) ON DELETE SET NULL
);

CREATE INDEX ix_join_request_team ON join_request (team_id);

CREATE UNIQUE INDEX uq_join_request_open ON join_request (person_id, team_id) WHERE state = 'open';

CREATE TABLE group_session (
	id BIGSERIAL NOT NULL,
	commune VARCHAR(5) NOT NULL CONSTRAINT ck_group_session_commune CHECK (length(commune) = 5),
	team_id BIGINT NOT NULL,
	hamlet_id BIGINT,
	plan_id BIGINT,
	place VARCHAR(12) CONSTRAINT ck_group_session_place CHECK (place IS NULL OR place IN ('nha_dan', 'nha_van_hoa', 'trung_tam', 'cho', 'tu_xa', 'noi_khac')),
	day DATE NOT NULL,
	code VARCHAR(32) NOT NULL,
	state VARCHAR(6) NOT NULL CONSTRAINT ck_group_session_state CHECK (state IN ('open', 'closed', 'gone')),
	opened_by BIGINT,
	opened_at BIGINT NOT NULL,
	closed_at BIGINT,
	assistance_id BIGINT,
	CONSTRAINT pk_group_session PRIMARY KEY (id),
	CONSTRAINT ck_group_session_closed CHECK ((state = 'open') = (closed_at IS NULL)),
	CONSTRAINT fk_group_session_team_id FOREIGN KEY(team_id) REFERENCES team (id),
	CONSTRAINT fk_group_session_hamlet_id FOREIGN KEY(hamlet_id) REFERENCES hamlet (id),
	CONSTRAINT fk_group_session_plan_id FOREIGN KEY(plan_id) REFERENCES plan (id) ON DELETE SET NULL,
	CONSTRAINT fk_group_session_opened_by FOREIGN KEY(opened_by) REFERENCES person (id) ON DELETE SET NULL,
	CONSTRAINT uq_group_session_assistance_id UNIQUE (assistance_id),
	CONSTRAINT fk_group_session_assistance_id FOREIGN KEY(assistance_id) REFERENCES assistance (id) ON DELETE SET NULL
);

CREATE INDEX ix_group_session_commune_day ON group_session (commune, day);

CREATE UNIQUE INDEX uq_group_session_code ON group_session (code) WHERE state = 'open';

CREATE TABLE roster (
	id BIGSERIAL NOT NULL,
	commune VARCHAR(5) NOT NULL CONSTRAINT ck_roster_commune CHECK (length(commune) = 5),
	team_id BIGINT NOT NULL,
	hamlet_id BIGINT,
	name VARCHAR(80) NOT NULL,
	role VARCHAR(6) NOT NULL CONSTRAINT ck_roster_role CHECK (role IN ('member', 'head')),
	position VARCHAR(40),
	phone VARCHAR(32),
	invitation_id BIGINT,
	person_id BIGINT,
	listed_at BIGINT NOT NULL,
	ended_at BIGINT,
	CONSTRAINT pk_roster PRIMARY KEY (id),
	CONSTRAINT fk_roster_team_id FOREIGN KEY(team_id) REFERENCES team (id),
	CONSTRAINT fk_roster_hamlet_id FOREIGN KEY(hamlet_id) REFERENCES hamlet (id),
	CONSTRAINT fk_roster_invitation_id FOREIGN KEY(invitation_id) REFERENCES invitation (id) ON DELETE SET NULL,
	CONSTRAINT fk_roster_person_id FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
);

CREATE INDEX ix_roster_commune ON roster (commune);

CREATE INDEX ix_roster_invitation_id ON roster (invitation_id);

CREATE INDEX ix_roster_person_id ON roster (person_id);

CREATE TABLE attendance (
	session_id BIGINT NOT NULL,
	person_id BIGINT NOT NULL,
	team_id BIGINT NOT NULL,
	joined_at BIGINT NOT NULL,
	CONSTRAINT pk_attendance PRIMARY KEY (session_id, person_id),
	CONSTRAINT fk_attendance_session_id FOREIGN KEY(session_id) REFERENCES group_session (id) ON DELETE CASCADE,
	CONSTRAINT fk_attendance_person_id FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE,
	CONSTRAINT fk_attendance_team_id FOREIGN KEY(team_id) REFERENCES team (id)
);

CREATE INDEX ix_attendance_person_id ON attendance (person_id);
