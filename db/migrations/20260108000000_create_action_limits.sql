-- migrate:up
-- What may be done to shops and costs, by kind of action: held by the triggers on actions, so that no prompt can talk past them.
-- Amounts are in the reporting currency of the workspace; null is no limit. A day is the 24 hours before.
create table action_limits (
  kind                          text primary key,
  enabled                       boolean not null default true,
  max_amount                    numeric(18, 2),
  max_amount_per_day            numeric(18, 2),
  max_change_percent            numeric(9, 2),
  second_approver_above_amount  numeric(18, 2),
  second_approver_above_percent numeric(9, 2),
  max_per_day                   int not null,
  blocked_product_ids           bigint[] not null default '{}',
  updated_at                    timestamptz not null default now(),
  constraint kind_is_known check (kind in ('refund', 'cancel', 'address', 'note', 'price', 'unit_cost', 'tracking_mail')),
  constraint amounts_not_negative check (least(max_amount, max_amount_per_day, second_approver_above_amount) >= 0),
  constraint percents_not_negative check (least(max_change_percent, second_approver_above_percent) >= 0),
  constraint max_per_day_not_negative check (max_per_day >= 0)
);
comment on column action_limits.max_per_day is 'Per store, those counted that wait, were approved or were done.';

insert into action_limits (
  kind, max_amount, max_amount_per_day, max_change_percent, second_approver_above_amount, second_approver_above_percent, max_per_day)
values
  ('refund', 500, 2000, null, 100, null, 20),
  ('cancel', 500, 2000, null, 100, null, 20),
  ('address', null, null, null, null, null, 50),
  ('note', null, null, null, null, null, 100),
  ('price', null, null, 50, null, 20, 50),
  ('unit_cost', null, null, 100, null, 50, 100),
  ('tracking_mail', null, null, null, null, null, 100);

-- An amount in the reporting currency, at the rate of a day.
create function in_reporting_currency(amount numeric, source text, on_day date) returns numeric
  language sql stable security definer set search_path = public as $$
  select case when w.reporting_currency = source or amount is null then amount
              else amount / coalesce(units_per_euro(source, on_day), missing_fx_rate(on_day, source, w.reporting_currency))
                   * coalesce(units_per_euro(w.reporting_currency, on_day), missing_fx_rate(on_day, source, w.reporting_currency)) end
  from workspace w
$$;

-- migrate:down
drop function in_reporting_currency;
drop table action_limits;
