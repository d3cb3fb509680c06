-- migrate:up
-- Requests of a caller in a running minute, over all processes; each takes some at a time. What is lost in a crash is forgiven.
create unlogged table rate_windows (
  caller   text primary key,
  begun_at timestamptz not null,
  used     int not null,
  granted  int not null,
  constraint used_not_negative check (used >= 0),
  constraint granted_not_negative check (granted >= 0)
);
comment on column rate_windows.caller is 'A hash of the token or address.';
comment on column rate_windows.used is 'Requests that processes have taken, whether they have come yet or not.';
comment on column rate_windows.granted is 'What the last process to ask was given.';

-- migrate:down
drop table rate_windows;
