-- migrate:up
-- What free questions in SQL may read: views with plain names, amounts as exact decimals. They are read as dealdome_reader, which has nothing
-- else. Their owner dealdome_ask owns no table and bypasses nothing, so row-level security limits them to the stores of whoever asks.
do $$
begin
  create role dealdome_ask nologin;
exception when duplicate_object or unique_violation then null;
end $$;
do $$
begin
  create role dealdome_reader nologin;
exception when duplicate_object or unique_violation then null;
end $$;
-- Several databases of one server grant the same memberships, maybe at the same moment.
do $$
begin
  perform pg_advisory_xact_lock(hashtextextended('dealdome roles', 0));
  if not pg_has_role(current_user, 'dealdome_ask', 'set') then execute format('grant dealdome_ask to %I', current_user); end if;
  if not exists (
    select 1 from pg_auth_members where roleid = 'dealdome_reader'::regrole and member = 'dealdome_app'::regrole) then
    if current_setting('server_version_num')::int >= 160000 then
      execute 'grant dealdome_reader to dealdome_app with inherit false, set true';
    else
      grant dealdome_reader to dealdome_app;
    end if;
  end if;
end $$;

grant usage on schema public to dealdome_ask;
grant select on stores, currencies, products, variants, orders, order_lines, refunds, refund_lines, ledger_entries, daily_financials,
  manual_days, product_performance, ad_spend, fixed_costs, product_costs to dealdome_ask;
-- A function in a policy runs with the rights of whoever reads, also through a view.
grant execute on function product_is_sold to dealdome_reader;
create schema ask;
grant usage, create on schema ask to dealdome_ask;
grant usage on schema ask to dealdome_reader;

create view ask.stores with (security_barrier) as
  select slug as store, name, currency, time_zone from public.stores;
comment on view ask.stores is 'The stores. store: its slug, used in all other views.';

create view ask.daily_profit with (security_barrier) as
  select s.slug as store, d.day, s.currency, d.orders, d.units_sold, d.units_returned, major(f.revenue, c.minor_digits) as revenue,
         major(f.cogs, c.minor_digits) as cogs, major(f.shipping_cost, c.minor_digits) as shipping_cost,
         major(f.transaction_fees, c.minor_digits) as transaction_fees, major(f.ad_spend, c.minor_digits) as ad_spend,
         major(f.revenue - f.cogs - f.shipping_cost - f.transaction_fees - f.ad_spend, c.minor_digits) as cm3
  from public.daily_financials d
  join public.stores s on s.id = d.store_id
  join public.currencies c on c.code = s.currency
  left join public.manual_days m on m.store_id = d.store_id and m.day = d.day
  cross join lateral (
    select coalesce(m.revenue_minor, d.revenue_minor) as revenue, coalesce(m.cogs_minor, d.cogs_minor) as cogs,
           coalesce(m.shipping_cost_minor, d.shipping_cost_minor) as shipping_cost,
           coalesce(m.transaction_fees_minor, d.transaction_fees_minor) as transaction_fees,
           case when m.ad_spend_minor is not null
                  and not exists (select 1 from public.ad_spend a where a.store_id = d.store_id and a.day = d.day)
                then m.ad_spend_minor else d.ad_spend_minor end as ad_spend) f;
comment on view ask.daily_profit is
  'One row per store and business day, in the store''s currency: orders, revenue and all costs but fixed ones. cm3: profit before fixed costs.';

create view ask.order_facts with (security_barrier) as
  select o.external_id as order_number, s.slug as store, o.business_day as day, o.placed_at, o.kind as type, o.status, o.country, o.gateway, o.currency,
         major(b.revenue, c.minor_digits) as revenue, major(b.cogs, c.minor_digits) as cogs, major(b.shipping_cost, c.minor_digits) as shipping_cost,
         major(b.fees, c.minor_digits) as transaction_fees, major(b.revenue - b.cogs - b.shipping_cost - b.fees, c.minor_digits) as cm2
  from public.orders o
  join public.stores s on s.id = o.store_id
  join public.currencies c on c.code = o.currency
  left join lateral (
    select coalesce(sum(public.signed_revenue(e.account, e.amount_minor)), 0)::bigint as revenue,
           coalesce(sum(e.amount_minor) filter (where e.account = 'cogs'), 0)::bigint as cogs,
           coalesce(sum(e.amount_minor) filter (where e.account = 'shipping_cost'), 0)::bigint as shipping_cost,
           coalesce(sum(e.amount_minor) filter (where e.account = 'transaction_fees'), 0)::bigint as fees
    from public.ledger_entries e
    where e.order_id = o.id) b on true;
comment on view ask.order_facts is
  'One row per order with all that was booked for it until now, in the store''s currency. status: placed, voided or test; type: sale or credit_note.';

create view ask.order_lines with (security_barrier) as
  select o.external_id as order_number, s.slug as store, o.business_day as day, l.line_no, l.account, l.sku, l.product_id, p.name as product, l.quantity,
         l.unit_price, major(l.amount_minor, c.minor_digits) as amount, major(l.discount_minor, c.minor_digits) as discount, o.currency, o.country,
         o.status
  from public.order_lines l
  join public.orders o on o.id = l.order_id
  join public.stores s on s.id = o.store_id
  join public.currencies c on c.code = o.currency
  left join public.products p on p.id = l.product_id;
