-- migrate:up
-- Something that an agent or a person proposes to do to a shop or to our costs. Nothing happens before a person approved it.
create table actions (
  id               bigint generated always as identity primary key,
  kind             text not null references action_limits on delete restrict,
  store_id         bigint not null references stores on delete cascade,
  order_id         bigint references orders on delete cascade,
  product_id       bigint references products on delete cascade,
  product_ids      bigint[] not null default '{}',
  target           text not null,
  old_value        jsonb not null,
  new_value        jsonb not null,
  reason           text not null,
  effect           jsonb not null default '[]',
  amount           numeric(18, 2),
  change_percent   numeric(12, 2),
  approvals_needed smallint not null default 1,
  proposed_by      bigint references users on delete set null,
  agent            text,
  conversation_id  bigint references conversations on delete set null,
  idempotency_key  uuid not null default gen_random_uuid() unique,
  undo_of          bigint references actions on delete restrict,
  replaced_by      bigint references actions on delete restrict,
  status           text not null default 'pending',
  created_at       timestamptz not null,
  expires_at       timestamptz not null,
  decided_at       timestamptz,
  decided_by       bigint references users on delete set null,
  started_at       timestamptz,
  executed_at      timestamptz,
  result           jsonb,
  error            text,
  constraint status_is_known check (
    status in ('pending', 'approved', 'rejected', 'expired', 'replaced', 'executing', 'executed', 'failed', 'undone')),
  constraint agent_is_known check (agent in ('alfred', 'roos', 'elisa')),
  constraint expires_within_a_week check (expires_at > created_at and expires_at <= created_at + interval '7 days'),
  constraint reason_is_given check (reason <> '')
);
comment on column actions.product_ids is 'The products that it touches: none of them may be blocked.';
comment on column actions.amount is 'Money that leaves, in the reporting currency; set by the trigger from new_value, like change_percent.';
comment on column actions.effect is 'What our SQL expects it to do to the profit: [{amount, currency, basis}].';
create index actions_by_store on actions (store_id, kind, created_at);
create index actions_by_order on actions (order_id) where order_id is not null;
-- The same thing waits for an answer only once, and is taken back only once.
create unique index actions_wait_once on actions (kind, store_id, coalesce(order_id, 0), coalesce(product_id, 0), md5(new_value::text))
  where status = 'pending';
create unique index actions_are_undone_once on actions (undo_of) where status in ('pending', 'approved', 'executing', 'executed');

create table action_approvals (
  action_id   bigint not null references actions on delete cascade,
  user_id     bigint not null references users on delete restrict,
  email       text not null,
  approved_at timestamptz not null,
  primary key (action_id, user_id)
);
create index action_approvals_by_user on action_approvals (user_id);

-- Raises a sentence when the limits forbid the action at this moment. Holds the limits of its kind until the end of the transaction, so
-- that two at the same time are counted one after the other.
create function hold_to_limits(a actions, at timestamptz) returns void
  language plpgsql security definer set search_path = public as $$
declare
  l action_limits;
  currency text := (select reporting_currency from workspace);
  blocked text;
  today record;
begin
  select * into l from action_limits where kind = a.kind for no key update;
  if not l.enabled then
    raise exception 'Actions of the kind "%" are switched off. An admin can switch them on: /action-limits.', a.kind using errcode = 'DD409';
  end if;
  if a.undo_of is not null then
    return;
  end if;
  select string_agg(p.name, ', ' order by p.id) into blocked
  from products p where p.id = any (a.product_ids) and p.id = any (l.blocked_product_ids);
  if blocked is not null then
    raise exception '% is blocked for actions of the kind "%".', blocked, a.kind using errcode = 'DD422';
  end if;
  if a.amount > l.max_amount then
    raise exception 'This %, % %, is above the limit of % %.', a.kind, a.amount, currency, l.max_amount, currency using errcode = 'DD422';
  end if;
  if a.change_percent > l.max_change_percent then
    raise exception 'A change of % %% is above the limit of % %% for the kind "%".', a.change_percent, l.max_change_percent, a.kind
      using errcode = 'DD422';
  end if;
  select count(*) as number, coalesce(sum(b.amount) filter (where b.status <> 'pending'), 0) as amount into today
  from actions b
  where b.store_id = a.store_id and b.kind = a.kind and b.id is distinct from a.id and b.undo_of is null
    and (b.status in ('approved', 'executing', 'executed', 'undone') or (b.status = 'pending' and b.expires_at > at))
    and coalesce(b.decided_at, b.created_at) > at - interval '24 hours';
  if today.number >= l.max_per_day then
    raise exception 'The limit of % actions of the kind "%" a day is reached for this store.', l.max_per_day, a.kind using errcode = 'DD409';
  end if;
  if today.amount + a.amount > l.max_amount_per_day then
    raise exception 'With this % the store would come to % % in 24 hours, above the limit of % %.', a.kind, today.amount + a.amount, currency,
      l.max_amount_per_day, currency using errcode = 'DD409';
  end if;
end $$;

-- What counts is read from the values that will be executed, never from what the proposer says about them.
create function weigh_action() returns trigger language plpgsql security definer set search_path = public as $$
declare
  l action_limits;
  on_day date := (new.created_at at time zone 'UTC')::date;
  was numeric;
  becomes numeric;
  undone actions;
