-- migrate:up
-- Whose rows a transaction sees: the setting dealdome.stores is 'all' or a list of store ids such as {1,3}. Without it: none, so that a
-- forgotten limit shows nothing instead of everything.
create function sees_all_stores() returns boolean
  language sql stable parallel safe
  return coalesce(current_setting('dealdome.stores', true), '') = 'all';

create function seen_stores() returns bigint[]
  language sql stable parallel safe
  return case when current_setting('dealdome.stores', true) like '{%' then current_setting('dealdome.stores', true)::bigint[]
              else '{}'::bigint[] end;

-- Whether any store sells the product, also one that the asker does not see.
create function product_is_sold(product bigint) returns boolean
  language sql stable security definer set search_path = public
  as $$ select exists (select 1 from variants where product_id = product) $$;

-- How a cost of all stores is shared on a day: by revenue in euros, never below zero; equally on a day without any. A share is
-- weight / total; up_to adds the weights in order of store, so that shares can be rounded to add up. It counts stores that the asker
-- does not see, so it is for our own statements only and not for free SQL.
create function revenue_shares(days date[]) returns table (store_id bigint, day date, weight numeric, total numeric, up_to numeric)
  language sql stable security definer set search_path = public as $$
  with earned as (
    select s.id as store_id, d.day,
           case when coalesce(f.revenue_minor, 0) <= 0 then 0
                when s.currency = 'EUR' then f.revenue_minor::numeric
                else f.revenue_minor * 10::numeric ^ (2 - c.minor_digits)
                     / coalesce(units_per_euro(s.currency, d.day), missing_fx_rate(d.day, s.currency, 'EUR')) end as euros
    from unnest(days) d (day)
    cross join stores s
    join currencies c on c.code = s.currency
    left join daily_financials f on f.store_id = s.id and f.day = d.day
  ),
  weighed as (
    select store_id, day, case when sum(euros) over (partition by day) = 0 then 1 else euros end as weight
    from earned
  )
  select store_id, day, weight, sum(weight) over (partition by day), sum(weight) over (partition by day order by store_id)
  from weighed
$$;
revoke execute on function revenue_shares, product_is_sold from public;
grant execute on function revenue_shares, product_is_sold to dealdome_app;

-- The functions stand in subqueries, so that they are asked once per statement and not once per row.
alter table stores enable row level security;
create policy seen on stores using ((select sees_all_stores()) or id = any ((select seen_stores())::bigint[]));
alter table orders enable row level security;
create policy seen on orders using ((select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]));
alter table order_lines enable row level security;
create policy seen on order_lines using ((select sees_all_stores()) or exists (select 1 from orders o where o.id = order_id));
alter table refunds enable row level security;
create policy seen on refunds using ((select sees_all_stores()) or exists (select 1 from orders o where o.id = order_id));
alter table refund_lines enable row level security;
create policy seen on refund_lines using ((select sees_all_stores()) or exists (select 1 from refunds r where r.id = refund_id));
alter table variants enable row level security;
create policy seen on variants using ((select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]));
-- A product that no store sells yet is everybody's.
alter table products enable row level security;
create policy seen on products using (
  (select sees_all_stores())
  or exists (select 1 from variants v where v.product_id = products.id)
  or not product_is_sold(products.id));
alter table product_costs enable row level security;
create policy seen on product_costs using ((select sees_all_stores()) or exists (select 1 from products p where p.id = product_id));
alter table fee_rules enable row level security;
create policy seen on fee_rules using ((select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]));
alter table shipping_rules enable row level security;
create policy seen on shipping_rules using ((select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]));
alter table ad_spend enable row level security;
create policy seen on ad_spend using ((select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]));
-- A cost shared by all stores is part of every store's view.
alter table fixed_costs enable row level security;
create policy seen on fixed_costs using (
  (select sees_all_stores()) or store_id is null or store_id = any ((select seen_stores())::bigint[]));
alter table ledger_entries enable row level security;
create policy seen on ledger_entries using ((select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]));
alter table daily_financials enable row level security;
create policy seen on daily_financials using ((select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]));
alter table product_performance enable row level security;
create policy seen on product_performance using ((select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]));
alter table imports enable row level security;
create policy seen on imports using ((select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]));

-- migrate:down
drop policy seen on imports;
alter table imports disable row level security;
drop policy seen on product_performance;
alter table product_performance disable row level security;
drop policy seen on daily_financials;
alter table daily_financials disable row level security;
drop policy seen on ledger_entries;
alter table ledger_entries disable row level security;
drop policy seen on fixed_costs;
alter table fixed_costs disable row level security;
drop policy seen on ad_spend;
alter table ad_spend disable row level security;
drop policy seen on shipping_rules;
alter table shipping_rules disable row level security;
drop policy seen on fee_rules;
alter table fee_rules disable row level security;
drop policy seen on product_costs;
alter table product_costs disable row level security;
drop policy seen on products;
alter table products disable row level security;
drop policy seen on variants;
alter table variants disable row level security;
drop policy seen on refund_lines;
alter table refund_lines disable row level security;
drop policy seen on refunds;
alter table refunds disable row level security;
drop policy seen on order_lines;
alter table order_lines disable row level security;
drop policy seen on orders;
alter table orders disable row level security;
drop policy seen on stores;
alter table stores disable row level security;
drop function revenue_shares;
drop function product_is_sold;
drop function seen_stores;
drop function sees_all_stores;