comment on view ask.order_lines is 'One row per line of an order. amount: before discount, without tax.';

create view ask.refunds with (security_barrier) as
  select o.external_id as order_number, s.slug as store, r.business_day as day, o.business_day as order_day, l.sku, l.product_id, p.name as product,
         rl.quantity, major(rl.amount_minor, c.minor_digits) as amount, rl.restocked, o.currency, o.country
  from public.refund_lines rl
  join public.refunds r on r.id = rl.refund_id
  join public.order_lines l on l.id = rl.order_line_id
  join public.orders o on o.id = r.order_id
  join public.stores s on s.id = o.store_id
  join public.currencies c on c.code = o.currency
  left join public.products p on p.id = l.product_id;
comment on view ask.refunds is 'One row per refunded line, on the day of the refund.';

create view ask.products with (security_barrier) as
  select id as product_id, name as product, status from public.products;
comment on view ask.products is 'The products that the stores sell.';

create view ask.product_days with (security_barrier) as
  select s.slug as store, f.day, f.product_id, p.name as product, f.units_sold, f.units_returned, major(f.revenue_minor, c.minor_digits) as revenue,
         major(f.cogs_minor, c.minor_digits) as cogs, major(f.ad_spend_minor, c.minor_digits) as ad_spend, s.currency
  from public.product_performance f
  join public.stores s on s.id = f.store_id
  join public.currencies c on c.code = s.currency
  join public.products p on p.id = f.product_id;
comment on view ask.product_days is 'One row per store, day and product. revenue: net sales of the product; ad_spend: only what is booked on it.';

create view ask.ad_spend with (security_barrier) as
  select s.slug as store, a.day, a.platform, a.account, a.campaign, p.name as product, major(a.amount_minor, c.minor_digits) as amount,
         major(a.claimed_minor, c.minor_digits) as claimed, a.currency
  from public.ad_spend a
  join public.stores s on s.id = a.store_id
  join public.currencies c on c.code = a.currency
  left join public.products p on p.id = a.product_id;
comment on view ask.ad_spend is 'What platforms report per store and day. claimed: the revenue that the platform claims; claims overlap.';

create view ask.fixed_costs with (security_barrier) as
  select f.name, f.category, s.slug as store, major(f.amount_minor, c.minor_digits) as amount, f.currency, f."interval" as every, f.starts_on, f.ends_on
  from public.fixed_costs f
  join public.currencies c on c.code = f.currency
  left join public.stores s on s.id = f.store_id;
comment on view ask.fixed_costs is 'Recurring costs as they are set up: amount per day, week, month, quarter or year (every). store null: all stores.';

create view ask.unit_costs with (security_barrier) as
  select k.product_id, p.name as product, k.unit_cost, k.currency, lower(k.valid) as valid_from, upper(k.valid) - 1 as valid_to
  from public.product_costs k
  join public.products p on p.id = k.product_id;
comment on view ask.unit_costs is 'Dated unit costs of products; an open end is null.';

-- Answers one SELECT as JSON: at most `most` rows and one more, planned to cost no more than `most_cost`. A cursor takes a single statement that
-- answers rows, and nothing else. Whoever changed the limits of stores or the role meanwhile gets nothing.
create function ask.answer(question text, most int, most_cost double precision) returns json
  language plpgsql set search_path = ask, pg_catalog, pg_temp as $$
declare
  limits text := current_user || ' ' || current_setting('dealdome.stores', true) || ' ' || current_setting('statement_timeout');
  plan json;
  found_row record;
  found_rows json[] := '{}';
  question_cursor refcursor;
begin
  execute 'explain (format json) ' || question into plan;
  if (plan -> 0 -> 'Plan' ->> 'Total Cost')::double precision > most_cost then
    raise exception 'That question reads too much. Narrow it by store and days, or join less.' using errcode = 'DD422';
  end if;
  open question_cursor for execute question;
  loop
    fetch question_cursor into found_row;
    exit when not found;
    found_rows := found_rows || row_to_json(found_row);
    exit when cardinality(found_rows) > most;
  end loop;
  close question_cursor;
  if limits is distinct from
     current_user || ' ' || current_setting('dealdome.stores', true) || ' ' || current_setting('statement_timeout') then
    raise exception 'A question may not change settings.' using errcode = 'DD422';
  end if;
  return to_json(found_rows);
end $$;
revoke execute on function ask.answer from public;
grant execute on function ask.answer to dealdome_reader;
-- The contract test and the service read the text of the statement as the service.
grant usage on schema ask to dealdome_app;
grant execute on function ask.answer to dealdome_app;

do $$
declare
  made record;
begin
  for made in select relname from pg_class where relnamespace = 'ask'::regnamespace and relkind = 'v' loop
    execute format('alter view ask.%I owner to dealdome_ask', made.relname);
    execute format('grant select on ask.%I to dealdome_reader', made.relname);
  end loop;
end $$;
revoke create on schema ask from dealdome_ask;

-- migrate:down
drop schema ask cascade;
revoke execute on function product_is_sold from dealdome_reader;
revoke all on all tables in schema public from dealdome_ask;
revoke usage on schema public from dealdome_ask;