begin
  if new.status <> 'pending' then
    raise exception 'An action begins as a proposal.' using errcode = 'DD422';
  end if;
  new.amount := null;
  new.change_percent := null;
  if new.kind in ('refund', 'cancel') then
    if coalesce(new.new_value ->> 'amount', '') !~ '^\d{1,12}(\.\d{1,6})?$' or (new.kind = 'refund' and (new.new_value ->> 'amount')::numeric = 0) then
      raise exception 'A % needs an amount above zero.', new.kind using errcode = 'DD422';
    end if;
    new.amount := round(in_reporting_currency((new.new_value ->> 'amount')::numeric, new.new_value ->> 'currency', on_day), 2);
  end if;
  if new.kind in ('price', 'unit_cost') then
    if new.undo_of is null and coalesce(new.new_value ->> new.kind, '') !~ '^\d{1,12}(\.\d{1,6})?$' then
      raise exception 'A % needs an amount.', new.kind using errcode = 'DD422';
    end if;
    was := in_reporting_currency((new.old_value ->> new.kind)::numeric, new.old_value ->> 'currency', on_day);
    becomes := in_reporting_currency((new.new_value ->> new.kind)::numeric, new.new_value ->> 'currency', on_day);
    new.change_percent := round(abs(becomes - was) / nullif(was, 0) * 100, 2);
  end if;
  if new.undo_of is not null then
    select * into undone from actions where id = new.undo_of;
    if undone.status is distinct from 'executed' or undone.kind <> new.kind or undone.undo_of is not null
       or undone.product_id is distinct from new.product_id or undone.order_id is distinct from new.order_id
       or undone.old_value <> new.new_value then
      raise exception 'Only an executed action can be taken back, to what was there before.' using errcode = 'DD409';
    end if;
  end if;
  select * into l from action_limits where kind = new.kind;
  new.approvals_needed := case
    when new.undo_of is not null then 1
    when new.amount > l.second_approver_above_amount or new.change_percent > l.second_approver_above_percent then 2
    else 1 end;
  perform hold_to_limits(new, new.created_at);
  return new;
end $$;
create trigger actions_are_weighed before insert on actions for each row execute function weigh_action();

create function move_action() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if (old.id, old.kind, old.store_id, old.order_id, old.product_id, old.product_ids, old.target, old.old_value, old.new_value, old.reason,
      old.effect, old.amount, old.change_percent, old.approvals_needed, old.idempotency_key, old.undo_of, old.created_at, old.expires_at)
     is distinct from
     (new.id, new.kind, new.store_id, new.order_id, new.product_id, new.product_ids, new.target, new.old_value, new.new_value, new.reason,
      new.effect, new.amount, new.change_percent, new.approvals_needed, new.idempotency_key, new.undo_of, new.created_at, new.expires_at) then
    raise exception 'What an action does stays as it was proposed. Propose another one.' using errcode = 'DD409';
  end if;
  if old.status <> new.status and (old.status, new.status) not in (
       ('pending', 'approved'), ('pending', 'rejected'), ('pending', 'expired'), ('pending', 'replaced'), ('approved', 'executing'),
       ('executing', 'executed'), ('executing', 'failed'), ('executed', 'undone')) then
    raise exception 'An action that is % cannot become %.', old.status, new.status using errcode = 'DD409';
  end if;
  if old.status = 'pending' and new.status = 'approved' then
    if new.decided_at is null or new.decided_at >= new.expires_at then
      raise exception 'This proposal has expired. Ask for a new one.' using errcode = 'DD409';
    end if;
    if (select count(*) from action_approvals where action_id = new.id) < new.approvals_needed then
      raise exception 'This action needs the approval of % people.', new.approvals_needed using errcode = 'DD409';
    end if;
    perform hold_to_limits(new, new.decided_at);
  elsif old.status = 'approved' and new.status = 'executing' then
    perform hold_to_limits(new, new.started_at);
  end if;
  return new;
end $$;
create trigger actions_move_by_the_rules before update on actions for each row execute function move_action();

create function approve_in_time() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if not exists (select 1 from actions where id = new.action_id and status = 'pending' and expires_at > new.approved_at) then
    raise exception 'This proposal does not wait for an answer any more.' using errcode = 'DD409';
  end if;
  return new;
end $$;
create trigger approvals_come_in_time before insert on action_approvals for each row execute function approve_in_time();

revoke execute on function hold_to_limits, weigh_action, move_action, approve_in_time from public;
revoke delete on actions from dealdome_app;
revoke update, delete on action_approvals from dealdome_app;

alter table actions enable row level security;
create policy seen on actions using ((select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]));
alter table action_approvals enable row level security;
create policy seen on action_approvals using ((select sees_all_stores()) or exists (select 1 from actions a where a.id = action_id));

-- migrate:down
drop table action_approvals;
drop function approve_in_time;
drop trigger actions_are_weighed on actions;
drop trigger actions_move_by_the_rules on actions;
drop function hold_to_limits;
drop table actions;
drop function move_action;
drop function weigh_action;
