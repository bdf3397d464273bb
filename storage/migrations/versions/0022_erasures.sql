CREATE INDEX ix_outbox_chat_id ON outbox (chat_id) WHERE chat_id IS NOT NULL;
CREATE INDEX ix_push_held_chat_id ON push (held_chat_id) WHERE held_chat_id IS NOT NULL;
CREATE INDEX ix_group_session_opened_by ON group_session (opened_by);
CREATE INDEX ix_report_file_taken_by ON report_file (taken_by);
CREATE INDEX ix_report_version_made_by ON report_version (made_by);
CREATE INDEX ix_target_set_by ON target (set_by);
