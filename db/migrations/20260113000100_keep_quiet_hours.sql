-- migrate:up
-- From when until when, on the clocks where the figures are from, a person is not disturbed; equal times: never.
alter table users add column quiet_from time not null default '22:00';
alter table users add column quiet_until time not null default '07:00';

-- When quiet hours that an instant falls into end; null outside of them.
create function end_of_quiet(instant timestamptz, zone text, quiet_from time, quiet_until time) returns timestamptz
  language sql stable parallel safe
  return (
    select clock_instant(wall, zone)
    from (
      select case when quiet_from = quiet_until then null
                  when at::time >= quiet_from and (quiet_from > quiet_until or at::time < quiet_until)
                    then at::date + (quiet_from > quiet_until)::int + quiet_until
                  when at::time < quiet_until and quiet_from > quiet_until then at::date + quiet_until end as wall
      from (select instant at time zone zone as at) clock) quiet);

-- migrate:down
drop function end_of_quiet;
alter table users drop column quiet_until;
alter table users drop column quiet_from;
