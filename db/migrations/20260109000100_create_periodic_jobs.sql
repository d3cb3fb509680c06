-- migrate:up
-- When the jobs that come back by themselves are due next.
create table periodic_jobs (
  name          text primary key,
  every_minutes int not null,
  next_run_at   timestamptz not null,
  constraint every_minutes_is_positive check (every_minutes > 0)
);

-- migrate:down
drop table periodic_jobs;
