-- migrate:up
alter table sync_state add column note text;
comment on column sync_state.note is 'What people should know of the last run although nothing failed, in words.';

-- migrate:down
alter table sync_state drop column note;
